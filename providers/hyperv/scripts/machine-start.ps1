# From now on the disk has data until Talos denies it: that is written down before the start.
$machine = Get-TbxMachine
Assert-TbxMachine $machine
Assert-TbxMachineIsOurs $machine
$state = [string]$machine.State
if ($state -eq 'Running' -or $state -eq 'Starting') { return @{ state = $state } }
if ($state -ne 'Off' -and $state -ne 'Saved' -and $state -ne 'Paused') { throw ('TBX_BUSY the VM ' + [string]$machine.Name + ' is ' + $state) }
foreach ($drive in @(Hyper-V\Get-VMHardDiskDrive -VM $machine)) {
  if ($null -eq $drive) { continue }
  $mark_file = Get-TbxMarkFile ([IO.Path]::GetDirectoryName([string]$drive.Path))
  $text = Read-TbxText $mark_file
  if (-not (Test-TbxMarkIsOurs $text)) { continue }
  $mark = $text | ConvertFrom-Json
  if (-not $mark.was_booted) {
    $mark | Add-Member -Force -NotePropertyName was_booted -NotePropertyValue $true
    Write-TbxText $mark_file (ConvertTo-Json -InputObject $mark -Compress)
  }
}
if ($state -eq 'Paused') { $null = Hyper-V\Resume-VM -VM $machine } else { $null = Hyper-V\Start-VM -VM $machine }
return @{ state = [string](Get-TbxMachine).State }
