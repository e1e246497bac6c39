# The state of the pretended host, and what every stand-in of a cmdlet needs. The parts are files of one scope.

. "$PSScriptRoot/store.ps1"
. "$PSScriptRoot/life.ps1"
. "$PSScriptRoot/cmdlet.ps1"
. "$PSScriptRoot/disk.ps1"
. "$PSScriptRoot/address.ps1"

Export-ModuleMember -Function *
