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
  Assert-TbxFolderIsOurs $folder
  Assert-TbxNoCheckpoint $path
  foreach ($drive in @(Get-TbxDrives @(Get-TbxMachines))) {
    try { $base = Get-TbxBaseDisk ([string]$drive.Path) } catch {
      throw ('TBX_BUSY whether the VM ' + [string]$drive.VMName + ' needs the disk ' + $path + ' can not be seen: ' + [string]$_.Exception.Message)
    }
    if ($base -eq $path) {
      throw ('TBX_BUSY the disk ' + $path + ' is in use by the VM ' + [string]$drive.VMName)
    }
  }
  Remove-TbxFile $path
}
if (@([IO.Directory]::GetFiles($folder, '*.vhdx')).Count -eq 0 -and (Test-TbxMarkIsOurs (Read-TbxText (Get-TbxMarkFile $folder)))) {
  Remove-TbxFile (Get-TbxMarkFile $folder)
}
# Hyper-V's own folders stay behind, empty.
$inner = $folder + '\' + [string]$request.node
foreach ($left in @(($inner + '\Virtual Machines'), ($inner + '\Snapshots'), $inner, $folder, (Get-TbxClusterFolder))) {
  Remove-TbxFolderIfEmpty $left
}
return @{ action = 'deleted' }
