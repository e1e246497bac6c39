# What happens to machines as time goes by. The file holds when a transition ends; whoever reads it later completes it.

$script:Transitions = @('Starting', 'Stopping', 'Saving', 'Resuming')

function Get-NowTicks { [DateTime]::UtcNow.Ticks }

function ConvertTo-Ticks { param([double]$Seconds) [int64]($Seconds * 10000000) }

function Test-Moving { param($Machine) $script:Transitions -contains $Machine.state }

# upTicks is when the guest began to run: its address appears some time after it.
function Set-MachineState {
  param($Machine, [string]$State, [int64]$At = (Get-NowTicks))
  $Machine.state = $State
  $Machine.next = $null
  if ($State -eq 'Running' -and -not $Machine.upTicks) { $Machine.upTicks = $At }
  if ($State -notlike 'Running*' -and $State -notlike 'Paus*' -and $State -ne 'Resuming') {
    $Machine.upTicks = [int64]0
  }
}

function Start-Transition {
  param($Machine, [string]$Through, [string]$To, [double]$Seconds)
  $keepsRunning = $Through -eq 'Resuming' -or $Through -eq 'Stopping'
  $upTicks = $Machine.upTicks
  Set-MachineState $Machine $Through
  if ($keepsRunning) { $Machine.upTicks = $upTicks }
  $Machine.next = [pscustomobject]@{ state = $To; ticks = (Get-NowTicks) + (ConvertTo-Ticks $Seconds) }
}

# A checkpoint that was removed leaves its file until the merge is done, and the machine uses that file until then.
function Complete-Merge {
  param($Machine, $Snapshot)
  foreach ($disk in $Snapshot.disks) {
    foreach ($drive in $Machine.drives) { if ($drive.path -eq $disk.file) { $drive.path = $disk.parent } }
    if ([IO.File]::Exists($disk.file)) { [IO.File]::Delete($disk.file) }
  }
}

function Update-Snapshots {
  param($Machine, [int64]$Now)
  $left = @()
  foreach ($snapshot in $Machine.snapshots) {
    $isDue = $snapshot.mergeTicks -and $snapshot.mergeTicks -le $Now
    if ($isDue) { Complete-Merge $Machine $snapshot } else { $left += $snapshot }
  }
  $Machine.snapshots = $left
}

# A machine that is gone leaves the files of its checkpoints for a while.
function Add-LateMerge {
  param($State, $Snapshot)
  $due = (Get-NowTicks) + (ConvertTo-Ticks $State.seconds.merge)
  foreach ($disk in $Snapshot.disks) { $State.merges += [pscustomobject]@{ file = $disk.file; ticks = $due } }
}

function Update-HostLife {
  param($State)
  $now = Get-NowTicks
  foreach ($merge in $State.merges) {
    if ($merge.ticks -le $now -and [IO.File]::Exists($merge.file)) { [IO.File]::Delete($merge.file) }
  }
  $State.merges = @($State.merges | Where-Object { $_.ticks -gt $now })
  foreach ($machine in $State.machines) {
    foreach ($list in 'drives', 'nics', 'snapshots', 'bootOrder') {
      $machine.$list = @($machine.$list | Where-Object { $_ })
    }
    if ($machine.next -and $machine.next.ticks -le $now) {
      Set-MachineState $machine $machine.next.state $machine.next.ticks
    }
    Update-Snapshots $machine $now
  }
}

function Find-MachineById {
  param($State, [string]$Id)
  foreach ($machine in $State.machines) { if ($machine.id -eq $Id) { return $machine } }
}

# The real cmdlets return when the machine has arrived. Outside of the lock, so that others see it on its way.
function Wait-Machine {
  param([string[]]$Ids)
  foreach ($id in $Ids) {
    for ($machine = Find-MachineById (Get-HostState) $id; $machine -and (Test-Moving $machine); ) {
      Start-Sleep -Milliseconds 20
      $machine = Find-MachineById (Get-HostState) $id
    }
  }
}

# Machines that run, or are about to, hold the memory that they were given.
function Get-FreeBytes {
  param($State)
  $used = [int64]0
  foreach ($machine in $State.machines) {
    if ($machine.upTicks -or $machine.state -eq 'Starting') { $used += $machine.memory }
  }
  [Math]::Max([int64]0, [int64]$State.host.freeBytes - $used)
}

function New-HostMachine {
  param([string]$Name, [string]$Path, [int]$Generation, [int64]$MemoryBytes)
  $id = [guid]::NewGuid().ToString()
  [pscustomobject]@{
    id = $id; name = $Name; notes = ''; path = $Path; generation = $Generation; cpus = 1; memory = $MemoryBytes
    dynamicMemory = $false; memoryMinimum = 512MB; memoryMaximum = 1TB; nested = $false; checkpointType = 3
    autoCheckpoints = $true; startAction = 3; stopAction = 3; startDelay = 0; biosGuid = [guid]::NewGuid().ToString()
    secureBoot = 0; secureBootTemplate = 'MicrosoftWindows'; pauseAfterBootFailure = 1; consoleMode = 0
    bootOrder = @(); drives = @(); nics = @(New-HostNic); snapshots = @(); version = '12.0'
    ignoresShutdown = $false; ignoresTurnOff = $false; withoutIntegration = $false
    state = 'Off'; next = $null; upTicks = [int64]0; createdTicks = (Get-NowTicks)
  }
}

function New-HostNic {
  [pscustomobject]@{
    id = [guid]::NewGuid().ToString(); name = 'Network Adapter'; mac = '000000000000'; dynamicMac = $true
    switchId = ''; spoofing = 1
  }
}
