# Disturbs the pretended host from outside, as people, Windows and other programs would. Without a verb it lists them.

param([string]$Verb = 'help', [Parameter(ValueFromRemainingArguments = $true)][string[]]$Arguments = @())

$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/HostState/HostState.psd1"

function Get-Argument {
  param([int]$Index, [string]$Meaning)
  if ($Arguments.Count -le $Index) { throw "$Verb needs $Meaning" }
  $Arguments[$Index]
}

# Changes every machine of that name, because names need not be unique.
function Edit-Machines {
  param([scriptblock]$Change)
  $name = Get-Argument 0 'the name of a machine'
  Edit-HostState {
    param($state)
    $machines = @($state.machines | Where-Object { $_.name -eq $name })
    if (-not $machines.Count) { throw "there is no machine $name" }
    foreach ($machine in $machines) { & $Change $state $machine }
  }
}

function Show-Host {
  $state = Get-HostState
  "vmms $($state.host.vmms), $([int64]((Get-FreeBytes $state) / 1MB)) MB free, $($state.faults.Count) faults planned"
  foreach ($switch in $state.switches) {
    "switch $($switch.name) $($switch.hostIp)/$($switch.prefix)$(if ($switch.hidden) { ' hidden' })"
  }
  foreach ($machine in $state.machines) {
    $size = "$($machine.cpus) CPUs, $([int64]($machine.memory / 1MB)) MB"
    "machine $($machine.name) $($machine.id) $($machine.state), $size, $($machine.notes)"
    foreach ($drive in $machine.drives) { "  $($drive.kind) $($drive.controller):$($drive.location) $($drive.path)" }
    foreach ($nic in $machine.nics) { "  nic $($nic.mac)" }
  }
}

# One line for each guest that the host knows: name, MAC and address.
function Show-Addresses {
  foreach ($lease in Get-HostNeighbors (Get-HostState)) { "$($lease.machine.name) $($lease.nic.mac) $($lease.ip)" }
}

function Remove-Machine {
  Edit-Machines {
    param($state, $machine)
    $state.machines = @($state.machines | Where-Object { $_.id -ne $machine.id })
  }
}

function Add-ForeignMachine {
  $name = Get-Argument 0 'the name of the new machine'
  Edit-HostState {
    param($state)
    $machine = New-HostMachine $name "C:\foreign\$name" 2 1GB
    $machine.nics[0].switchId = $state.switches[0].id
    $machine.nics[0].mac = '00155D02' + $machine.id.Substring(0, 4).ToUpperInvariant()
    $machine.bootOrder = @([pscustomobject]@{ kind = 'nic'; id = $machine.nics[0].id })
    $state.machines += $machine
  }
}

function ConvertTo-Setting {
  param([string]$Text)
  if ($Text -match '^-?\d+$') { return [int64]$Text }
  if ('true', 'false' -contains $Text) { return $Text -eq 'true' }
  $Text
}

# The names are those of the state: cpus, memory, notes, secureBoot, state, ignoresShutdown ...
function Set-MachineFields {
  Edit-Machines {
    param($state, $machine)
    foreach ($argument in @($Arguments | Select-Object -Skip 1)) {
      $field, $value = $argument.Split('=', 2)
      if (-not $machine.PSObject.Properties[$field]) { throw "a machine has no $field" }
      if ($field -eq 'state') { Set-MachineState $machine $value } else { $machine.$field = ConvertTo-Setting $value }
    }
  }
}

# A disk that nobody uses.
function Add-OrphanDisk {
  $path = Resolve-HostPath (Get-Argument 0 'the path of the disk')
  $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($path))
  Write-DiskFile $path 10GB
}

# The Default Switch gets another subnet at each boot: the next /20 of 172.16.0.0/12.
function Move-Subnet {
  param($Switch)
  $first = ConvertTo-Number '172.16.0.0'
  $base = (Get-SubnetBase $Switch) - $first + 4096
  $Switch.hostIp = ConvertTo-Ip ($first + $base % 1048576 + 1)
}

