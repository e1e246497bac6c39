# Virtual disks are real files on a drive of the pretended host: a little JSON that says how big they pretend to be.

function Resolve-HostPath { param([string]$Path) [IO.Path]::GetFullPath($Path) }

function Write-DiskFile {
  param([string]$Path, [uint64]$Size, [string]$Type = 'Dynamic', [string]$Parent = '')
  $fileSize = if ($Type -eq 'Fixed') { $Size } else { [uint64]4MB }
  $content = [ordered]@{ format = 'pretended-vhdx'; size = $Size; fileSize = $fileSize; type = $Type; parent = $Parent }
  [IO.File]::WriteAllText($Path, (ConvertTo-Json -InputObject $content -Compress))
}

# Null for a file that is no virtual disk.
function Read-DiskFile {
  param([string]$Path)
  $file = New-Object IO.FileInfo $Path
  if ($file.Length -gt 64KB) { return $null }
  try { $content = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($Path)) } catch { return $null }
  if ($content.format -eq 'pretended-vhdx') { $content }
}

# The machine that uses the file, directly or as the parent of what it uses.
function Find-DiskUser {
  param($State, [string]$Path)
  foreach ($machine in $State.machines) {
    foreach ($drive in $machine.drives) { if ($drive.path -eq $Path) { return $machine } }
    foreach ($snapshot in $machine.snapshots) {
      foreach ($disk in $snapshot.disks) { if ($disk.parent -eq $Path -or $disk.file -eq $Path) { return $machine } }
    }
  }
}

function Test-DiskAttached {
  param($State, [string]$Path)
  $machine = Find-DiskUser $State $Path
  [bool]($machine -and $machine.state -notlike 'Off*' -and $machine.state -notlike 'Saved*')
}
