# DVD drives.

function Get-VMDvdDrive {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [int]$ControllerLocation,
    [int]$ControllerNumber
  )
  process { Invoke-AsCmdlet $PSCmdlet { Get-Drives $PSCmdlet 'dvd' $VM $VMName } }
}

function Resolve-DiscPath {
  param([string]$Path)
  if ($Path) { Resolve-MediaPath $Path "Failed to add device 'Virtual CD/DVD Disk'." } else { '' }
}

function Add-VMDvdDrive {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [Parameter(Position = 1)][int]$ControllerNumber,
    [Parameter(Position = 2)][int]$ControllerLocation,
    [Parameter(Position = 3)][AllowNull()][AllowEmptyString()][string]$Path,
    [switch]$AllowUnverifiedPaths,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $VMName)) {
          Assert-Off $machine 'a DVD drive'
          $controller, $location = Get-DrivePlaceFor $machine $given
          Add-Drive $machine 'dvd' $controller $location (Resolve-DiscPath $Path)
          if ($Passthru) { ConvertTo-DvdView $machine (Find-Drive $machine 'dvd' $controller $location) }
        }
      }
    }
  }
}

# -Path $null ejects; without -Path the disc stays.
function Set-VMDvdDrive {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string]$VMName,
    [Parameter(ParameterSetName = 'Name', Position = 1)][int]$ControllerNumber,
    [Parameter(ParameterSetName = 'Name', Position = 2)][int]$ControllerLocation,
    [Parameter(ParameterSetName = 'Drive', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.DvdDrive')][object[]]$VMDvdDrive,
    [Parameter(Position = 3)][AllowNull()][AllowEmptyString()][string]$Path,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      $views = if ($VMDvdDrive) { $VMDvdDrive } else { Get-Drives $PSCmdlet 'dvd' $null $VMName }
      Edit-HostState {
        param($state)
        foreach ($view in @($views)) {
          $machine, $drive = Find-DriveOfView $state 'dvd' $view
          Assert-Settled $machine
          if ($given.ContainsKey('Path')) { $drive.path = Resolve-DiscPath $Path }
          if ($Passthru) { ConvertTo-DvdView $machine $drive }
        }
      }
    }
  }
}
