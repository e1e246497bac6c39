# Takes or gives back the lock beside the disks. Who asks decides whether a holder is stale; a computer that is this one knows
# whether its process lives.
function Test-TbxAlive($holder) {
  if (([string]$holder.computer) -ne ([string]$env:COMPUTERNAME)) { return $true }
  return $null -ne (Get-Process -Id ([int]$holder.process) -ErrorAction SilentlyContinue)
}

function Get-TbxHolder($file) {
  $text = Read-TbxText $file
  if (-not $text) { return $null }
  try { return ($text | ConvertFrom-Json) } catch { return $null }
}

$folder = Get-TbxClusterFolder
$file = $folder + '\lock.json'
$holder = Get-TbxHolder $file
$is_mine = $null -ne $holder -and ([string]$holder.token) -eq ([string]$request.token)
if ($request.release) {
  if ($is_mine) { [IO.File]::Delete($file) }
  if ([IO.Directory]::Exists($folder) -and @([IO.Directory]::GetFileSystemEntries($folder)).Count -eq 0) { [IO.Directory]::Delete($folder) }
  return @{ taken = $false }
}
if ($is_mine) { return @{ taken = $true } }
if ($null -ne $holder) {
  if (Test-TbxAlive $holder) { return @{ taken = $false; who = [string]$holder.who; since = [string]$holder.since; from = [string]$holder.from } }
  [IO.File]::Delete($file)
}
$null = [IO.Directory]::CreateDirectory($folder)
$mine = @{ token = [string]$request.token; who = ([string]$env:USERNAME + '@' + [string]$env:COMPUTERNAME); since = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
  from = [string]$request.from; computer = [string]$env:COMPUTERNAME; process = [int]$request.process }
$bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $mine -Compress))
# Only one of two that come at once makes the file.
try { $stream = New-Object IO.FileStream $file, ([IO.FileMode]::CreateNew), ([IO.FileAccess]::Write) } catch [IO.IOException] {
  $other = Get-TbxHolder $file
  return @{ taken = $false; who = [string]$other.who; since = [string]$other.since; from = [string]$other.from }
}
try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }
return @{ taken = $true }
