# The VM alone: its disks are deleted by name, one by one.
$machine = Get-TbxMachine
if ($null -eq $machine) { return @{ action = 'absent' } }
Assert-TbxMachineIsOurs $machine
if (([string]$machine.State) -ne 'OffCritical') { Assert-TbxOff $machine }
foreach ($snapshot in @(Hyper-V\Get-VMSnapshot -VM $machine)) {
  if ($null -ne $snapshot) { throw ('TBX_CHECKPOINT the VM ' + [string]$machine.Name + ' has the checkpoint ' + [string]$snapshot.Name + ': remove it first (Remove-VMSnapshot)') }
}
# A disk that lies elsewhere, or is out of reach, would be left behind, and nobody would see it any more.
foreach ($drive in @(Get-TbxDrives $machine | Select-Object -First 1)) {
  $path = Get-TbxBaseDisk ([string]$drive.Path)
  if (Test-TbxIsGone $path) { continue }
  Assert-TbxBelowCluster $path
  if (-not [IO.File]::Exists($path)) {
    throw ('TBX_ABSENT the disk ' + $path + ' is out of reach: bring its drive back, then apply again; or remove the VM ' + [string]$machine.Name + ' yourself (Remove-VM)')
  }
}
$null = Hyper-V\Remove-VM -VM $machine -Force
return @{ action = 'deleted' }
