# From now on the disk has data until Talos denies it: that is written down before the start.
$machine = Get-TbxMachine
Assert-TbxMachine $machine
Assert-TbxMachineIsOurs $machine
Assert-TbxNotCritical $machine
$state = [string]$machine.State
if ($state -eq 'Running' -or $state -eq 'Starting') { return @{ state = $state } }
if ($state -ne 'Off' -and $state -ne 'Saved' -and $state -ne 'Paused') { throw ('TBX_BUSY the VM ' + [string]$machine.Name + ' is ' + $state) }
foreach ($mark_file in @(Get-TbxMarkFilesOf $machine)) {
  $text = Read-TbxText $mark_file
  if (-not ($text | ConvertFrom-Json).was_booted) { Write-TbxText $mark_file (Get-TbxMarkText $text $true) }
}
if ($state -eq 'Paused') { $null = Hyper-V\Resume-VM -VM $machine } else { $null = Hyper-V\Start-VM -VM $machine }
return @{ state = [string](Get-TbxMachine).State }
