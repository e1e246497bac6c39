# One look at the whole host: rights, switch, images, all VMs, the disks in our folders. Changes nothing.

function Get-TbxIsMember($sid) {
  $me = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
  return [bool]$me.IsInRole((New-Object Security.Principal.SecurityIdentifier $sid))
}

function Get-TbxServiceState {
  $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='vmms'"
  if ($null -eq $service) { return 'Absent' }
  return [string]$service.State
}

function Get-TbxArchitecture {
  if (($env:PROCESSOR_ARCHITEW6432 -eq 'ARM64') -or ($env:PROCESSOR_ARCHITECTURE -eq 'ARM64')) { return 'arm64' }
  return 'amd64'
}

# By its ID where it is the one that every Windows has: its name is translated.
function Get-TbxSwitch {
  $wanted = [string]$request.switchName
  foreach ($switch in @(Hyper-V\Get-VMSwitch)) {
    $is_default = $wanted -eq 'Default Switch' -and ([string]$switch.Id) -eq 'c08cb7b8-9b3c-408e-8e30-5e16a3aeb444'
    if ($is_default -or ([string]$switch.Name) -eq $wanted) { return $switch }
  }
  return $null
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
  if ($null -eq $switch) {
    $names = @(@(Hyper-V\Get-VMSwitch) | Where-Object { $_ } | ForEach-Object { [string]$_.Name })
    return @{ present = $false; names = $names }
  }
  $row = @{ present = $true; id = [string]$switch.Id; name = [string]$switch.Name; type = [int]$switch.SwitchType
    address = ''; prefix = 0; card = -1 }
  $card = Get-TbxHostCard $switch
  if ($null -ne $card) {
    $row.card = [int]$card.InterfaceIndex
    foreach ($address in @(Get-NetIPAddress -InterfaceIndex $card.InterfaceIndex -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
      if ($null -ne $address) { $row.address = [string]$address.IPAddress; $row.prefix = [int]$address.PrefixLength }
    }
  }
  return $row
}

function Get-TbxNeighbours {
  $rows = @()
  foreach ($row in @(Get-NetNeighbor -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
    if ($null -eq $row) { continue }
    $rows += @{ address = [string]$row.IPAddress; mac = [string]$row.LinkLayerAddress; state = [string]$row.State
      card = [int]$row.InterfaceIndex }
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

function Get-TbxBiosGuids {
  $guids = @{}
  $realized = "VirtualSystemType='Microsoft:Hyper-V:System:Realized'"
  foreach ($settings in @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemSettingData -Filter $realized)) {
    if ($null -eq $settings) { continue }
    $guids[([string]$settings.VirtualSystemIdentifier).ToLowerInvariant()] = [string]$settings.BIOSGUID
  }
  return $guids
}

# The mark of a VM that was made only half lies in its folder.
function Get-TbxMarkOf($machine) {
  if ($machine.Notes) { return [string]$machine.Notes }
  $path = [string]$machine.Path
  if (-not $path) { return '' }
  $text = Read-TbxText (Get-TbxMarkFile $path)
  if ($text) { return $text }
  return Read-TbxText (Get-TbxMarkFile (Split-Path -Parent $path))
}

function Get-TbxMachineRows {
  $cards = Get-TbxGroups @(Hyper-V\Get-VMNetworkAdapter -VMName '*')
  $drives = Get-TbxGroups @(Hyper-V\Get-VMHardDiskDrive -VMName '*')
  $guids = Get-TbxBiosGuids
  $rows = @()
  foreach ($machine in @(Hyper-V\Get-VM)) {
    if ($null -eq $machine) { continue }
    $id = ([string]$machine.Id).ToLowerInvariant()
    $card = @($cards[$id] | Where-Object { $_ })
    $row = @{ name = [string]$machine.Name; id = $id; guid = [string]$guids[$id]; state = [int]$machine.State
      cpus = [int]$machine.ProcessorCount; memory = [int64]$machine.MemoryStartup; generation = [int]$machine.Generation
      mark = [string](Get-TbxMarkOf $machine); isHalfMade = -not $machine.Notes; mac = ''; switch = ''; addresses = @()
      disks = @(@($drives[$id]) | Where-Object { $_ } | ForEach-Object { [string]$_.Path }) }
    if ($card.Count -gt 0) {
      $row.mac = [string]$card[0].MacAddress
      $row.switch = [string]$card[0].SwitchName
      $row.addresses = @(@($card[0].IPAddresses) | Where-Object { $_ } | ForEach-Object { [string]$_ })
    }
    $rows += $row
  }
  return $rows
}

# A disk that can't be opened is there all the same: its size is unknown then, and says so as -1.
function Get-TbxDiskRow($node, $file) {
  $size = [int64]-1
  $text = ''
  try { $size = [int64](Hyper-V\Get-VHD -Path $file).Size } catch { $text = [string]$_.Exception.Message }
  return @{ node = [string]$node; path = [string]$file; size = $size; error = $text }
}

function Get-TbxDiskRows {
  $rows = @()
  $folder = Get-TbxClusterFolder
  if (-not [IO.Directory]::Exists($folder)) { return $rows }
  foreach ($node in [IO.Directory]::GetDirectories($folder)) {
    $mark = Read-TbxText (Get-TbxMarkFile $node)
    foreach ($file in [IO.Directory]::GetFiles($node, '*.vhdx')) {
      $row = Get-TbxDiskRow ([IO.Path]::GetFileName($node)) $file
      $row.mark = [string]$mark
      $rows += $row
    }
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
$answer = @{ vmms = $vmms; arch = Get-TbxArchitecture; administrator = Get-TbxIsMember 'S-1-5-32-544'
  hyperVAdministrator = Get-TbxIsMember 'S-1-5-32-578'; computer = [string]$env:COMPUTERNAME; root = ''
  images = @(Get-TbxImages); machines = @(); disks = @(); neighbours = @(); switch = @{ present = $false; names = @() } }
# Without its service Hyper-V has "no VMs", which is not so.
if ($vmms -eq 'Running') {
  $answer.root = Get-TbxRoot
  $answer.switch = Get-TbxSwitchRow
  $answer.neighbours = @(Get-TbxNeighbours)
  $answer.machines = @(Get-TbxMachineRows)
  $answer.disks = @(Get-TbxDiskRows)
}
return $answer
