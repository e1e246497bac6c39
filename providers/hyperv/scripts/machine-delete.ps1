# The VM alone: its disks are deleted by name, one by one.
$machine = Get-TbxMachine
if ($null -eq $machine) { return @{ action = 'absent' } }
Assert-TbxMachineIsOurs $machine
if (([string]$machine.State) -ne 'OffCritical') { Assert-TbxOff $machine }
foreach ($snapshot in @(Hyper-V\Get-VMSnapshot -VM $machine)) {
  if ($null -ne $snapshot) { throw ('TBX_CHECKPOINT the VM ' + [string]$machine.Name + ' has the checkpoint ' + [string]$snapshot.Name + ': remove it first (Remove-VMSnapshot)') }
}
$null = Hyper-V\Remove-VM -VM $machine -Force
return @{ action = 'deleted' }
