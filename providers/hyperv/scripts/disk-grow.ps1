# Grows, and never shrinks.
$path = [string]$request.path
Assert-TbxIsTheNodesDisk $path
Assert-TbxFolderIsOurs (Get-TbxNodeFolder)
$disk = Hyper-V\Get-VHD -Path $path
if ([int64]$disk.Size -ge [int64]$request.sizeBytes) { return @{ action = 'kept' } }
Assert-TbxNoCheckpoint $path
$null = Hyper-V\Resize-VHD -Path $path -SizeBytes ([uint64]$request.sizeBytes)
return @{ action = 'grown' }
