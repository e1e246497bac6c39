# Checks the stand-ins: one line per check, exit code 1 when one failed. Wants TBX_HOST_STATE to name a file that is not
# there yet, and a drive C that holds nothing.

$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$script:failures = 0
$root = 'C:\tbx'
$mac = '020000000A01'

function Test-That {
  param([string]$What, [bool]$Holds)
  if (-not $Holds) { $script:failures++ }
  "$(if ($Holds) { 'ok  ' } else { 'FAIL' }) $What"
}

# $Code is looked for in the message: '(0x80070050)'.
function Test-Error {
  param([string]$What, [scriptblock]$Work, [string]$Id, [string]$Category, [string]$Code)
  $seen = 'no error'
  try { $null = & $Work }
  catch { $seen = "$($_.FullyQualifiedErrorId) / $($_.CategoryInfo.Category) / $($_.Exception.Message)" }
  $holds = $seen.StartsWith("$Id / $Category / ") -and (-not $Code -or $seen.Contains($Code))
  Test-That "$What$(if (-not $holds) { ": $seen" })" $holds
}

function Invoke-Control {
  param([string[]]$Words)
  & "$PSScriptRoot/control.ps1" @Words
}

function Wait-Until {
  param([scriptblock]$Condition)
  for ($try = 0; $try -lt 100; $try++) { if (& $Condition) { return $true }; Start-Sleep -Milliseconds 50 }
  $false
}

function Get-Guest { @(Get-NetNeighbor |
  Where-Object { $_.LinkLayerAddress -eq '02-00-00-00-0A-01' -and $_.AddressFamily -eq 'IPv4' }) }

function Test-Creation {
  $null = [IO.Directory]::CreateDirectory("$root\m1")
  [IO.File]::WriteAllText("$root\talos.iso", 'iso')
  $vm = New-VM -Name m1 -Generation 2 -MemoryStartupBytes 2GB -NoVHD -SwitchName 'Default Switch' -Path $root
  Test-That 'New-VM makes the folder PATH\NAME' ($vm.Path -eq "$root\m1" -and (Test-Path -LiteralPath "$root\m1"))
  Test-That 'a new machine has one adapter without a MAC' ((Get-VMNetworkAdapter -VM $vm).MacAddress -eq '000000000000')
  Test-That 'a new machine makes checkpoints and boots securely' (
    $vm.AutomaticCheckpointsEnabled -and [int](Get-VMFirmware -VM $vm).SecureBoot -eq 0)
  $null = New-VHD -Path "$root\m1\os.vhdx" -SizeBytes 20GB -Dynamic
  Add-VMHardDiskDrive -VM $vm -ControllerType SCSI -ControllerNumber 0 -ControllerLocation 0 -Path "$root\m1\os.vhdx"
  Add-VMDvdDrive -VM $vm -ControllerNumber 0 -ControllerLocation 1 -Path "$root\talos.iso"
  Set-VM -VM $vm -Notes 'tbx:v1:lab' -AutomaticCheckpointsEnabled $false -CheckpointType Disabled
  Set-VM -VM $vm -AutomaticStopAction ShutDown
  Set-VMProcessor -VM $vm -Count 4
  Set-VMMemory -VM $vm -DynamicMemoryEnabled $false -StartupBytes 3GB
  Set-VMNetworkAdapter -VMNetworkAdapter (Get-VMNetworkAdapter -VM $vm) -StaticMacAddress '02:00:00:00:0a:01'
  Set-VMFirmware -VM $vm -EnableSecureBoot Off -BootOrder @((Get-VMHardDiskDrive -VM $vm), (Get-VMDvdDrive -VM $vm))
  Test-Configured (Get-VM -Id $vm.Id)
}

