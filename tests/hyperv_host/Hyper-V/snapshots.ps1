# Checkpoints: each disk of the machine goes on in a file of its own until the checkpoint is removed and merged.

function ConvertTo-SnapshotView {
  param($Machine, $Snapshot)
  ConvertTo-View 'VMSnapshot' ((Get-Owner $Machine) + [ordered]@{
      Id = [guid]$Snapshot.id; Name = $Snapshot.name; SnapshotType = [SnapshotType]'Standard'
      CreationTime = [DateTime]::new($Snapshot.ticks, 'Utc').ToLocalTime(); ParentSnapshotId = $null; IsDeleted = $false
    })
}

# One that is being merged is no longer listed, though its file is still there.
function Get-SnapshotsOf {
  param($Machines, [string[]]$Name)
  foreach ($machine in $Machines) {
    foreach ($snapshot in $machine.snapshots) {
      if ($snapshot.mergeTicks) { continue }
      if (@($Name | Where-Object { $snapshot.name -like $_ }).Count) { ConvertTo-SnapshotView $machine $snapshot }
    }
  }
}

function Get-VMSnapshot {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [Parameter(ParameterSetName = 'Id', Mandatory = $true, Position = 0)][guid]$Id,
    [Parameter(Position = 1)][ValidateNotNullOrEmpty()][string]$Name = '*',
    [SnapshotType]$SnapshotType = 'Standard'
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $state = Get-HostState
      $byId = $PSCmdlet.ParameterSetName -eq 'Id'
      $machines = if ($byId) { $state.machines } else { Select-Machines $state $VM $VMName }
      $found = @(Get-SnapshotsOf $machines $Name |
        Where-Object { $SnapshotType -eq 'Standard' -and (-not $byId -or $_.Id -eq $Id) })
      $found
      if ($byId -and -not $found.Count) { Stop-NotFound }
    }
  }
}

function Start-Merge {
  param($State, $View)
  $machine = Find-MachineById $State $View.VMId
  $snapshot = @($machine.snapshots | Where-Object { $_.id -eq "$($View.Id)" })[0]
  if (-not $snapshot) { Stop-NotFound }
  $snapshot.mergeTicks = (Get-NowTicks) + (ConvertTo-Ticks $State.seconds.merge)
}

function Remove-VMSnapshot {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true, ConfirmImpact = 'High')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [Parameter(ParameterSetName = 'Snapshot', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VMSnapshot')][object[]]$VMSnapshot,
    [Parameter(ParameterSetName = 'Name', Position = 1)][Parameter(ParameterSetName = 'VM', Position = 1)]
    [string[]]$Name = '*',
    [switch]$IncludeAllChildSnapshots,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      Edit-HostState {
        param($state)
        $views = if ($VMSnapshot) { $VMSnapshot } else { Get-SnapshotsOf @(Select-Machines $state $VM $VMName) $Name }
        foreach ($view in @($views)) {
          if (-not $PSCmdlet.ShouldProcess($view.Name, 'Remove-VMSnapshot')) { continue }
          Start-Merge $state $view
          if ($Passthru) { $view }
        }
      }
    }
  }
}
