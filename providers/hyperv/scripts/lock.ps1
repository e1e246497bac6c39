# Takes or gives back the lock beside the disks. Who asks decides whether a holder is stale; a computer that is this one knows
# whether its process lives.

# Of a process, in ticks; 0 where it is gone or may not be asked.
function Get-TbxStart($process) {
  try { return [int64](Get-Process -Id ([int]$process)).StartTime.ToUniversalTime().Ticks } catch { return [int64]0 }
}

# Of another computer's nothing is known, nor of one that Windows can't see, such as a tbx within WSL, which says 0.
function Test-TbxCanTell($holder) {
  return [int]$holder.process -ne 0 -and ([string]$holder.computer) -eq ([string]$env:COMPUTERNAME)
}

function Test-TbxAlive($holder) {
  if (-not (Test-TbxCanTell $holder)) { return $true }
  if ($null -eq (Get-Process -Id ([int]$holder.process) -ErrorAction SilentlyContinue)) { return $false }
  # Windows gives a number again to another process.
  $start = Get-TbxStart $holder.process
  return $start -eq 0 -or [int64]$holder.started -eq 0 -or [Math]::Abs($start - [int64]$holder.started) -lt 20000000
}

function Get-TbxHolder($text) {
  if (-not $text) { return $null }
  try { return ($text | ConvertFrom-Json) } catch { return $null }
}

$folder = Get-TbxClusterFolder
$file = $folder + '\lock.json'
if ($request.release) {
  $holder = Get-TbxHolder (Read-TbxText $file)
  if ($null -ne $holder -and ([string]$holder.token) -eq ([string]$request.token)) { [IO.File]::Delete($file) }
  Remove-TbxFolderIfEmpty $folder
  return @{ taken = $false }
}
$null = [IO.Directory]::CreateDirectory($folder)
$mine = @{ token = [string]$request.token; who = ([string]$env:USERNAME + '@' + [string]$env:COMPUTERNAME); since = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
  from = [string]$request.from; computer = [string]$env:COMPUTERNAME; process = [int]$request.process
  started = Get-TbxStart $request.process }
$bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $mine -Compress))
# Open for nobody else while the holder is judged: of two that find a stale one, only one takes it over.
try { $stream = New-Object IO.FileStream $file, ([IO.FileMode]::OpenOrCreate), ([IO.FileAccess]::ReadWrite), ([IO.FileShare]::None) } catch [IO.IOException] {
  return @{ taken = $false; who = 'somebody'; since = 'just now'; from = 'tbx' }
}
try {
  $old = New-Object byte[] ([int]$stream.Length)
  $null = $stream.Read($old, 0, $old.Length)
  $holder = Get-TbxHolder ([Text.Encoding]::UTF8.GetString($old))
  $is_others = $null -ne $holder -and ([string]$holder.token) -ne ([string]$request.token)
  if ($is_others -and (Test-TbxAlive $holder)) {
    return @{ taken = $false; who = [string]$holder.who; since = [string]$holder.since; from = [string]$holder.from
      isKnown = Test-TbxCanTell $holder; file = $file }
  }
  $stream.SetLength(0)
  $stream.Position = 0
  $stream.Write($bytes, 0, $bytes.Length)
} finally { $stream.Dispose() }
return @{ taken = $true }
