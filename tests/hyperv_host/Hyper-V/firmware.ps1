# The firmware of machines of generation 2.

function ConvertTo-BootView {
  param($State, $Machine, $Entry)
  $device = $null
  $type = 'File'
  if ($Entry.kind -eq 'nic') {
    $type = 'Network'
    $device = @($Machine.nics | Where-Object { $_.id -eq $Entry.id } |
      ForEach-Object { ConvertTo-NicView $State $Machine $_ })[0]
  }
  if ('disk', 'dvd' -contains $Entry.kind) {
    $type = 'Drive'
    $device = @(Get-DriveViews $Machine $Entry.kind | Where-Object {
        $_.ControllerNumber -eq $Entry.controller -and $_.ControllerLocation -eq $Entry.location
      })[0]
  }
  ConvertTo-View 'VMBootSource' ((Get-Owner $Machine) + [ordered]@{
      BootType = [BootSourceType]$type; Description = "EFI $type"; FirmwarePath = ''; Device = $device; Entry = $Entry
    }) -Component
}

function ConvertTo-FirmwareView {
  param($State, $Machine)
  ConvertTo-View 'VMFirmware' ((Get-Owner $Machine) + [ordered]@{
      SecureBoot = [OnOffState]$Machine.secureBoot; SecureBootTemplate = $Machine.secureBootTemplate
      PauseAfterBootFailure = [OnOffState]$Machine.pauseAfterBootFailure
      ConsoleMode = [ConsoleModeType]$Machine.consoleMode
      BootOrder = @($Machine.bootOrder | ForEach-Object { ConvertTo-BootView $State $Machine $_ })
    })
}

function Assert-Generation2 {
  param($Machine)
  if ($Machine.generation -eq 2) { return }
  Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' (
    "The operation is not supported on the virtual machine '$($Machine.name)' of generation 1.")
}

function Get-VMFirmware {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $state = Get-HostState
      foreach ($machine in @(Select-Machines $state $VM $VMName)) {
        Assert-Generation2 $machine
        ConvertTo-FirmwareView $state $machine
      }
    }
  }
}

# A boot order holds drives, adapters, or what Get-VMFirmware gave; all of them belong to this machine.
function ConvertTo-BootEntry {
  param($Machine, $Device)
  $types = $Device.PSObject.TypeNames
  if ("$($Device.VMId)" -ne $Machine.id) {
    Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' "A device of the boot order does not belong to '$($Machine.name)'."
  }
  if ($types -contains 'Microsoft.HyperV.PowerShell.VMBootSource') { return $Device.Entry }
  if ($types -contains 'Microsoft.HyperV.PowerShell.VMNetworkAdapter') {
    return [pscustomobject]@{ kind = 'nic'; id = $Device.Id.Split('\')[-1].ToLowerInvariant() }
  }
  $kind = if ($types -contains 'Microsoft.HyperV.PowerShell.HardDiskDrive') { 'disk' } else { 'dvd' }
  $drive = Find-Drive $Machine $kind $Device.ControllerNumber $Device.ControllerLocation
  if (-not $drive) { Stop-NotFound }
  [pscustomobject]@{ kind = $kind; controller = $drive.controller; location = $drive.location }
}

function Get-EntryKey { param($Entry) "$($Entry.kind) $($Entry.controller) $($Entry.location) $($Entry.id)" }

# Entries that a new boot order does not name are gone; -FirstBootDevice keeps the others.
function Set-BootOrder {
  param($Machine, $BootOrder, $First)
  if ($BootOrder) { $Machine.bootOrder = @($BootOrder | ForEach-Object { ConvertTo-BootEntry $Machine $_ }) }
  if (-not $First) { return }
  $entry = ConvertTo-BootEntry $Machine $First
  $others = @($Machine.bootOrder | Where-Object { (Get-EntryKey $_) -ne (Get-EntryKey $entry) })
  $Machine.bootOrder = @($entry) + $others
}

function Set-VMFirmware {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [ValidateNotNullOrEmpty()][PSTypeName('Microsoft.HyperV.PowerShell.VMComponentObject')][object[]]$BootOrder,
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VMComponentObject')][object]$FirstBootDevice,
    [OnOffState]$EnableSecureBoot,
    [ValidateNotNullOrEmpty()][string]$SecureBootTemplate,
    [ConsoleModeType]$ConsoleMode,
    [OnOffState]$PauseAfterBootFailure,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $VMName)) {
          Assert-Generation2 $machine
          Assert-Off $machine 'the firmware'
          Set-BootOrder $machine $BootOrder $FirstBootDevice
          Set-Fields $machine $given @{
            EnableSecureBoot = 'secureBoot'; SecureBootTemplate = 'secureBootTemplate'; ConsoleMode = 'consoleMode'
            PauseAfterBootFailure = 'pauseAfterBootFailure'
          }
          if ($Passthru) { ConvertTo-FirmwareView $state $machine }
        }
      }
    }
  }
}
