# Downloads for a while and returns: the next request goes on where this one stopped. Whole, it is checked and gets its name.
function Save-TbxPart($part, $seconds) {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $start = [int64]0
  if ([IO.File]::Exists($part)) { $start = [int64](New-Object IO.FileInfo $part).Length }
  $web = [Net.HttpWebRequest]::Create([string]$request.url)
  $web.Timeout = 20000
  $web.ReadWriteTimeout = 20000
  $web.UserAgent = 'tbx'
  if ($start -gt 0) { $web.AddRange($start) }
  try { $answer = $web.GetResponse() } catch [Net.WebException] {
    $refused = $_.Exception.Response
    # Nothing is left to ask for: the part is whole.
    if ($null -ne $refused -and [int]$refused.StatusCode -eq 416 -and $start -gt 0) { return @{ done = $true; bytes = $start; total = $start } }
    if ($null -ne $refused -and [int]$refused.StatusCode -ge 400 -and [int]$refused.StatusCode -lt 500) { throw }
    throw ('TBX_BUSY the boot image does not come: ' + [string]$_.Exception.Message)
  }
  try {
    $goes_on = [int]$answer.StatusCode -eq 206
    # Whoever can't go on in the middle is read to the end.
    if ($start -gt 0 -and -not $goes_on) { $seconds = 1500 }
    if (-not $goes_on) { $start = [int64]0 }
    $total = $start + [int64]$answer.ContentLength
    $mode = [IO.FileMode]::Create
    if ($goes_on) { $mode = [IO.FileMode]::Append }
    $file = New-Object IO.FileStream $part, $mode, ([IO.FileAccess]::Write), ([IO.FileShare]::Read)
    try {
      # Another tbx went on with it meanwhile.
      if ($goes_on -and $file.Length -ne $start) { return @{ done = $false; bytes = [int64]$file.Length; total = $total } }
      $from = $answer.GetResponseStream()
      $buffer = New-Object byte[] 1048576
      $watch = [Diagnostics.Stopwatch]::StartNew()
      while ($watch.Elapsed.TotalSeconds -lt $seconds) {
        $count = $from.Read($buffer, 0, $buffer.Length)
        if ($count -eq 0) { return @{ done = ($file.Length -eq $total); bytes = [int64]$file.Length; total = $total } }
        $file.Write($buffer, 0, $count)
      }
      return @{ done = $false; bytes = [int64]$file.Length; total = $total }
    } finally { $file.Dispose() }
  } finally { $answer.Close() }
}

$folder = [string]$request.isoFolder
$image = Get-TbxImageFile
if ([IO.File]::Exists($image)) { return @{ done = $true; bytes = [int64](New-Object IO.FileInfo $image).Length; total = [int64](New-Object IO.FileInfo $image).Length } }
$null = [IO.Directory]::CreateDirectory($folder)
$part = $image + '.part'
$state = Save-TbxPart $part ([double]$request.seconds)
if ($state.done) {
  # An ISO 9660 image says so in its 17th sector; what a proxy or a login page sends instead does not.
  $stream = [IO.File]::OpenRead($part)
  try {
    $name = New-Object byte[] 5
    $null = $stream.Seek(32769, [IO.SeekOrigin]::Begin)
    $null = $stream.Read($name, 0, 5)
  } finally { $stream.Dispose() }
  if (([Text.Encoding]::ASCII.GetString($name)) -ne 'CD001') {
    [IO.File]::Delete($part)
    throw ('TBX_NO_IMAGE what ' + [string]$request.url + ' gives is no ISO image')
  }
  [IO.File]::Move($part, $image)
}
return $state
