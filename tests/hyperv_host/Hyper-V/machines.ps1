# Machines as such: to find, to make, to remove.

# A name may hold wildcards; one without any must be there. Other cmdlets than Get-VM have another error id for it.
# The first name that is not there is the error, after all that are there.
function Find-MachinesByName {
  param($State, [string[]]$Names, [string]$ErrorId, [string]$Category)
  $missing = @()
  foreach ($name in $Names) {
    $found = @($State.machines | Where-Object { $_.name -like $name })
    $found
    if (-not $found.Count -and -not (Test-Pattern $name)) { $missing += $name }
  }
  if (-not $missing.Count) { return }
  $message = "Hyper-V was unable to find a virtual machine with name `"$($missing[0])`"."
  Stop-Cmdlet $ErrorId $Category $message $missing[0]
}

# The object that a script holds may be old: only its Id is asked, and the machine may be gone.
function Select-Machines {
  param($State, $VM, [string[]]$Names)
  if (-not $VM) { return Find-MachinesByName $State $Names 'ObjectNotFound' 'ObjectNotFound' }
  foreach ($view in $VM) {
    $machine = Find-MachineById $State $view.Id
    if (-not $machine) { Stop-NotFound }
    $machine
  }
}

function Get-VM {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Position = 0, ValueFromPipeline = $true)]
    [Alias('VMName')][ValidateNotNullOrEmpty()][string[]]$Name,
    [Parameter(ParameterSetName = 'Id', Position = 0)][ValidateNotNull()][guid]$Id
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $state = Get-HostState
      $byId = $PSCmdlet.ParameterSetName -eq 'Id'
      $machines = if ($byId) { Find-MachineById $state $Id } elseif (-not $Name) { $state.machines }
      if ($byId -and -not $machines) {
        Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' (
          "Hyper-V was unable to find a virtual machine with id `"$Id`".") $Id
      }
      foreach ($machine in $machines) { ConvertTo-MachineView $state $machine }
      if (-not $Name) { return }
      Find-MachinesByName $state $Name 'InvalidParameter' 'InvalidArgument' |
        ForEach-Object { ConvertTo-MachineView $state $_ }
    }
  }
}

function Assert-MachineName {
  param([string]$Name)
  if ($Name.Length -le 100) { return }
  Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
    "Failed to modify the name of the virtual machine: The parameter is incorrect. (0x80070057).")
}

function Assert-Memory {
  param([int64]$Bytes)
  if ($Bytes % 2MB -eq 0 -and $Bytes -ge 32MB) { return }
  Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' (
    "Invalid startup memory amount assigned: $Bytes bytes. It must be 32 MB or more, " +
    'and a multiple of 2 MB.')
}

function Find-Switch {
  param($State, [string]$Name)
  $found = @($State.switches | Where-Object { $_.name -eq $Name -and -not $_.hidden })
  if ($found.Count -eq 1) { return $found[0] }
  Stop-Cmdlet 'ObjectNotFound' 'ObjectNotFound' "Hyper-V was unable to find a virtual switch with name `"$Name`"." $Name
}

# The real service writes the configuration below the machine's folder; only that it is there is pretended.
function Write-Configuration {
  param($Machine)
  $folder = [IO.Path]::Combine($Machine.path, 'Virtual Machines')
  $null = [IO.Directory]::CreateDirectory($folder)
  [IO.File]::WriteAllText([IO.Path]::Combine($folder, $Machine.id.ToUpperInvariant() + '.vmcx'), 'pretended')
}

function Remove-Configuration {
  param($Machine)
  $folder = [IO.Path]::Combine($Machine.path, 'Virtual Machines')
  $file = [IO.Path]::Combine($folder, $Machine.id.ToUpperInvariant() + '.vmcx')
  if ([IO.File]::Exists($file)) { [IO.File]::Delete($file) }
  if ([IO.Directory]::Exists($folder) -and -not [IO.Directory]::GetFileSystemEntries($folder).Length) {
    [IO.Directory]::Delete($folder)
  }
}

function New-VM {
  [CmdletBinding(DefaultParameterSetName = 'No VHD', SupportsShouldProcess = $true)]
  param(
    [Parameter(Position = 0)][ValidateNotNullOrEmpty()][string]$Name = 'New Virtual Machine',
    [Parameter(Position = 1)][int64]$MemoryStartupBytes = 512MB,
    [BootDevice]$BootDevice,
    [Parameter(ParameterSetName = 'No VHD')][switch]$NoVHD,
    [ValidateNotNullOrEmpty()][string]$SwitchName,
    [Parameter(ParameterSetName = 'New VHD', Mandatory = $true)][ValidateNotNullOrEmpty()][string]$NewVHDPath,
    [Parameter(ParameterSetName = 'New VHD', Mandatory = $true)][uint64]$NewVHDSizeBytes,
    [Parameter(ParameterSetName = 'Existing VHD', Mandatory = $true)][ValidateNotNullOrEmpty()][string]$VHDPath,
    [ValidateNotNullOrEmpty()][string]$Path,
    [version]$Version,
    [Parameter(Position = 2)][ValidateRange(1, 2)][int16]$Generation = 1,
    [switch]$Force
  )
  Invoke-AsCmdlet $PSCmdlet {
    Assert-MachineName $Name
    Assert-Memory $MemoryStartupBytes
    if ($NewVHDPath) { New-DiskFile $NewVHDPath $NewVHDSizeBytes 'Dynamic' '' }
    Edit-HostState {
      param($state)
      $folder = $state.host.virtualMachinePath
      if ($Path) { $folder = [IO.Path]::Combine((Resolve-HostPath $Path), $Name) }
      $machine = New-HostMachine $Name $folder $Generation $MemoryStartupBytes
      if ($Version) { $machine.version = [string]$Version }
      if ($SwitchName) { $machine.nics[0].switchId = (Find-Switch $state $SwitchName).id }
      if ($Generation -eq 2) { $machine.bootOrder = @([pscustomobject]@{ kind = 'nic'; id = $machine.nics[0].id }) }
      if ($Generation -eq 1) { Add-Drive $machine 'dvd' 1 0 '' }
      $disk = "$NewVHDPath$VHDPath"
      if ($disk) { Add-Drive $machine 'disk' 0 0 (Resolve-DiskPath $state $disk) }
      Write-Configuration $machine
      $state.machines += $machine
      ConvertTo-MachineView $state $machine
    }
  }
}

function Remove-VM {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true, ConfirmImpact = 'High')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)]
    [Alias('VMName')][ValidateNotNullOrEmpty()][string[]]$Name,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [switch]$Force,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      if (-not $Force -and -not $PSCmdlet.ShouldProcess("$Name$($VM.Name)", 'Remove-VM')) { return }
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $Name)) {
          if ('Off', 'Saved', 'OffCritical', 'SavedCritical' -notcontains $machine.state) {
            Stop-WrongState 'Cannot delete the virtual machine.'
          }
          Remove-Configuration $machine
          foreach ($snapshot in $machine.snapshots) { Add-LateMerge $state $snapshot }
          $state.machines = @($state.machines | Where-Object { $_.id -ne $machine.id })
          if ($Passthru) { ConvertTo-MachineView $state $machine }
        }
      }
    }
  }
}
