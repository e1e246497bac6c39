# What several scripts need; it stands before each of them. ASCII only, Windows PowerShell 5.1.
$request = $args[0]
$known = @{}

# Asked of the host once in a request, where the file names none.
function Get-TbxRoot {
  if (-not $known.root) {
    $known.root = if ($request.root) { [IO.Path]::GetFullPath([string]$request.root) } else { [string](Hyper-V\Get-VMHost).VirtualHardDiskPath }
  }
  return $known.root.TrimEnd('\')
}

function Get-TbxClusterFolder { return (Get-TbxRoot) + '\tbx\' + [string]$request.cluster }

function Get-TbxNodeFolder { return (Get-TbxClusterFolder) + '\' + [string]$request.node }

function Get-TbxDisk { return (Get-TbxNodeFolder) + '\' + [string]$request.node + '.vhdx' }

function Get-TbxMarkFile($folder) { return $folder + '\tbx-mark.json' }

function Read-TbxText($path) {
  if ([IO.File]::Exists($path)) { return [IO.File]::ReadAllText($path) }
  return ''
}

# Whole or not at all: a reader never sees half of it.
function Write-TbxText($path, $text) {
  $new = $path + '.new'
  [IO.File]::WriteAllText($new, $text)
  if ([IO.File]::Exists($path)) { [IO.File]::Replace($new, $path, [NullString]::Value) } else { [IO.File]::Move($new, $path) }
}

# The VM with this ID; a name is no identity. Absent is $null, which is no error.
function Get-TbxMachine {
  foreach ($machine in @(Get-TbxMachines)) {
    if (([string]$machine.Id) -eq ([string]$request.machineId)) { return $machine }
  }
  return $null
}

function Test-TbxIsBelowCluster($path) {
  $folder = [IO.Path]::GetFullPath((Get-TbxClusterFolder)) + '\'
  return [IO.Path]::GetFullPath($path).StartsWith($folder, [StringComparison]::OrdinalIgnoreCase)
}

# Files only below our own folder are ever deleted, whatever a path says.
function Assert-TbxBelowCluster($path) {
  if (-not (Test-TbxIsBelowCluster $path)) {
    throw ('TBX_NOT_OURS ' + $path + ' does not lie in ' + (Get-TbxClusterFolder) + ', and nothing is deleted elsewhere: if hyperv.path was changed, change hyperv.path back; else move the disk')
  }
}

# Whether a file is gone, and not just out of reach: the folder that it would lie in, or the nearest that is there, can be
# listed and does not have it.
function Test-TbxIsGone($path) {
  try {
    for ($entry = [IO.Path]::GetFullPath($path); $entry; $entry = $folder) {
      $folder = [IO.Path]::GetDirectoryName($entry)
      if (-not $folder) { return $false }
      if (-not [IO.Directory]::Exists($folder)) { continue }
      return @([IO.Directory]::GetFileSystemEntries($folder) | Where-Object { [IO.Path]::GetFileName($_) -eq [IO.Path]::GetFileName($entry) }).Count -eq 0
    }
  } catch { return $false }
}

# The one disk that is the node's; a file that somebody put beside it is his.
function Assert-TbxIsTheNodesDisk($path) {
  Assert-TbxBelowCluster $path
  if ([IO.Path]::GetFullPath($path) -ne [IO.Path]::GetFullPath((Get-TbxDisk))) {
    throw ('TBX_NOT_OURS ' + $path + ' is not the disk of ' + [string]$request.node)
  }
}

# What a checkpoint made hangs on the disk: then it is neither deleted nor grown.
function Assert-TbxNoCheckpoint($path) {
  if (@([IO.Directory]::GetFiles([IO.Path]::GetDirectoryName($path), '*.avhdx')).Count -ne 0) {
    throw ('TBX_CHECKPOINT the disk ' + $path + ' has a checkpoint, perhaps of a backup: remove it (Remove-VMSnapshot), wait until it is merged, then apply again')
  }
}

# The disk behind its checkpoints.
function Get-TbxBaseDisk($path) {
  for ($depth = 0; $depth -lt 64 -and $path.EndsWith('.avhdx', [StringComparison]::OrdinalIgnoreCase); $depth++) {
    $parent = [string](Hyper-V\Get-VHD -Path $path).ParentPath
    if (-not $parent) { break }
    $path = $parent
  }
  return $path
}

# All VMs, and all drives of some. An error is not swallowed: who isn't in the list holds no disk.
function Get-TbxMachines { return @(Hyper-V\Get-VM | Where-Object { $_ }) }

function Get-TbxDrives($machines) {
  if (@($machines).Count -eq 0) { return @() }
  return @(Hyper-V\Get-VMHardDiskDrive -VM $machines | Where-Object { $_ })
}

# The GUIDs that guests see, by VM ID in lower case; without braces.
function Get-TbxBiosGuids {
  $guids = @{}
  $realized = "VirtualSystemType='Microsoft:Hyper-V:System:Realized'"
  foreach ($settings in @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_VirtualSystemSettingData -Filter $realized)) {
    if ($null -eq $settings) { continue }
    $guids[([string]$settings.VirtualSystemIdentifier).ToLowerInvariant()] = ([string]$settings.BIOSGUID).Trim('{', '}').ToLowerInvariant()
  }
  return $guids
}

# The text of a mark that also says that its disk was booted, where $was_booted.
function Get-TbxMarkText($text, $was_booted) {
  $mark = ([string]$text) | ConvertFrom-Json
  if ($was_booted) { $mark | Add-Member -Force -NotePropertyName was_booted -NotePropertyValue $true }
  return ConvertTo-Json -InputObject $mark -Compress
}

# Our marks beside a VM's disks: the files.
function Get-TbxMarkFilesOf($machine) {
  foreach ($drive in @(Get-TbxDrives $machine)) {
    $mark_file = Get-TbxMarkFile ([IO.Path]::GetDirectoryName([string]$drive.Path))
    if (Test-TbxMarkIsOurs (Read-TbxText $mark_file)) { $mark_file }
  }
}

function Get-TbxImageFile { return ([string]$request.isoFolder) + '\' + [string]$request.image + '.iso' }

# By its ID where it is the one that every Windows has: its name is translated.
function Get-TbxSwitch {
  $wanted = [string]$request.switchName
  foreach ($switch in @(Hyper-V\Get-VMSwitch)) {
    $is_default = $wanted -eq 'Default Switch' -and ([string]$switch.Id) -eq 'c08cb7b8-9b3c-408e-8e30-5e16a3aeb444'
    if ($is_default -or ([string]$switch.Name) -eq $wanted) { return $switch }
  }
  return $null
}

# Of the text of a mark: whose it is, and of which node where one is asked about. Anything else is nobody's.
function Test-TbxMarkIsOurs($text) {
  if (-not $text) { return $false }
  try { $mark = $text | ConvertFrom-Json } catch { return $false }
  if ($request.node -and ([string]$mark.node) -ne ([string]$request.node)) { return $false }
  return ([string]$mark.cluster) -eq ([string]$request.cluster) -and ([string]$mark.cluster_id) -eq ([string]$request.clusterId)
}

function Assert-TbxMachineIsOurs($machine) {
  $text = [string]$machine.Notes
  if (-not $text) { $text = Read-TbxText (Get-TbxMarkFile ([string]$machine.Path)) }
  $is_in_folder = ([string]$machine.Path).StartsWith((Get-TbxNodeFolder) + '\', [StringComparison]::OrdinalIgnoreCase)
  if (-not $text -and $is_in_folder -and ([string]$machine.Name) -eq ([string]$request.node)) {
    $text = Read-TbxText (Get-TbxMarkFile (Get-TbxNodeFolder))
  }
  if (-not (Test-TbxMarkIsOurs $text)) {
    throw ('TBX_NOT_OURS the VM ' + [string]$machine.Name + ' does not carry the mark of this cluster')
  }
}

# The VM with this ID, which has to be there and ours.
function Get-TbxOurMachine {
  $machine = Get-TbxMachine
  if ($null -eq $machine) { throw ('TBX_ABSENT there is no VM with the ID ' + [string]$request.machineId) }
  Assert-TbxMachineIsOurs $machine
  return $machine
}

function Assert-TbxFolderIsOurs($folder) {
  if (-not (Test-TbxMarkIsOurs (Read-TbxText (Get-TbxMarkFile $folder)))) {
    throw ('TBX_NOT_OURS the folder ' + $folder + ' does not carry the mark of this cluster')
  }
}

function Remove-TbxFolderIfEmpty($folder) {
  if ([IO.Directory]::Exists($folder) -and @([IO.Directory]::GetFileSystemEntries($folder)).Count -eq 0) { [IO.Directory]::Delete($folder) }
}

# A VM whose files can't be reached stays so until somebody mends it.
function Assert-TbxNotCritical($machine) {
  if (([string]$machine.State).EndsWith('Critical')) {
    throw ('TBX_CRITICAL the VM ' + [string]$machine.Name + ' is ' + [string]$machine.State + ': Hyper-V cannot reach its files; see whether their drive is there, then Hyper-V Manager')
  }
}

function Assert-TbxOff($machine) {
  Assert-TbxNotCritical $machine
  if (([string]$machine.State) -ne 'Off') {
    throw ('TBX_BUSY the VM ' + [string]$machine.Name + ' is ' + [string]$machine.State)
  }
}
