# What the cmdlets put out, made from the state. The type names are what the binder asks for in the next cmdlet.

function ConvertTo-View {
  param([string]$Type, $Properties, [switch]$Component)
  $view = [pscustomobject]$Properties
  if ($Component) { $view.PSObject.TypeNames.Insert(0, 'Microsoft.HyperV.PowerShell.VMComponentObject') }
  $view.PSObject.TypeNames.Insert(0, "Microsoft.HyperV.PowerShell.$Type")
  $view
}

function Get-Owner {
  param($Machine)
  [ordered]@{ VMId = [guid]$Machine.id; VMName = $Machine.name; ComputerName = (Get-ComputerName) }
}

function ConvertTo-MachineView {
  param($State, $Machine)
  $now = Get-NowTicks
  # What takes a guest minutes takes a second here.
  $seconds = if ($Machine.upTicks) { [Math]::Min(100 * ($now - $Machine.upTicks) / 1e7, 1e6) } else { 0 }
  $uptime = [TimeSpan]::FromSeconds($seconds)
  $snapshot = @($Machine.snapshots)[-1]
  ConvertTo-View 'VirtualMachine' ([ordered]@{
      Id = [guid]$Machine.id; VMId = [guid]$Machine.id; Name = $Machine.name; VMName = $Machine.name
      State = [VMState]$Machine.state; Status = 'Operating normally'; Uptime = $uptime; Version = $Machine.version
      Generation = [int]$Machine.generation; Path = $Machine.path; ConfigurationLocation = $Machine.path
      Notes = $Machine.notes
      ProcessorCount = [int64]$Machine.cpus; MemoryStartup = [int64]$Machine.memory
      MemoryMinimum = [int64]$Machine.memoryMinimum
      MemoryMaximum = [int64]$Machine.memoryMaximum; DynamicMemoryEnabled = [bool]$Machine.dynamicMemory
      MemoryAssigned = $(if ($Machine.upTicks) { [int64]$Machine.memory } else { [int64]0 })
      CheckpointType = [CheckpointType]$Machine.checkpointType
      AutomaticCheckpointsEnabled = [bool]$Machine.autoCheckpoints
      AutomaticStartAction = [StartAction]$Machine.startAction; AutomaticStopAction = [StopAction]$Machine.stopAction
      AutomaticStartDelay = [int]$Machine.startDelay; AutomaticCriticalErrorAction = [CriticalErrorAction]'Pause'
      AutomaticCriticalErrorActionTimeout = 30; SnapshotFileLocation = $Machine.path
      SmartPagingFilePath = $Machine.path
      LockOnDisconnect = [OnOffState]'Off'; CreationTime = [DateTime]::new($Machine.createdTicks, 'Utc').ToLocalTime()
      ParentSnapshotId = $(if ($snapshot) { [guid]$snapshot.id } else { $null }); ComputerName = (Get-ComputerName)
      NetworkAdapters = @($Machine.nics | ForEach-Object { ConvertTo-NicView $State $Machine $_ })
      HardDrives = @(Get-DriveViews $Machine 'disk'); DVDDrives = @(Get-DriveViews $Machine 'dvd')
    })
}

function Get-DriveViews {
  param($Machine, [string]$Kind)
  foreach ($drive in $Machine.drives) {
    if ($drive.kind -ne $Kind) { continue }
    if ($Kind -eq 'disk') { ConvertTo-DiskView $Machine $drive } else { ConvertTo-DvdView $Machine $drive }
  }
}

function Get-DrivePlace {
  param($Machine, $Drive, [string]$Label)
  $bus = if ($Machine.generation -eq 1) { 'IDE' } else { 'SCSI' }
  [ordered]@{
    Name = "$Label on $bus controller number $($Drive.controller) at location $($Drive.location)"
    ControllerType = [ControllerType]$bus
    ControllerNumber = [int]$Drive.controller; ControllerLocation = [int]$Drive.location; PoolName = 'Primordial'
    Id = "Microsoft:$($Machine.id.ToUpperInvariant())\$($Drive.controller)\$($Drive.location)\D"
  }
}

function ConvertTo-DiskView {
  param($Machine, $Drive)
  $properties = (Get-DrivePlace $Machine $Drive 'Hard Drive') + (Get-Owner $Machine)
  $properties.Path = $Drive.path
  $properties.DiskNumber = $null
  ConvertTo-View 'HardDiskDrive' $properties -Component
}

# The real drive without a disc has the path $null.
function ConvertTo-DvdView {
  param($Machine, $Drive)
  $properties = (Get-DrivePlace $Machine $Drive 'DVD Drive') + (Get-Owner $Machine)
  $properties.Path = if ($Drive.path) { $Drive.path } else { $null }
  $properties.DvdMediaType = if ($Drive.path) { [DvdMediaType]'ISO' } else { [DvdMediaType]'None' }
  ConvertTo-View 'DvdDrive' $properties -Component
}

# IPAddresses stays empty: a stock Talos does not run the service that would report them.
function ConvertTo-NicView {
  param($State, $Machine, $Nic)
  $switch = @($State.switches | Where-Object { $_.id -eq $Nic.switchId })[0]
  $properties = (Get-Owner $Machine) + [ordered]@{
    Name = $Nic.name; Id = "Microsoft:$($Machine.id.ToUpperInvariant())\$($Nic.id.ToUpperInvariant())"
    MacAddress = $Nic.mac
    DynamicMacAddressEnabled = [bool]$Nic.dynamicMac; SwitchName = $(if ($switch) { $switch.name } else { '' })
    SwitchId = $(if ($Nic.switchId) { [guid]$Nic.switchId } else { $null }); Connected = [bool]$Nic.switchId
    MacAddressSpoofing = [OnOffState]$Nic.spoofing; IPAddresses = [string[]]@(); IsLegacy = $false
    IsManagementOs = $false
  }
  ConvertTo-View 'VMNetworkAdapter' $properties -Component
}

function ConvertTo-SwitchView {
  param($Switch)
  ConvertTo-View 'VMSwitch' ([ordered]@{
      Id = [guid]$Switch.id; Name = $Switch.name; SwitchType = [VMSwitchType]$Switch.type; Notes = $Switch.notes
      AllowManagementOS = ($Switch.type -ne 0); NetAdapterInterfaceDescription = $null
      ComputerName = (Get-ComputerName)
    })
}
