# What several scripts need; it stands before each of them. ASCII only, Windows PowerShell 5.1.
$request = $args[0]

function Get-TbxRoot {
  if ($request.root) { return ([string]$request.root).TrimEnd('\') }
  return ([string](Hyper-V\Get-VMHost).VirtualHardDiskPath).TrimEnd('\')
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
  foreach ($machine in @(Hyper-V\Get-VM)) {
    if (([string]$machine.Id) -eq ([string]$request.machineId)) { return $machine }
  }
  return $null
}

function Assert-TbxMachine($machine) {
  if ($null -eq $machine) { throw ('TBX_ABSENT there is no VM with the ID ' + [string]$request.machineId) }
}

# Files only below our own folder are ever deleted, whatever a path says.
function Assert-TbxBelowCluster($path) {
  $whole = [IO.Path]::GetFullPath($path)
  $folder = [IO.Path]::GetFullPath((Get-TbxClusterFolder)) + '\'
  if (-not $whole.StartsWith($folder, [StringComparison]::OrdinalIgnoreCase)) {
    throw ('TBX_NOT_OURS ' + $path + ' does not lie in ' + $folder)
  }
}

# Of the text of a mark: whose it is. Anything else is nobody's.
function Test-TbxMarkIsOurs($text) {
  if (-not $text) { return $false }
  try { $mark = $text | ConvertFrom-Json } catch { return $false }
  return ([string]$mark.cluster) -eq ([string]$request.cluster) -and ([string]$mark.cluster_id) -eq ([string]$request.clusterId)
}

function Assert-TbxMachineIsOurs($machine) {
  $text = [string]$machine.Notes
  if (-not $text) { $text = Read-TbxText (Get-TbxMarkFile ([string]$machine.Path)) }
  if (-not $text) { $text = Read-TbxText (Get-TbxMarkFile (Get-TbxNodeFolder)) }
  if (-not (Test-TbxMarkIsOurs $text)) {
    throw ('TBX_NOT_OURS the VM ' + [string]$machine.Name + ' does not carry the mark of this cluster')
  }
}

function Assert-TbxOff($machine) {
  if (([string]$machine.State) -ne 'Off') {
    throw ('TBX_BUSY the VM ' + [string]$machine.Name + ' is ' + [string]$machine.State)
  }
}
