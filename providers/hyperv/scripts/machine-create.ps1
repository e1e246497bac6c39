# Makes the VM, or goes on with one that was made only half. The mark in its notes is written last: then all is as wanted.
function Find-TbxHalfMade($folder) {
  $half_made = @()
  foreach ($machine in @(Get-TbxMachines)) {
    if (([string]$machine.Name) -ne ([string]$request.node)) { continue }
    $path = [string]$machine.Path
    if ($path -ne $folder -and -not $path.StartsWith($folder + '\', [StringComparison]::OrdinalIgnoreCase)) { continue }
    if (Test-TbxMarkIsOurs ([string]$machine.Notes)) { return $machine }
    if (-not $machine.Notes) { $half_made += $machine }
  }
  if ($half_made.Count -gt 1) { throw ('TBX_BUSY there are ' + $half_made.Count + ' VMs without notes in ' + $folder + ': remove those that are too many') }
  if ($half_made.Count -eq 1) { return $half_made[0] }
  return $null
}

function Set-TbxHardware($machine) {
  $null = Hyper-V\Set-VMProcessor -VM $machine -Count ([int]$request.cpus)
  $null = Hyper-V\Set-VMMemory -VM $machine -DynamicMemoryEnabled $false -StartupBytes ([int64]$request.memoryBytes)
  $null = Hyper-V\Set-VM -VM $machine -CheckpointType Disabled
  # Windows Server 2016 has no automatic ones.
  if ((Get-Command Hyper-V\Set-VM).Parameters.ContainsKey('AutomaticCheckpointsEnabled')) { $null = Hyper-V\Set-VM -VM $machine -AutomaticCheckpointsEnabled $false }
  $null = Hyper-V\Set-VM -VM $machine -AutomaticStartAction StartIfRunning -AutomaticStopAction ShutDown
  $card = @(Hyper-V\Get-VMNetworkAdapter -VM $machine)[0]
  $null = Hyper-V\Set-VMNetworkAdapter -VMNetworkAdapter $card -StaticMacAddress ([string]$request.mac)
}

function Add-TbxMedia($machine, $disk, $image) {
  if (@(Get-TbxDrives $machine).Count -eq 0) {
    $null = Hyper-V\Add-VMHardDiskDrive -VM $machine -ControllerType SCSI -ControllerNumber 0 -ControllerLocation 0 -Path $disk
  }
  if ($image -and @(Hyper-V\Get-VMDvdDrive -VM $machine | Where-Object { $_ }).Count -eq 0) {
    $null = Hyper-V\Add-VMDvdDrive -VM $machine -ControllerNumber 0 -ControllerLocation 1 -Path $image
  }
  # Disk first: an empty one falls through to the image, an installed one never boots the image again.
  $order = @(Hyper-V\Get-VMHardDiskDrive -VM $machine) + @(Hyper-V\Get-VMDvdDrive -VM $machine)
  $null = Hyper-V\Set-VMFirmware -VM $machine -EnableSecureBoot Off -BootOrder @($order | Where-Object { $_ })
}

$folder = Get-TbxNodeFolder
$disk = Get-TbxDisk
Assert-TbxFolderIsOurs $folder
if (-not [IO.File]::Exists($disk)) { throw ('TBX_ABSENT there is no disk ' + $disk) }
$image = ''
if ($request.image) { $image = Get-TbxImageFile }
if ($image -and -not [IO.File]::Exists($image)) { throw ('TBX_ABSENT there is no boot image ' + $image) }
$machine = Find-TbxHalfMade $folder
if ($null -ne $machine -and (Test-TbxMarkIsOurs ([string]$machine.Notes))) { return @{ action = 'kept' } }
if ($null -eq $machine) {
  $switch = Get-TbxSwitch
  if ($null -eq $switch) { throw ('TBX_ABSENT the host has no switch ' + [string]$request.switchName) }
  $machine = Hyper-V\New-VM -Name ([string]$request.node) -MemoryStartupBytes ([int64]$request.memoryBytes) -Generation 2 -NoVHD -SwitchName ([string]$switch.Name) -Path $folder
}
# One that runs was whole, and somebody emptied its notes: they are all that is mended.
if (([string]$machine.State) -eq 'Off') {
  Set-TbxHardware $machine
  Add-TbxMedia $machine $disk $image
} elseif (@(Get-TbxDrives $machine).Count -eq 0) {
  throw ('TBX_BUSY the VM ' + [string]$machine.Name + ' is ' + [string]$machine.State + ' without a disk: turn it off')
}
$guid = (Get-TbxBiosGuids)[([string]$machine.Id).ToLowerInvariant()]
if (-not $guid) { throw ('TBX_BUSY Hyper-V does not show the GUID of the VM ' + [string]$machine.Name + ' yet') }
$mark = ([string]$request.mark) | ConvertFrom-Json
$mark.bios_guid = $guid
$before = (Read-TbxText (Get-TbxMarkFile $folder)) | ConvertFrom-Json
$text = Get-TbxMarkText (ConvertTo-Json -InputObject $mark -Compress) $before.was_booted
Write-TbxText (Get-TbxMarkFile $folder) $text
$null = Hyper-V\Set-VM -VM $machine -Notes $text
return @{ action = 'created' }
