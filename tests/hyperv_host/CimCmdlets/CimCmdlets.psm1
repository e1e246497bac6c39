# Stand-in for Get-CimInstance with the few classes that tbx asks for.

Import-Module "$PSScriptRoot/../HostState/HostState.psd1"

$script:Virtualization = 'root\virtualization\v2'

# A machine's settings and those of its checkpoints are rows of one class, told apart by VirtualSystemType.
function Get-SettingRows {
  param($State)
  if ($State.host.vmms -ne 'Running') { return }
  foreach ($machine in $State.machines) {
    $row = [ordered]@{
      InstanceID = "Microsoft:$($machine.id.ToUpperInvariant())"; ElementName = $machine.name
      VirtualSystemIdentifier = $machine.id.ToUpperInvariant(); VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'
      VirtualSystemSubType = "Microsoft:Hyper-V:SubType:$($machine.generation)"
      BIOSGUID = "{$($machine.biosGuid.ToUpperInvariant())}"; Notes = [string[]]@($machine.notes)
      Version = $machine.version
    }
    $row
    foreach ($snapshot in $machine.snapshots) {
      $of = [ordered]@{}
      foreach ($key in $row.Keys) { $of[$key] = $row[$key] }
      $of.InstanceID = "Microsoft:$($snapshot.id.ToUpperInvariant())"
      $of.ElementName = $snapshot.name
      $of.VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'
      $of
    }
  }
}

# The guest's part that can be asked to shut down: it is there while the guest runs.
function Get-ShutdownRows {
  param($State)
  foreach ($machine in $State.machines) {
    if ($machine.state -ne 'Running' -or $machine.withoutIntegration) { continue }
    [ordered]@{ SystemName = $machine.id.ToUpperInvariant(); ElementName = 'Shutdown'; EnabledState = [uint16]2 }
  }
}

function Get-ClassRows {
  param($State, [string]$Class)
  $settings = $State.host
  switch ($Class) {
    'Win32_ComputerSystem' {
      [ordered]@{ Name = (Get-ComputerName); HypervisorPresent = [bool]$settings.hypervisorPresent
        TotalPhysicalMemory = [uint64]$settings.memoryBytes
        NumberOfLogicalProcessors = [uint32]8; Domain = 'WORKGROUP' }
    }
    'Win32_Service' {
      if ($settings.vmms) {
        [ordered]@{ Name = 'vmms'; State = $settings.vmms; Status = 'OK'; StartMode = 'Auto'
          Started = ($settings.vmms -eq 'Running') }
      }
      [ordered]@{ Name = 'hns'; State = 'Running'; Status = 'OK'; StartMode = 'Manual'; Started = $true }
    }
    'Msvm_VirtualSystemSettingData' { Get-SettingRows $State }
    'Msvm_ShutdownComponent' { Get-ShutdownRows $State }
    default { Stop-Cmdlet 'HRESULT 0x80041010' 'MetadataError' 'Invalid class ' }
  }
}

# Of WQL: comparisons with a string, joined by AND. Two backslashes in a string are one.
function Test-Filter {
  param($Row, [string]$Filter)
  foreach ($part in $Filter -split '\s+and\s+') {
    if ($part -notmatch '^\s*(\w+)\s*(=|<>|!=)\s*([''"])(.*)\3\s*$') {
      Stop-Cmdlet 'HRESULT 0x80041017' 'InvalidArgument' 'Invalid query '
    }
    $same = "$($Row[$Matches[1]])" -eq $Matches[4].Replace('\\', '\')
    if ($same -ne ($Matches[2] -eq '=')) { return $false }
  }
  $true
}

function Get-CimInstance {
  [CmdletBinding()]
  param(
    [Parameter(Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string]$ClassName,
    [string]$Namespace = 'root\cimv2',
    [string]$Filter,
    [Alias('SelectProperties')][string[]]$Property
  )
  Invoke-AsCmdlet $PSCmdlet -Plain {
    $space = $Namespace.Replace('/', '\').ToLowerInvariant()
    if ('root\cimv2', $script:Virtualization -notcontains $space) {
      Stop-Cmdlet 'HRESULT 0x8004100e' 'ObjectNotFound' 'Invalid namespace '
    }
    if (($ClassName -like 'Msvm_*') -ne ($space -eq $script:Virtualization)) {
      Stop-Cmdlet 'HRESULT 0x80041010' 'MetadataError' 'Invalid class '
    }
    foreach ($row in @(Get-ClassRows (Get-HostState) $ClassName)) {
      if ($Filter -and -not (Test-Filter $row $Filter)) { continue }
      $instance = [pscustomobject]$row
      $instance.PSObject.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimInstance#$space/$ClassName")
      $instance
    }
  }
}

# Returns at once. A guest that ignores the request stays in Stopping until somebody turns it off.
function Start-Shutdown {
  param([string]$Id)
  Edit-HostState {
    param($state)
    $machine = Find-MachineById $state $Id.ToLowerInvariant()
    Start-Transition $machine 'Stopping' 'Off' $(if ($machine.ignoresShutdown) { 100000000 } else { $state.seconds.stop })
  }
}

function Invoke-CimMethod {
  [CmdletBinding()]
  param(
    [Parameter(Mandatory = $true, Position = 0)][object]$InputObject,
    [Parameter(Mandatory = $true, Position = 1)][string]$MethodName,
    [Parameter(Position = 2)][Collections.IDictionary]$Arguments
  )
  Invoke-AsCmdlet $PSCmdlet -Plain {
    if ($MethodName -ne 'InitiateShutdown') { Stop-Cmdlet 'HRESULT 0x80041055' 'InvalidOperation' 'Invalid method ' }
    Start-Shutdown $InputObject.SystemName
    [pscustomobject]@{ ReturnValue = [uint32]0 }
  }
}

Export-ModuleMember -Function Get-CimInstance, Invoke-CimMethod
