@{
  ModuleVersion     = '2.0.0.0'
  GUID              = 'af4bddd0-8583-4ff2-84b2-a33f5c8de8a7'
  Description       = 'Stand-in for the module Hyper-V'
  RootModule        = 'Hyper-V.psm1'
  FunctionsToExport = @(
    'Get-VM', 'New-VM', 'Set-VM', 'Start-VM', 'Stop-VM', 'Resume-VM', 'Remove-VM', 'Remove-VMSavedState', 'Get-VMHost',
    'Get-VMHardDiskDrive', 'Add-VMHardDiskDrive', 'Get-VMDvdDrive', 'Add-VMDvdDrive', 'Set-VMDvdDrive',
    'Get-VMNetworkAdapter', 'Set-VMNetworkAdapter', 'Get-VMSwitch', 'Get-VMFirmware', 'Set-VMFirmware',
    'Set-VMProcessor', 'Set-VMMemory', 'Get-VMSnapshot', 'Remove-VMSnapshot', 'Get-VHD', 'New-VHD', 'Resize-VHD'
  )
  CmdletsToExport   = @()
  AliasesToExport   = @('Get-VMCheckpoint', 'Remove-VMCheckpoint')
}
