# Grows, and never shrinks.
$path = [string]$request.path
Assert-TbxBelowCluster $path
$disk = Hyper-V\Get-VHD -Path $path
if ([int64]$disk.Size -ge [int64]$request.sizeBytes) { return @{ action = 'kept' } }
if ($disk.ParentPath) { throw ('TBX_BUSY the disk ' + $path + ' has a checkpoint: remove it first (Remove-VMSnapshot)') }
$null = Hyper-V\Resize-VHD -Path $path -SizeBytes ([uint64]$request.sizeBytes)
return @{ action = 'grown' }
