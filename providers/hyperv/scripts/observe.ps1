# One look at the whole host: rights, switch, images, all VMs, the disks in our folders. Changes nothing there.

# By the group's ID: its name is translated.
function Get-TbxIsAdministrator {
  $me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
  return [bool]$me.IsInRole((New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-544'))
}

function Get-TbxServiceState {
  $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='vmms'"
  if ($null -eq $service) { return 'Absent' }
  return [string]$service.State
}

# Hyper-V's service runs without it, too, and starts no VM then.
function Get-TbxIsHypervisorThere {
  return [bool](Get-CimInstance -ClassName Win32_ComputerSystem).HypervisorPresent
}

function Get-TbxArchitecture {
  if (($env:PROCESSOR_ARCHITEW6432 -eq 'ARM64') -or ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64')) { return 'arm64' }
  return 'amd64'
}

function Get-TbxHostCard($switch) {
  $name = 'vEthernet (' + [string]$switch.Name + ')'
  foreach ($card in @(Get-NetAdapter -IncludeHidden)) {
    if (([string]$card.Name) -eq $name) { return $card }
  }
  return $null
}

function Get-TbxSwitchRow {
  $switch = Get-TbxSwitch
  if ($null -eq $switch) { return @{ present = $false } }
  $row = @{ present = $true; address = ''; prefix = 0 }
  $card = Get-TbxHostCard $switch
  if ($null -ne $card) {
    foreach ($address in @(Get-NetIPAddress -InterfaceIndex $card.InterfaceIndex -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
      if ($null -ne $address) { $row.address = [string]$address.IPAddress; $row.prefix = [int]$address.PrefixLength }
    }
  }
  return $row
}

function Get-TbxNeighbours {
  $rows = @()
  foreach ($row in @(Get-NetNeighbor -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
    if ($null -eq $row -or @('Unreachable', 'Incomplete') -contains ([string]$row.State)) { continue }
    $rows += @{ address = [string]$row.IPAddress; mac = [string]$row.LinkLayerAddress; state = [string]$row.State }
  }
  return $rows
}

function Get-TbxGroups($items) {
  $groups = @{}
  foreach ($item in @($items)) {
    if ($null -eq $item) { continue }
    $key = ([string]$item.VMId).ToLowerInvariant()
    if (-not $groups.ContainsKey($key)) { $groups[$key] = @() }
    $groups[$key] += $item
  }
  return $groups
}

# The mark of a VM that was made only half lies in its folder. One of another name is somebody else's, wherever it lies.
function Get-TbxMarkOf($machine) {
  if ($machine.Notes) { return [string]$machine.Notes }
  $path = [string]$machine.Path
  if (-not $path) { return '' }
  $text = Read-TbxText (Get-TbxMarkFile $path)
  if (-not $text) { $text = Read-TbxText (Get-TbxMarkFile (Split-Path -Parent $path)) }
  if (-not $text) { return '' }
  try { $mark = $text | ConvertFrom-Json } catch { return '' }
  if (([string]$mark.node) -ne ([string]$machine.Name)) { return '' }
  return $text
}

# Behind a checkpoint of ours; those of other VMs may be many, and slow to open.
function Get-TbxBaseDiskOfOurs($machine, $path) {
  try {
    if ((Test-TbxMarkIsOurs ([string]$machine.Notes)) -or (Test-TbxIsBelowCluster $path)) { return Get-TbxBaseDisk $path }
  } catch { return $path }
  return $path
}

# As the file names it, where it is the one that the file means: the Default Switch has a name of its own in some languages.
function Get-TbxSwitchName($card, $switch) {
  if ($null -ne $switch -and ([string]$card.SwitchId) -eq ([string]$switch.Id)) { return [string]$request.switchName }
  return [string]$card.SwitchName
}

function Get-TbxMachineRows {
  $switch = Get-TbxSwitch
  $all = @(Get-TbxMachines)
  if ($all.Count -eq 0) { return @() }
  $cards = Get-TbxGroups @(Hyper-V\Get-VMNetworkAdapter -VM $all)
  $drives = Get-TbxGroups @(Get-TbxDrives $all)
  $guids = Get-TbxBiosGuids
  $rows = @()
  foreach ($machine in $all) {
    $id = ([string]$machine.Id).ToLowerInvariant()
    $card = @($cards[$id] | Where-Object { $_ })
    $row = @{ name = [string]$machine.Name; id = $id; guid = [string]$guids[$id]; state = [int]$machine.State
      cpus = [int]$machine.ProcessorCount; memory = [int64]$machine.MemoryStartup
      mark = [string](Get-TbxMarkOf $machine); isHalfMade = -not $machine.Notes; uptime = [double]$machine.Uptime.TotalSeconds; mac = ''; switch = ''; addresses = @()
      disks = @(@($drives[$id]) | Where-Object { $_ } | ForEach-Object { Get-TbxBaseDiskOfOurs $machine ([string]$_.Path) }) }
    if ($card.Count -gt 0) {
      $row.mac = [string]$card[0].MacAddress
      $row.switch = Get-TbxSwitchName $card[0] $switch
      $row.addresses = @(@($card[0].IPAddresses) | Where-Object { $_ } | ForEach-Object { [string]$_ })
    }
    $rows += $row
  }
  return $rows
}

# Of ours, and long enough on to have an address.
function Test-TbxIsUnseen($row, $neighbours) {
  if ($row.state -ne 2 -or $row.uptime -lt 30 -or $row.addresses.Count -ne 0 -or -not (Test-TbxMarkIsOurs $row.mark)) { return $false }
  return @($neighbours | Where-Object { $_.mac.Replace('-', '') -eq $row.mac }).Count -eq 0
}

function Get-TbxAddress([uint32]$number) {
  $bytes = [BitConverter]::GetBytes($number)
  [Array]::Reverse($bytes)
  return [Net.IPAddress]::new($bytes)
}

# The host knows whose an address is once the two have spoken. Where DHCP is the host's own they have; on a switch to another
# network nobody begins, so the host does: with a datagram to each address, to a port of traceroute's. Of small networks only, and
# not all the time. $true: it did.
function Send-TbxGreetings($switch) {
  if (-not $switch.address -or $switch.prefix -lt 22 -or $switch.prefix -gt 30) { return $false }
  if ($global:TbxGreeted -gt [DateTime]::UtcNow.AddSeconds(-10)) { return $false }
  $global:TbxGreeted = [DateTime]::UtcNow
  $bytes = [Net.IPAddress]::Parse($switch.address).GetAddressBytes()
  [Array]::Reverse($bytes)
  $own = [int64][BitConverter]::ToUInt32($bytes, 0)
  $count = [int64][Math]::Pow(2, 32 - $switch.prefix)
  $socket = New-Object Net.Sockets.UdpClient
  for ($at = $own - $own % $count + 1; $at % $count -ne $count - 1; $at++) {
    $to = New-Object Net.IPEndPoint (Get-TbxAddress $at), 33434
    try { $null = $socket.Send([byte[]]@(0), 1, $to) } catch { continue }
  }
  $socket.Close()
  Start-Sleep -Milliseconds 500
  return $true
}

# A disk that can't be opened is there all the same: its size is unknown then, and says so as -1.
function Get-TbxDiskRow($node, $file) {
  $size = [int64]-1
  try { $size = [int64](Hyper-V\Get-VHD -Path $file).Size } catch { $size = [int64]-1 }
  return @{ node = [string]$node; path = [string]$file; size = $size }
}

function Get-TbxDiskRows {
  $rows = @()
  $folder = Get-TbxClusterFolder
  if (-not [IO.Directory]::Exists($folder)) { return $rows }
  foreach ($node in [IO.Directory]::GetDirectories($folder)) {
    $name = [IO.Path]::GetFileName($node)
    $file = $node + '\' + $name + '.vhdx'
    if (-not [IO.File]::Exists($file)) { continue }
    $row = Get-TbxDiskRow $name $file
    $row.mark = [string](Read-TbxText (Get-TbxMarkFile $node))
    $rows += $row
  }
  return $rows
}

# The first disk of a VM of ours that lies elsewhere, moved there by somebody, or is out of reach: it must not pass for gone,
# nor for one that was never booted. A VM that is on, or one that Hyper-V calls critical, holds its disk.
function Get-TbxDisksElsewhere($machines, $disks) {
  $rows = @()
  foreach ($machine in $machines) {
    if ($machine.disks.Count -eq 0 -or -not (Test-TbxMarkIsOurs $machine.mark)) { continue }
    $path = [string]$machine.disks[0]
    $is_off = $machine.state -eq 3
    if (($is_off -and (Test-TbxIsGone $path)) -or @($disks | Where-Object { $_.path -eq $path }).Count -ne 0) { continue }
    $row = Get-TbxDiskRow $machine.name $path
    $row.mark = Get-TbxMarkText $machine.mark $true
    $rows += $row
  }
  return $rows
}

function Get-TbxImages {
  $names = @()
  $folder = [string]$request.isoFolder
  if ($folder -and [IO.Directory]::Exists($folder)) {
    foreach ($file in [IO.Directory]::GetFiles($folder, '*.iso')) { $names += [string][IO.Path]::GetFileNameWithoutExtension($file) }
  }
  return $names
}

$vmms = Get-TbxServiceState
$answer = @{ vmms = $vmms; hypervisor = Get-TbxIsHypervisorThere; arch = Get-TbxArchitecture; administrator = Get-TbxIsAdministrator
  images = @(Get-TbxImages); machines = @(); disks = @(); neighbours = @(); switch = @{ present = $false } }
# Without its service Hyper-V has "no VMs", which is not so.
if ($vmms -eq 'Running') {
  $answer.switch = Get-TbxSwitchRow
  $answer.neighbours = @(Get-TbxNeighbours)
  $answer.machines = @(Get-TbxMachineRows)
  $is_any_unseen = @($answer.machines | Where-Object { Test-TbxIsUnseen $_ $answer.neighbours }).Count -ne 0
  if ($is_any_unseen -and (Send-TbxGreetings $answer.switch)) { $answer.neighbours = @(Get-TbxNeighbours) }
  $answer.disks = @(Get-TbxDiskRows)
  $answer.disks += @(Get-TbxDisksElsewhere $answer.machines $answer.disks)
}
return $answer
