# A folder of the node's own, our mark in it, then the disk: whatever is left half-way carries the mark.
$folder = Get-TbxNodeFolder
$mark_file = Get-TbxMarkFile $folder
$disk = Get-TbxDisk
$is_ours = Test-TbxMarkIsOurs (Read-TbxText $mark_file)
if ([IO.File]::Exists($disk)) {
  if (-not $is_ours) { throw ('TBX_NOT_OURS the disk ' + $disk + ' is in the way: Remove-Item -LiteralPath ' + "'" + $disk + "'") }
  return @{ action = 'kept'; path = $disk }
}
if ([IO.File]::Exists($mark_file) -and -not $is_ours) {
  throw ('TBX_NOT_OURS the folder ' + $folder + ' carries the mark of another cluster, or a broken one: move it away')
}
$null = [IO.Directory]::CreateDirectory($folder)
Write-TbxText $mark_file ([string]$request.mark)
$null = Hyper-V\New-VHD -Path $disk -SizeBytes ([uint64]$request.sizeBytes) -Dynamic
return @{ action = 'created'; path = $disk }
