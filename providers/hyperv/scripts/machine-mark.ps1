# The same mark beside the disk and in the notes; the notes last, since they are what is read first.
$machine = Get-TbxMachine
Assert-TbxMachine $machine
Assert-TbxMachineIsOurs $machine
foreach ($drive in @(Hyper-V\Get-VMHardDiskDrive -VM $machine)) {
  if ($null -eq $drive) { continue }
  $mark_file = Get-TbxMarkFile ([IO.Path]::GetDirectoryName([string]$drive.Path))
  $before = Read-TbxText $mark_file
  if (-not (Test-TbxMarkIsOurs $before)) { continue }
  $mark = ([string]$request.mark) | ConvertFrom-Json
  if (($before | ConvertFrom-Json).was_booted) { $mark | Add-Member -Force -NotePropertyName was_booted -NotePropertyValue $true }
  Write-TbxText $mark_file (ConvertTo-Json -InputObject $mark -Compress)
}
if (([string]$machine.Notes) -ne ([string]$request.mark)) { $null = Hyper-V\Set-VM -VM $machine -Notes ([string]$request.mark) }
return @{ action = 'marked' }
