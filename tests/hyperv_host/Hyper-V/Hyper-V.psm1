# Stand-in for the module Hyper-V. The enums come first: the other files are parsed with them.

Import-Module "$PSScriptRoot/../HostState/HostState.psd1"

. "$PSScriptRoot/enums.ps1"
. "$PSScriptRoot/views.ps1"
. "$PSScriptRoot/machines.ps1"
. "$PSScriptRoot/change.ps1"
. "$PSScriptRoot/power.ps1"
. "$PSScriptRoot/disk_drives.ps1"
. "$PSScriptRoot/dvd_drives.ps1"
. "$PSScriptRoot/network.ps1"
. "$PSScriptRoot/firmware.ps1"
. "$PSScriptRoot/settings.ps1"
. "$PSScriptRoot/snapshots.ps1"
. "$PSScriptRoot/vhd.ps1"

New-Alias -Name Get-VMCheckpoint -Value Get-VMSnapshot
New-Alias -Name Remove-VMCheckpoint -Value Remove-VMSnapshot
Export-ModuleMember -Function * -Alias *