function Test-Configured {
  param($VM)
  $firmware = Get-VMFirmware -VM $VM
  Test-That 'the settings are kept' (
    $VM.ProcessorCount -eq 4 -and $VM.MemoryStartup -eq 3GB -and $VM.Notes -eq 'tbx:v1:lab')
  Test-That 'enums have their names and numbers' (
    [int]$VM.CheckpointType -eq 2 -and [string]$VM.State -eq 'Off' -and [int]$VM.State -eq 3)
  Test-That 'secure boot is Off, which is 1' (
    [string]$firmware.SecureBoot -eq 'Off' -and [int]$firmware.SecureBoot -eq 1)
  Test-That 'the boot order holds what was given and nothing else' ($firmware.BootOrder.Count -eq 2 -and
    [string]$firmware.BootOrder[0].BootType -eq 'Drive' -and $firmware.BootOrder[0].Device.Path -eq "$root\m1\os.vhdx")
  Test-That 'the MAC is bare' ((Get-VMNetworkAdapter -VM $VM).MacAddress -eq $mac)
  Test-That 'Get-VM goes through the pipeline' (@(Get-VM | Get-VMDvdDrive).Count -eq 1)
  $disk = Get-VHD -Path "$root\m1\os.vhdx"
  Test-That 'Get-VHD reads the file' ($disk.Size -eq 20GB -and [int]$disk.VhdType -eq 3 -and -not $disk.Attached)
  Test-That 'BIOSGUID is not the Id' (
    (Get-Settings).BIOSGUID -cmatch '^\{[0-9A-F-]{36}\}$' -and (Get-Settings).VirtualSystemIdentifier -eq "$($VM.Id)")
}

function Get-Settings {
  $filter = "VirtualSystemType='Microsoft:Hyper-V:System:Realized'"
  Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_VirtualSystemSettingData -Filter $filter
}

function Test-NeedsOff {
  param([string]$Command, [scriptblock]$Work)
  $id = "InvalidState,Microsoft.HyperV.PowerShell.Commands.$Command"
  Test-Error "$Command wants the machine off" $Work $id 'InvalidOperation'
}

function Test-Running {
  $vm = Get-VM -Name m1
  Invoke-Control seconds, address, 1.5
  Start-VM -VM $vm
  Test-That 'it runs' ([int](Get-VM -Name m1).State -eq 2 -and (Get-VHD -Path "$root\m1\os.vhdx").Attached)
  Test-That 'it has no address yet' (-not @(Get-Guest).Count)
  Test-That 'it gets one' (Wait-Until { @(Get-Guest).Count })
  $row = @(Get-Guest)[0]
  Test-That 'the address is of the subnet' (
    $row.IPAddress -match '^172\.28\.16\.\d+$' -and [string]$row.State -eq 'Reachable' -and $row.InterfaceIndex -eq 39)
  Test-Error 'a disk in use is not resized' { Resize-VHD -Path "$root\m1\os.vhdx" -SizeBytes 30GB } `
    'OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.ResizeVhd' 'NotSpecified' '(0x80070020)'
  Test-NeedsOff 'SetVMFirmware' { Set-VMFirmware -VM $vm -EnableSecureBoot On }
  Test-NeedsOff 'SetVMProcessor' { Set-VMProcessor -VM $vm -Count 2 }
  Test-NeedsOff 'SetVMMemory' { Set-VMMemory -VM $vm -StartupBytes 1GB }
  Test-NeedsOff 'SetVM' { Set-VM -VM $vm -ProcessorCount 2 }
  Test-NeedsOff 'RemoveVM' { Remove-VM -VM $vm -Force }
  Set-VMDvdDrive -VMDvdDrive (Get-VMDvdDrive -VM $vm) -Path $null
  Test-That 'a disc is ejected while it runs' ($null -eq (Get-VMDvdDrive -VM $vm).Path)
}

function Test-HostReboot {
  Invoke-Control reboot-host
  Test-That 'after a reboot of the host the switch has another subnet' (
    (Get-NetIPAddress -InterfaceIndex 39).IPAddress -eq '172.28.32.1')
  Start-VM -Name m1
  Test-That 'and the machine another address' (
    Wait-Until { @(Get-Guest).Count -and @(Get-Guest)[0].IPAddress -like '172.28.32.*' })
}

function Test-Stopping {
  Invoke-Control seconds, stop, 0.4
  $begin = [DateTime]::UtcNow
  Stop-VM -Name m1 -Force
  Test-That 'stopping takes time' (
    ([DateTime]::UtcNow - $begin).TotalSeconds -ge 0.4 -and [string](Get-VM -Name m1).State -eq 'Off')
  Stop-VM -Name m1 -TurnOff
  Test-That 'turning an off machine off is no error' $?
  Start-VM -Name m1
  Stop-VM -Name m1 -Save
  Test-Error 'a saved machine is not turned off' { Stop-VM -Name m1 -TurnOff } `
    'InvalidState,Microsoft.HyperV.PowerShell.Commands.StopVM' 'InvalidOperation'
  Remove-VMSavedState -VMName m1
  Test-That 'it is off without its saved state' ([string](Get-VM -Name m1).State -eq 'Off')
  Resize-VHD -Path "$root\m1\os.vhdx" -SizeBytes 30GB
  Test-That 'a free disk is resized' ((Get-VHD -Path "$root\m1\os.vhdx").Size -eq 30GB)
}

