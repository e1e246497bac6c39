# From now on the disk has data until Talos denies it: that is written down before the start.

# An image that is gone keeps a VM from starting. One whose disk was booted needs none any more.
function Dismount-TbxLostImages($machine, $was_booted) {
  foreach ($drive in @(Hyper-V\Get-VMDvdDrive -VM $machine | Where-Object { $_ -and $_.Path })) {
    if ([IO.File]::Exists([string]$drive.Path)) { continue }
    if (-not $was_booted) {
      throw ('TBX_ABSENT the boot image ' + [string]$drive.Path + ' is gone: bring it back, or make the node anew (tbx apply --replace ' + [string]$machine.Name + ')')
    }
    $null = Hyper-V\Set-VMDvdDrive -VMDvdDrive $drive -Path $null
  }
}

$machine = Get-TbxOurMachine
Assert-TbxNotCritical $machine
$state = [string]$machine.State
if ($state -eq 'Running' -or $state -eq 'Starting') { return @{ state = $state } }
if ($state -ne 'Off' -and $state -ne 'Saved' -and $state -ne 'Paused') { throw ('TBX_BUSY the VM ' + [string]$machine.Name + ' is ' + $state) }
$mark_files = @(Get-TbxMarkFilesOf $machine)
$fresh = @($mark_files | Where-Object { -not ((Read-TbxText $_) | ConvertFrom-Json).was_booted })
if ($state -eq 'Off') { Dismount-TbxLostImages $machine ($fresh.Count -eq 0) }
foreach ($mark_file in $fresh) { Write-TbxText $mark_file (Get-TbxMarkText (Read-TbxText $mark_file) $true) }
if ($state -eq 'Paused') { $null = Hyper-V\Resume-VM -VM $machine } else { $null = Hyper-V\Start-VM -VM $machine }
return @{ state = [string](Get-TbxMachine).State }
