# Power: each transition is begun under the lock and waited for outside of it.

# The host gives a dynamic address when the machine starts for the first time.
function Set-DynamicMacs {
  param($Machine)
  foreach ($nic in $Machine.nics) {
    if ($nic.dynamicMac -and $nic.mac -eq '000000000000') {
      $nic.mac = '00155D01' + $nic.id.Substring(0, 4).ToUpperInvariant()
    }
  }
}

function Assert-DrivesUsable {
  param($State, $Machine)
  foreach ($drive in $Machine.drives) {
    if (-not $drive.path) { continue }
    $label = "'$($Machine.name)' failed to start. Attachment '$($drive.path)' failed to open because of error:"
    if (-not [IO.File]::Exists($drive.path)) {
      Stop-Cmdlet 'OperationFailed' 'NotSpecified' "$label The system cannot find the file specified. (0x80070002)."
    }
    if ($drive.kind -eq 'disk' -and (Test-DiskAttached $State $drive.path)) {
      Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
        "$label The process cannot access the file because it is being used by another process. (0x80070020).")
    }
  }
}

function Start-OneMachine {
  param($State, $Machine)
  if ($Machine.state -eq 'Running') { Write-Warning 'The virtual machine is already in the specified state.'; return }
  if ('Off', 'Saved' -notcontains $Machine.state) { Stop-WrongState "'$($Machine.name)' failed to start." }
  Assert-DrivesUsable $State $Machine
  if ($Machine.memory -gt (Get-FreeBytes $State)) {
    Stop-Cmdlet 'OutOfMemory' 'FromStdErr' (
      "'$($Machine.name)' failed to start. Not enough memory in the system to start the virtual machine with " +
      "ram size $([int64]($Machine.memory / 1MB)) megabytes. Not enough memory resources are available (0x8007000E).")
  }
  Set-DynamicMacs $Machine
  Start-Transition $Machine 'Starting' 'Running' $State.seconds.start
}

function Start-VM {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)]
    [Alias('VMName')][ValidateNotNullOrEmpty()][string[]]$Name,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [switch]$Passthru
  )
  process { Invoke-PowerChange $PSCmdlet $VM $Name ${function:Start-OneMachine} $Passthru }
}

# Does $Change to each machine, waits until all have arrived, and puts them out if it shall.
function Invoke-PowerChange {
  param($Cmdlet, $VM, $Name, [scriptblock]$Change, [bool]$Passthru)
  Invoke-AsCmdlet $Cmdlet {
    $ids = Edit-HostState {
      param($state)
      foreach ($machine in @(Select-Machines $state $VM $Name)) { & $Change $state $machine; $machine.id }
    }
    Wait-Machine $ids
    if (-not $Passthru) { return }
    $state = Get-HostState
    foreach ($id in $ids) { ConvertTo-MachineView $state (Find-MachineById $state $id) }
  }
}

function Stop-ByPower {
  param($State, $Machine)
  if ($Machine.state -eq 'Off') { Write-Warning 'The virtual machine is already in the specified state.'; return }
  if ($Machine.ignoresTurnOff -or $Machine.state -eq 'Saved' -or $Machine.state -like '*Critical') { Stop-WrongState "'$($Machine.name)' failed to turn off." }
  Set-MachineState $Machine 'Off'
}

# A guest that ignores the request stays in Stopping, and the caller waits until somebody turns the machine off.
function Stop-ByGuest {
  param($State, $Machine)
  if ($Machine.state -eq 'Off') { Write-Warning 'The virtual machine is already in the specified state.'; return }
  if ($Machine.state -ne 'Running') { Stop-WrongState "'$($Machine.name)' failed to shut down." }
  $never = 100000000
  Start-Transition $Machine 'Stopping' 'Off' $(if ($Machine.ignoresShutdown) { $never } else { $State.seconds.stop })
}

function Stop-BySave {
  param($State, $Machine)
  if ('Running', 'Paused' -notcontains $Machine.state) { Stop-WrongState "'$($Machine.name)' failed to save." }
  Start-Transition $Machine 'Saving' 'Saved' $State.seconds.stop
}

function Stop-VM {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)]
    [Alias('VMName')][ValidateNotNullOrEmpty()][string[]]$Name,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [switch]$Save,
    [switch]$TurnOff,
    [switch]$Force,
    [switch]$Passthru
  )
  process {
    $how = if ($TurnOff) { ${function:Stop-ByPower} } elseif ($Save) { ${function:Stop-BySave} }
    else { ${function:Stop-ByGuest} }
    Invoke-PowerChange $PSCmdlet $VM $Name $how $Passthru
  }
}

function Resume-OneMachine {
  param($State, $Machine)
  if ($Machine.state -ne 'Paused') { Stop-WrongState "'$($Machine.name)' failed to resume." }
  Start-Transition $Machine 'Resuming' 'Running' 0
}

function Resume-VM {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)]
    [Alias('VMName')][ValidateNotNullOrEmpty()][string[]]$Name,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [switch]$Passthru
  )
  process { Invoke-PowerChange $PSCmdlet $VM $Name ${function:Resume-OneMachine} $Passthru }
}

function Remove-SavedStateOfOne {
  param($State, $Machine)
  if ($Machine.state -ne 'Saved') { Stop-WrongState "'$($Machine.name)' failed to delete its saved state." }
  Set-MachineState $Machine 'Off'
}

function Remove-VMSavedState {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM
  )
  process { Invoke-PowerChange $PSCmdlet $VM $VMName ${function:Remove-SavedStateOfOne} $false }
}