function Test-Checkpoints {
  Invoke-Control seconds, merge, 1
  Invoke-Control checkpoint, m1
  $vm = Get-VM -Name m1
  $path = (Get-VMHardDiskDrive -VM $vm).Path
  Test-That 'a checkpoint moves the machine to a file of its own' (
    $path -like '*.avhdx' -and (Get-VHD -Path $path).ParentPath -eq "$root\m1\os.vhdx")
  Test-Error 'the disk below it is not resized' { Resize-VHD -Path "$root\m1\os.vhdx" -SizeBytes 40GB } `
    'OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.ResizeVhd' 'NotSpecified'
  Test-That 'only the machine itself is Realized' (@(Get-Settings).Count -eq 1)
  Get-VMSnapshot -VM $vm | Remove-VMSnapshot -Confirm:$false
  Test-That 'its file stays until the merge is done' (
    -not @(Get-VMSnapshot -VM $vm).Count -and (Test-Path -LiteralPath $path))
  Test-That 'then it is gone' (
    Wait-Until { (Get-VMHardDiskDrive -VM $vm).Path -like '*os.vhdx' -and -not (Test-Path -LiteralPath $path) })
}

function Test-Errors {
  $hyperV = 'Microsoft.HyperV.PowerShell.Commands'
  $vhd = 'Microsoft.Vhd.PowerShell.Cmdlets'
  $vm = Get-VM -Name m1
  Test-Error 'no such name' { Get-VM -Name nobody } "InvalidParameter,$hyperV.GetVM" 'InvalidArgument'
  Test-That 'a wildcard without a match is no error' (-not @(Get-VM -Name 'nobody*').Count)
  Test-That 'no such name does not end a script that goes on' (
    -not @(Get-VM -Name nobody -ErrorAction SilentlyContinue).Count)
  Test-That 'the other names are found' (@(Get-VM -Name nobody, m1 -ErrorAction SilentlyContinue).Count -eq 1)
  Test-Error 'no such name elsewhere' { Stop-VM -Name nobody } "ObjectNotFound,$hyperV.StopVM" 'ObjectNotFound'
  Test-Error 'the file exists' { New-VHD -Path "$root\m1\os.vhdx" -SizeBytes 1GB -Dynamic } `
    "OperationFailed,$vhd.NewVhd" 'NotSpecified' '(0x80070050)'
  Test-Error 'an odd size' { New-VHD -Path "$root\odd.vhdx" -SizeBytes 10000001 -Dynamic } `
    "InvalidParameter,$vhd.NewVhd" 'InvalidArgument'
  Test-Error 'no such disk' { Get-VHD -Path "$root\none.vhdx" } "InvalidParameter,$vhd.GetVHD" 'InvalidArgument'
  Test-Error 'an ISO is no disk' { Get-VHD -Path "$root\talos.iso" } "OperationFailed,$vhd.GetVHD" 'NotSpecified'
  Test-Error 'a long name' { New-VM -Name ('x' * 101) -NoVHD } `
    "OperationFailed,$hyperV.NewVM" 'NotSpecified' '(0x80070057)'
  Test-Error 'odd memory' { Set-VMMemory -VM $vm -StartupBytes 1025MB } `
    "InvalidParameter,$hyperV.SetVMMemory" 'InvalidArgument'
  Test-Error 'too much memory' { Set-VMMemory -VM $vm -StartupBytes 60GB; Start-VM -VM $vm } `
    "OutOfMemory,$hyperV.StartVM" 'FromStdErr' '(0x8007000E)'
  Test-Error 'no such switch' { Get-VMSwitch -Id ([guid]::NewGuid()) } `
    "ObjectNotFound,$hyperV.GetVMSwitch" 'ObjectNotFound'
  Test-Error 'a missing file' { Add-VMDvdDrive -VM $vm -Path "$root\none.iso" } `
    "OperationFailed,$hyperV.AddVMDvdDrive" 'NotSpecified' '(0x80070002)'
  Test-Error 'a location that is taken' { Add-VMDvdDrive -VM $vm -ControllerNumber 0 -ControllerLocation 0 } `
    "OperationFailed,$hyperV.AddVMDvdDrive" 'NotSpecified'
  Test-That 'New-VM has no -Notes' (-not (Get-Command Hyper-V\New-VM).Parameters.ContainsKey('Notes'))
}

function Test-Faults {
  Invoke-Control fault, Get-VM, 1, Unspecified, 'General failure (0x80004005)'
  Test-Error 'a planned fault' { Get-VM } `
    'Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVM' 'NotSpecified' '(0x80004005)'
  Test-That 'it happens as often as planned' (@(Get-VM).Count -eq 1)
  Invoke-Control vmms-stopped
  Test-Error 'vmms is stopped' { Get-VM } 'ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.GetVM' 'ObjectNotFound'
  Test-That 'which Win32_Service says' ((Get-CimInstance Win32_Service -Filter "Name='vmms'").State -eq 'Stopped')
  Invoke-Control vmms-running
  Invoke-Control hide-switch
  Test-That 'a hidden switch is gone' (-not @(Get-VMSwitch).Count -and -not @(Get-NetNeighbor).Count)
  Invoke-Control show-switch
  Invoke-Control critical, m1
  Test-That 'a critical state' ([int](Get-VM -Name m1).State -eq 32784)
}

