# Hard disk drives, and what they share with DVD drives.

function Find-Drive {
  param($Machine, [string]$Kind, [int]$Controller, [int]$Location)
  foreach ($drive in $Machine.drives) {
    if ($drive.controller -ne $Controller -or $drive.location -ne $Location) { continue }
    if (-not $Kind -or $drive.kind -eq $Kind) { return $drive }
  }
}

# A new device goes to the end of the boot order.
function Add-Drive {
  param($Machine, [string]$Kind, [int]$Controller, [int]$Location, [string]$Path)
  $Machine.drives += [pscustomobject]@{ kind = $Kind; controller = $Controller; location = $Location; path = $Path }
  if ($Machine.generation -ne 2) { return }
  $Machine.bootOrder += [pscustomobject]@{ kind = $Kind; controller = $Controller; location = $Location }
}

function Resolve-MediaPath {
  param([string]$Path, [string]$Label)
  $full = Resolve-HostPath $Path
  if ([IO.File]::Exists($full)) { return $full }
  Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
    "$Label Attachment '$full' not found. Error: The system cannot find the file specified. (0x80070002).")
}

function Resolve-DiskPath {
  param($State, [string]$Path)
  $full = Resolve-MediaPath $Path "Failed to add device 'Virtual Hard Disk'."
  if (-not (Test-DiskAttached $State $full)) { return $full }
  Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
    "Failed to add device 'Virtual Hard Disk'. Attachment '$full': The process cannot access the file because " +
    'it is being used by another process. (0x80070020).')
}

function Find-FreeLocation {
  param($Machine, [int]$Controller)
  for ($location = 0; Find-Drive $Machine '' $Controller $location; $location++) { }
  $location
}

function Get-DrivePlaceFor {
  param($Machine, $Given)
  $controller = if ($Given.ContainsKey('ControllerNumber')) { $Given.ControllerNumber } else { 0 }
  $location = if ($Given.ContainsKey('ControllerLocation')) { $Given.ControllerLocation }
  else { Find-FreeLocation $Machine $controller }
  if ($controller -lt 0 -or $controller -gt 3 -or $location -lt 0 -or $location -gt 63) {
    Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' "There is no controller $controller with a location $location."
  }
  if (Find-Drive $Machine '' $controller $location) {
    Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
      "The location $location of controller $controller is already in use by another device.")
  }
  $controller, $location
}

# The machines are given as VMs or by name; the places that are not given are all places.
function Get-Drives {
  param($Cmdlet, [string]$Kind, $VM, $Names)
  $given = $Cmdlet.MyInvocation.BoundParameters
  $state = Get-HostState
  foreach ($machine in @(Select-Machines $state $VM $Names)) {
    foreach ($view in @(Get-DriveViews $machine $Kind)) {
      $wanted = $true
      foreach ($place in 'ControllerNumber', 'ControllerLocation') {
        if ($given.ContainsKey($place) -and $given[$place] -ne $view.$place) { $wanted = $false }
      }
      if ($wanted) { $view }
    }
  }
}

# For -VMDvdDrive: the drive that the object was made from, if it is still there.
function Find-DriveOfView {
  param($State, [string]$Kind, $View)
  $machine = Find-MachineById $State $View.VMId
  $drive = if ($machine) { Find-Drive $machine $Kind $View.ControllerNumber $View.ControllerLocation }
  if (-not $drive) { Stop-NotFound }
  $machine
  $drive
}

function Get-VMHardDiskDrive {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [int]$ControllerLocation,
    [int]$ControllerNumber,
    [ControllerType]$ControllerType
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Get-Drives $PSCmdlet 'disk' $VM $VMName |
        Where-Object { -not $given.ContainsKey('ControllerType') -or $_.ControllerType -eq $ControllerType }
    }
  }
}

function Add-VMHardDiskDrive {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [Parameter(Position = 1)][ControllerType]$ControllerType = 'SCSI',
    [Parameter(Position = 2)][int]$ControllerNumber,
    [Parameter(Position = 3)][int]$ControllerLocation,
    [Parameter(Position = 4)][ValidateNotNullOrEmpty()][string]$Path,
    [switch]$AllowUnverifiedPaths,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $VMName)) {
          Assert-Settled $machine
          if ($machine.generation -eq 2 -and $ControllerType -eq 'IDE') {
            Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' 'A machine of generation 2 has no IDE controllers.'
          }
          $controller, $location = Get-DrivePlaceFor $machine $given
          Add-Drive $machine 'disk' $controller $location $(if ($Path) { Resolve-DiskPath $state $Path })
          if ($Passthru) { ConvertTo-DiskView $machine (Find-Drive $machine 'disk' $controller $location) }
        }
      }
    }
  }
}
