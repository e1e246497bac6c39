# The same mark beside the disk and in the notes; the notes last, since they are what is read first.
$machine = Get-TbxOurMachine
foreach ($mark_file in @(Get-TbxMarkFilesOf $machine)) {
  $before = (Read-TbxText $mark_file) | ConvertFrom-Json
  Write-TbxText $mark_file (Get-TbxMarkText $request.mark $before.was_booted)
}
if (([string]$machine.Notes) -ne ([string]$request.mark)) { $null = Hyper-V\Set-VM -VM $machine -Notes ([string]$request.mark) }
return @{ action = 'marked' }