function Test-Removal {
  $old = Get-VM -Name m1
  Remove-VM -VM $old -Force
  Test-That 'removing a machine leaves its disk' (-not @(Get-VM).Count -and (Test-Path -LiteralPath "$root\m1\os.vhdx"))
  Test-Error 'an object of a machine that is gone' { Start-VM -VM $old } `
    'ObjectNotFound,Microsoft.HyperV.PowerShell.Commands.StartVM' 'ObjectNotFound'
  $twins = @((New-VM -Name twin -NoVHD -Path "$root\a"), (New-VM -Name twin -NoVHD -Path "$root\b"))
  Test-That 'names need not be unique' (@(Get-VM -Name twin).Count -eq 2 -and $twins[0].Id -ne $twins[1].Id)
}

# Run it again with other roles of the user: what an Administrator may is then not checked.
function Test-Roles {
  $identity = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
  if ($identity.IsInRole([Security.Principal.WindowsBuiltInRole]'Administrator')) { return $true }
  if (-not $identity.IsInRole([Security.Principal.SecurityIdentifier]::new('S-1-5-32-578'))) {
    Test-Error 'without any role' { Get-VM } 'Unspecified,Microsoft.HyperV.PowerShell.Commands.GetVM' 'NotSpecified'
    return
  }
  $null = [IO.Directory]::CreateDirectory($root)
  $null = New-VHD -Path "$root\small.vhdx" -SizeBytes 1GB -Dynamic
  Test-Error 'a Hyper-V Administrator may not resize' { Resize-VHD -Path "$root\small.vhdx" -SizeBytes 2GB } `
    'OperationFailed,Microsoft.Vhd.PowerShell.Cmdlets.ResizeVhd' 'NotSpecified' '(0x80070005)'
}

$roles = @(Test-Roles)
if ($roles[-1] -isnot [bool]) { $roles; exit [int]($script:failures -gt 0) }
foreach ($check in 'Creation', 'Running', 'HostReboot', 'Stopping', 'Checkpoints', 'Errors', 'Faults', 'Removal') {
  & "Test-$check"
}
if ($script:failures) { "$($script:failures) checks failed"; exit 1 }
