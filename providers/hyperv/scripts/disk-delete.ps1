# The disk, then the folder's mark, then the folder if nothing else is in it. A file may be held by a scanner for a while.
function Remove-TbxFile($file) {
  for ($try = 0; $true; $try++) {
    try { [IO.File]::Delete($file); return } catch [IO.IOException] { if ($try -ge 20) { throw } }
    Start-Sleep -Milliseconds 500
  }
}

$path = [string]$request.path
Assert-TbxIsTheNodesDisk $path
$folder = [IO.Path]::GetDirectoryName($path)
if (-not [IO.File]::Exists($path)) {
  if (-not [IO.Directory]::Exists($folder)) { return @{ action = 'absent' } }
} else {
  if (-not (Test-TbxMarkIsOurs (Read-TbxText (Get-TbxMarkFile $folder)))) {
    throw ('TBX_NOT_OURS the disk ' + $path + ' lies in a folder without the mark of this cluster')
  }
  Assert-TbxNoCheckpoint $path
  foreach ($drive in @(Get-TbxDrives @(Get-TbxMachines))) {
    if (([string]$drive.Path) -eq $path -or (Get-TbxBaseDisk ([string]$drive.Path)) -eq $path) {
      throw ('TBX_BUSY the disk ' + $path + ' is in use by the VM ' + [string]$drive.VMName)
    }
  }
  Remove-TbxFile $path
}
if (@([IO.Directory]::GetFiles($folder, '*.vhdx')).Count -eq 0) {
  Remove-TbxFile (Get-TbxMarkFile $folder)
  # Hyper-V's own folders stay behind, empty.
  foreach ($empty in @('Virtual Machines', 'Snapshots')) {
    $inner = $folder + '\' + [string]$request.node + '\' + $empty
    if ([IO.Directory]::Exists($inner) -and @([IO.Directory]::GetFileSystemEntries($inner)).Count -eq 0) { [IO.Directory]::Delete($inner) }
  }
  foreach ($left in @(($folder + '\' + [string]$request.node), $folder, (Get-TbxClusterFolder))) {
    if ([IO.Directory]::Exists($left) -and @([IO.Directory]::GetFileSystemEntries($left)).Count -eq 0) { [IO.Directory]::Delete($left) }
  }
}
return @{ action = 'deleted' }