# What a machine does when the host goes down and comes up is in its settings.
function Restart-Machine {
  param($Machine)
  if ($Machine.state -like '*Critical') { return }
  $ran = $Machine.state -ne 'Off' -and $Machine.state -ne 'Saved'
  if ($ran) { Set-MachineState $Machine $(if ($Machine.stopAction -eq 3) { 'Saved' } else { 'Off' }) }
  if ($Machine.startAction -eq 4 -or ($Machine.startAction -eq 3 -and $ran)) { Set-MachineState $Machine 'Running' }
}

function Restart-Host {
  Edit-HostState {
    param($state)
    foreach ($switch in $state.switches) {
      if (Test-DefaultSwitch $switch) { Move-Subnet $switch }
    }
    foreach ($machine in $state.machines) { Restart-Machine $machine }
  }
}

function Add-Fault {
  param($Fields)
  $fault = [ordered]@{ cmdlet = (Get-Argument 0 'the name of a cmdlet'); times = [int](Get-Argument 1 'how often') }
  Edit-HostState { param($state) $state.faults += [pscustomobject]($fault + $Fields) }
}

function Add-ErrorFault {
  $category = if ($Arguments.Count -gt 4) { $Arguments[4] } else { 'NotSpecified' }
  Add-Fault ([ordered]@{ error = [ordered]@{
        id = (Get-Argument 2 'an error id'); category = $category; message = (Get-Argument 3 'a message')
      } })
}

function Set-HostField {
  param([string]$Field, $Value)
  Edit-HostState { param($state) $state.host.$Field = $Value }
}

# The names are those of the state: vmms, hypervisorPresent, freeBytes ...
function Set-HostFields {
  foreach ($argument in $Arguments) {
    $field, $value = $argument.Split('=', 2)
    Set-HostField $field (ConvertTo-Setting $value)
  }
}

function Set-Duration {
  $what = Get-Argument 0 'start, address, stop or merge'
  $value = [double](Get-Argument 1 'seconds')
  Edit-HostState { param($state) $state.seconds.$what = $value }
}

function Set-DefaultSwitchField {
  param([string]$Field, $Value)
  Edit-HostState {
    param($state)
    foreach ($switch in $state.switches) { if (Test-DefaultSwitch $switch) { $switch.$Field = $Value } }
  }
}

function Add-Checkpoint {
  Edit-Machines {
    param($state, $machine)
    $id = [guid]::NewGuid().ToString()
    $disks = @(foreach ($drive in $machine.drives) {
        if ($drive.kind -ne 'disk' -or -not $drive.path) { continue }
        $file = [IO.Path]::ChangeExtension($drive.path, $null).TrimEnd('.') + '_' + $id.ToUpperInvariant() + '.avhdx'
        Write-DiskFile $file (Read-DiskFile $drive.path).size 'Differencing' $drive.path
        [pscustomobject]@{ file = $file; parent = $drive.path }
        $drive.path = $file
      })
    $machine.snapshots += [pscustomobject]@{
      id = $id; name = 'Checkpoint'; ticks = (Get-NowTicks); mergeTicks = 0; disks = $disks
    }
  }
}

function Remove-Checkpoints {
  Edit-Machines {
    param($state, $machine)
    foreach ($snapshot in $machine.snapshots) { Complete-Merge $machine $snapshot }
    $machine.snapshots = @()
  }
}

# Of several machines of one name the one that came last.
function Remove-NewestMachine {
  $name = Get-Argument 0 'the name of a machine'
  Edit-HostState {
    param($state)
    $newest = @($state.machines | Where-Object { $_.name -eq $name })[-1]
    $state.machines = @($state.machines | Where-Object { $_.id -ne $newest.id })
  }
}

function Set-Critical {
  Edit-Machines {
    param($state, $machine)
    $critical = @{ Running = 'RunningCritical'; Saved = 'SavedCritical'; Paused = 'PausedCritical' }[$machine.state]
    Set-MachineState $machine $(if ($critical) { $critical } else { 'OffCritical' })
  }
}

# A copy, as an import with a new ID makes it: notes, MAC and disk are those of the first one, and the name unless
# another is given.
function Add-Twin {
  $newName = if ($Arguments.Count -gt 1) { $Arguments[1] } else { Get-Argument 0 'the name of a machine' }
  Edit-Machines {
    param($state, $machine)
    $twin = ConvertFrom-Json -InputObject (ConvertTo-Json -InputObject $machine -Depth 10)
    $twin.id = [guid]::NewGuid().ToString()
    $twin.name = $newName
    $state.machines += $twin
  }
}

