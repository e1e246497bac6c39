# Virtual disks as files.

function Resolve-Vhd {
  param([string]$Path)
  $full = Resolve-HostPath $Path
  if ([IO.File]::Exists($full)) { return $full }
  Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' "'$full' is not an existing virtual hard disk file." $full
}

function Read-Vhd {
  param([string]$Path, [string]$Label)
  $content = Read-DiskFile $Path
  if ($content) { return $content }
  Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
    "$Label '$Path': The file or directory is corrupted and unreadable. (0x80070570).")
}

function ConvertTo-VhdView {
  param($State, [string]$Path)
  $content = Read-Vhd $Path 'Failed to get disk information.'
  $format = if ($Path -like '*.vhd') { 'VHD' } else { 'VHDX' }
  $view = [pscustomobject][ordered]@{
    ComputerName = (Get-ComputerName); Path = $Path; VhdFormat = [VhdFormat]$format; VhdType = [VhdType]$content.type
    FileSize = [uint64]$content.fileSize; Size = [uint64]$content.size; MinimumSize = $null; LogicalSectorSize = 512
    PhysicalSectorSize = 4096; BlockSize = 33554432; ParentPath = $content.parent; FragmentationPercentage = $null
    Alignment = 1
    Attached = (Test-DiskAttached $State $Path); DiskNumber = $null; IsPMEMCompatible = $false
  }
  $view.PSObject.TypeNames.Insert(0, 'Microsoft.Vhd.PowerShell.VirtualHardDisk')
  $view
}

function Get-VHD {
  [CmdletBinding(DefaultParameterSetName = 'Path')]
  param(
    [Parameter(ParameterSetName = 'Path', Mandatory = $true, Position = 0, ValueFromPipeline = $true,
      ValueFromPipelineByPropertyName = $true)]
    [Alias('FullName')][ValidateNotNullOrEmpty()][string[]]$Path,
    [Parameter(ParameterSetName = 'VMId', Mandatory = $true, Position = 0)][Alias('Id')][ValidateNotNull()][guid[]]$VMId
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $state = Get-HostState
      foreach ($id in $VMId) {
        $machine = Find-MachineById $state $id
        if (-not $machine) { Stop-NotFound }
        foreach ($drive in $machine.drives) {
          if ($drive.kind -eq 'disk') { ConvertTo-VhdView $state (Resolve-Vhd $drive.path) }
        }
      }
      foreach ($one in $Path) { ConvertTo-VhdView $state (Resolve-Vhd $one) }
    }
  }
}

function Assert-NewDisk {
  param([string]$Path, [uint64]$Size)
  $label = "Failed to create the virtual hard disk. The system failed to create '$Path':"
  if ('.vhdx', '.vhd' -notcontains [IO.Path]::GetExtension($Path)) {
    Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' (
      "'$Path' does not end with the extension of a virtual hard disk.") $Path
  }
  if ($Size -lt 3MB -or $Size -gt 64TB -or $Size % 512) {
    Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' "$Size is no size for a virtual hard disk."
  }
  if ([IO.File]::Exists($Path)) { Stop-Cmdlet 'OperationFailed' 'NotSpecified' "$label The file exists. (0x80070050)." }
  if (-not [IO.Directory]::Exists([IO.Path]::GetDirectoryName($Path))) {
    Stop-Cmdlet 'OperationFailed' 'NotSpecified' "$label The system cannot find the path specified. (0x80070003)."
  }
}

function New-DiskFile {
  param([string]$Path, [uint64]$Size, [string]$Type, [string]$Parent)
  $full = Resolve-HostPath $Path
  $from = if ($Parent) { Resolve-Vhd $Parent } else { '' }
  if ($from -and -not $Size) { $Size = (Read-Vhd $from 'Failed to read the parent.').size }
  Assert-NewDisk $full $Size
  Write-DiskFile $full $Size $Type $from
}

function New-VHD {
  [CmdletBinding(DefaultParameterSetName = 'Dynamic', SupportsShouldProcess = $true)]
  param(
    [Parameter(Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$Path,
    [Parameter(ParameterSetName = 'Differencing', Mandatory = $true, Position = 1)]
    [ValidateNotNullOrEmpty()][string]$ParentPath,
    [Parameter(ParameterSetName = 'Dynamic', Mandatory = $true, Position = 1)]
    [Parameter(ParameterSetName = 'Fixed', Mandatory = $true, Position = 1)]
    [Parameter(ParameterSetName = 'Differencing', Position = 2)][uint64]$SizeBytes,
    [Parameter(ParameterSetName = 'Dynamic')][switch]$Dynamic,
    [Parameter(ParameterSetName = 'Fixed', Mandatory = $true)][switch]$Fixed,
    [Parameter(ParameterSetName = 'Differencing')][switch]$Differencing,
    [uint32]$BlockSizeBytes,
    [ValidateSet(512, 4096)][uint32]$LogicalSectorSizeBytes,
    [ValidateSet(512, 4096)][uint32]$PhysicalSectorSizeBytes
  )
  Invoke-AsCmdlet $PSCmdlet {
    $state = Get-HostState
    foreach ($one in $Path) {
      New-DiskFile $one $SizeBytes $PSCmdlet.ParameterSetName $ParentPath
      ConvertTo-VhdView $state (Resolve-HostPath $one)
    }
  }
}

# A disk of a machine with checkpoints must not change, and neither may the parent of another disk.
function Assert-Resizable {
  param($State, [string]$Path)
  $label = "Failed to resize the virtual disk. The system failed to resize '$Path':"
  if (-not (Test-Administrator)) {
    Stop-Cmdlet 'OperationFailed' 'NotSpecified' "$label General access denied error (0x80070005)."
  }
  $machine = Find-DiskUser $State $Path
  if ($machine -and (@($machine.snapshots).Count -or (Test-Moving $machine))) {
    Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
      "$label The operation is not allowed while checkpoints exist. (0x80070020).")
  }
  if ($machine -and (Test-DiskAttached $State $Path)) {
    Stop-Cmdlet 'OperationFailed' 'NotSpecified' (
      "$label The process cannot access the file because it is being used by another process. (0x80070020).")
  }
}

function Resize-VHD {
  [CmdletBinding(DefaultParameterSetName = 'Size', SupportsShouldProcess = $true)]
  param(
    [Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][ValidateNotNullOrEmpty()][string[]]$Path,
    [Parameter(ParameterSetName = 'Size', Mandatory = $true, Position = 1)][uint64]$SizeBytes,
    [Parameter(ParameterSetName = 'Minimum', Mandatory = $true)][switch]$ToMinimumSize,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      if ($ToMinimumSize) { Stop-Cmdlet 'NotImplemented' 'NotImplemented' 'The stand-in knows no minimum size.' }
      if ($SizeBytes % 512) {
        Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' "$SizeBytes is no size for a virtual hard disk."
      }
      Edit-HostState {
        param($state)
        foreach ($one in $Path) {
          $full = Resolve-Vhd $one
          Assert-Resizable $state $full
          $content = Read-Vhd $full 'Failed to resize the virtual disk.'
          Write-DiskFile $full $SizeBytes $content.type $content.parent
          if ($Passthru) { ConvertTo-VhdView $state $full }
        }
      }
    }
  }
}
