# Settings of a machine as a whole.

function Assert-Settled {
  param($Machine)
  if (Test-Moving $Machine) { Stop-WrongState "Failed to modify the settings of '$($Machine.name)'." }
}

function Assert-Off {
  param($Machine, [string]$What)
  if ($Machine.state -ne 'Off') { Stop-WrongState "'$($Machine.name)' failed to modify $What." }
}

# What may change while the machine runs, and what may not.
function Assert-MayChange {
  param($Machine, $Given)
  Assert-Settled $Machine
  $memory = 'DynamicMemory', 'StaticMemory', 'MemoryStartupBytes'
  $needsOff = $memory + @('ProcessorCount', 'AutomaticStartAction', 'AutomaticStopAction')
  foreach ($parameter in $needsOff) { if ($Given.ContainsKey($parameter)) { Assert-Off $Machine $parameter } }
  if ($Given.ContainsKey('AutomaticCheckpointsEnabled') -and 'Off', 'Running' -notcontains $Machine.state) {
    Stop-WrongState "Failed to modify the settings of '$($Machine.name)'."
  }
}

function Set-Fields {
  param($Machine, $Given, $Fields)
  foreach ($parameter in $Fields.Keys) {
    if (-not $Given.ContainsKey($parameter)) { continue }
    $value = $Given[$parameter]
    $Machine.($Fields[$parameter]) = if ($value -is [enum]) { [int]$value } else { $value }
  }
}

function Assert-GivenMemory {
  param($Given, [string[]]$Parameters)
  foreach ($parameter in $Parameters) { if ($Given.ContainsKey($parameter)) { Assert-Memory $Given[$parameter] } }
}

function Set-MemoryMode {
  param($Machine, $Given)
  if ($Given.ContainsKey('StaticMemory')) { $Machine.dynamicMemory = $false }
  if ($Given.ContainsKey('DynamicMemory')) { $Machine.dynamicMemory = $true }
}

function Set-VM {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)]
    [Alias('VMName')][ValidateNotNullOrEmpty()][string[]]$Name,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [ValidateRange(1, 2048)][int64]$ProcessorCount,
    [switch]$DynamicMemory,
    [switch]$StaticMemory,
    [int64]$MemoryMinimumBytes,
    [int64]$MemoryMaximumBytes,
    [int64]$MemoryStartupBytes,
    [StartAction]$AutomaticStartAction,
    [StopAction]$AutomaticStopAction,
    [int]$AutomaticStartDelay,
    [bool]$AutomaticCheckpointsEnabled,
    [AllowNull()][AllowEmptyString()][string]$Notes,
    [ValidateNotNullOrEmpty()][string]$NewVMName,
    [CheckpointType]$CheckpointType,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Assert-GivenMemory $given 'MemoryMinimumBytes', 'MemoryMaximumBytes', 'MemoryStartupBytes'
      if ($StaticMemory -and $DynamicMemory) {
        Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' 'Static and dynamic memory exclude one another.'
      }
      if ($NewVMName) { Assert-MachineName $NewVMName }
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $Name)) {
          Assert-MayChange $machine $given
          Set-MemoryMode $machine $given
          Set-Fields $machine $given @{
            ProcessorCount = 'cpus'; MemoryMinimumBytes = 'memoryMinimum'; MemoryMaximumBytes = 'memoryMaximum'
            MemoryStartupBytes = 'memory'; AutomaticStartAction = 'startAction'; AutomaticStopAction = 'stopAction'
            AutomaticStartDelay = 'startDelay'; AutomaticCheckpointsEnabled = 'autoCheckpoints'; Notes = 'notes'
            NewVMName = 'name'; CheckpointType = 'checkpointType'
          }
          if ($Passthru) { ConvertTo-MachineView $state $machine }
        }
      }
    }
  }
}