# Many VMs of somebody else, as on a host that is used for other things, too.
function Add-ForeignMachines {
  $count = [int](Get-Argument 0 'how many')
  for ($number = 1; $number -le $count; $number++) {
    $script:Arguments = @('other-{0:d3}' -f $number)
    Add-ForeignMachine
  }
}

function Add-PrivateSwitch {
  $name = Get-Argument 0 'the name of the new switch'
  Edit-HostState {
    param($state)
    $state.switches += New-HostSwitch ([guid]::NewGuid().ToString()) $name 0 0 '' 0
  }
}

# A switch to another network, which has its own DHCP. The host's address is one of 127.0.0.0/8: what is sent there arrives.
function Add-QuietSwitch {
  $name = Get-Argument 0 'the name of the new switch'
  $switch = New-HostSwitch ([guid]::NewGuid().ToString()) $name 2 50 (Get-Argument 1 'the address of the host') 24
  $switch.quiet = $true
  Edit-HostState { param($state) $state.switches += $switch }
}

function Show-Help {
  'show | json | addresses', 'power-off NAME', 'delete-machine NAME', 'foreign-machine NAME',
  'set NAME FIELD=VALUE ...', 'orphan-disk PATH', 'reboot-host',
  'fault CMDLET TIMES ERRORID MESSAGE [CATEGORY]',
  'hang CMDLET TIMES SECONDS', 'crash CMDLET TIMES before|after', 'no-faults', 'vmms-stopped | vmms-running',
  'hide-switch | show-switch',
  'host FIELD=VALUE ...', 'no-checkpoints NAME', 'delete-newest NAME', 'rename-switch NAME',
  'twin-machine NAME [NEWNAME]', 'detach-disks NAME', 'move-disk NAME PATH', 'foreign-machines COUNT', 'private-switch NAME',
  'quiet-switch NAME ADDRESS', 'critical NAME', 'checkpoint NAME', 'seconds start|address|stop|merge SECONDS'
}

switch ($Verb) {
  'show' { Show-Host }
  'json' { ConvertTo-Json -InputObject (Get-HostState) -Depth 10 }
  'addresses' { Show-Addresses }
  'power-off' { Edit-Machines { param($state, $machine) Set-MachineState $machine 'Off' } }
  'delete-machine' { Remove-Machine }
  'foreign-machine' { Add-ForeignMachine }
  'set' { Set-MachineFields }
  'orphan-disk' { Add-OrphanDisk }
  'reboot-host' { Restart-Host }
  'fault' { Add-ErrorFault }
  'hang' { Add-Fault ([ordered]@{ hang_seconds = [double](Get-Argument 2 'seconds') }) }
  'crash' { Add-Fault ([ordered]@{ exit = 3; after = (Get-Argument 2 'before or after') -eq 'after' }) }
  'host' { Set-HostFields }
  'twin-machine' { Add-Twin }
  'detach-disks' { Edit-Machines { param($state, $machine) $machine.drives = @() } }
  'move-disk' { Edit-Machines { param($state, $machine) $machine.drives[0].path = Get-Argument 1 'a path' } }
  'foreign-machines' { Add-ForeignMachines }
  'private-switch' { Add-PrivateSwitch }
  'quiet-switch' { Add-QuietSwitch }
  'no-checkpoints' { Remove-Checkpoints }
  'delete-newest' { Remove-NewestMachine }
  'rename-switch' { Set-DefaultSwitchField 'name' (Get-Argument 0 'the new name of the Default Switch') }
  'vmms-stopped' { Set-HostField 'vmms' 'Stopped' }
  'no-faults' { Edit-HostState { param($state) $state.faults = @() } }
  'vmms-running' { Set-HostField 'vmms' 'Running' }
  'hide-switch' { Set-DefaultSwitchField 'hidden' $true }
  'show-switch' { Set-DefaultSwitchField 'hidden' $false }
  'critical' { Set-Critical }
  'checkpoint' { Add-Checkpoint }
  'seconds' { Set-Duration }
  'help' { Show-Help }
  default { throw "unknown verb $Verb" }
}
