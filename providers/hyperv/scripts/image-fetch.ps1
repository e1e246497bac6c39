# Downloads for a while and returns: the next request goes on where this one stopped. Whole, it is checked and gets its name.
function New-TbxWebRequest($url) {
  [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
  $web = [Net.HttpWebRequest]::Create([string]$url)
  $web.Timeout = 20000
  $web.ReadWriteTimeout = 20000
  $web.UserAgent = 'tbx'
  # A proxy that asks who one is gets the user that is logged on.
  if ($null -ne $web.Proxy) { $web.Proxy.Credentials = [Net.CredentialCache]::DefaultCredentials }
  return $web
}

# Of who answered; 0 where nobody did.
function Get-TbxStatus($failure) {
  if ($null -eq $failure.Response) { return 0 }
  return [int]$failure.Response.StatusCode
}

# What is refused for good is no use asking for again; 408 and 429 ask for patience.
function Stop-TbxDownload($url, $failure) {
  $status = Get-TbxStatus $failure
  if ($status -ge 400 -and $status -lt 500 -and $status -ne 408 -and $status -ne 429) {
    throw ('TBX_NO_IMAGE ' + [string]$url + ' answers ' + $status + ': look at talos.version and talos.schematic, or at a proxy between')
  }
  throw ('TBX_BUSY the boot image does not come: ' + [string]$failure.Message)
}

# A part that has its whole length is whole; one that is longer is of something else.
function Get-TbxWholePart($part, $length, $range) {
  if (([string]$range) -eq ('bytes */' + $length)) { return @{ done = $true; bytes = $length; total = $length } }
  [IO.File]::Delete($part)
  return @{ done = $false; bytes = [int64]0; total = [int64]0 }
}

function Read-TbxAnswer($answer, $part, $start, $seconds) {
  $goes_on = [int]$answer.StatusCode -eq 206
  # Whoever can't go on in the middle is read to the end.
  if ($start -gt 0 -and -not $goes_on) { $seconds = [double]$request.secondsToTheEnd }
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
      # One that breaks off goes on with the next request.
      try { $count = $from.Read($buffer, 0, $buffer.Length) } catch {
        throw ('TBX_BUSY the boot image breaks off at ' + [int64]$file.Length + ' bytes: ' + [string]$_.Exception.GetBaseException().Message)
      }
      # Who sends in pieces does not say how long it will be: the checksum and the kind of file judge then.
      $is_whole = [int64]$answer.ContentLength -lt 0 -or $file.Length -eq $total
      if ($count -eq 0) { return @{ done = $is_whole; bytes = [int64]$file.Length; total = $total } }
      $file.Write($buffer, 0, $count)
    }
    return @{ done = $false; bytes = [int64]$file.Length; total = $total }
  } finally { $file.Dispose() }
}

function Save-TbxPart($part, $seconds) {
  $start = [int64]0
  if ([IO.File]::Exists($part)) { $start = [int64](New-Object IO.FileInfo $part).Length }
  $web = New-TbxWebRequest $request.url
  if ($start -gt 0) { $web.AddRange($start) }
  try { $answer = $web.GetResponse() } catch [Net.WebException] {
    if ($start -gt 0 -and (Get-TbxStatus $_.Exception) -eq 416) {
      return Get-TbxWholePart $part $start ($_.Exception.Response.Headers['Content-Range'])
    }
    Stop-TbxDownload $request.url $_.Exception
  }
  try { return Read-TbxAnswer $answer $part $start $seconds } finally { $answer.Close() }
}

# The SHA-256 that is published for the image; '' where none is, and none has to be.
function Get-TbxPublishedSum {
  try { $answer = (New-TbxWebRequest $request.sumsUrl).GetResponse() } catch [Net.WebException] {
    $status = Get-TbxStatus $_.Exception
    if (-not $request.mustVerify -and ($status -eq 402 -or $status -eq 404)) { return '' }
    Stop-TbxDownload $request.sumsUrl $_.Exception
  }
  try { $text = (New-Object IO.StreamReader ($answer.GetResponseStream())).ReadToEnd() } catch {
    throw ('TBX_BUSY the checksums of the boot image break off: ' + [string]$_.Exception.GetBaseException().Message)
  } finally { $answer.Close() }
  $name = ([string]$request.url).Split('/')[-1]
  foreach ($line in $text.Split([char]10)) {
    $words = @($line.Trim() -split '\s+')
    if ($words.Count -eq 2 -and $words[1].TrimStart('*').Split('/')[-1] -eq $name) { return $words[0] }
  }
  throw ('TBX_NO_IMAGE ' + [string]$request.sumsUrl + ' has no checksum of ' + $name)
}

function Get-TbxSum($file) {
  $stream = [IO.File]::OpenRead($file)
  try { return ([BitConverter]::ToString([Security.Cryptography.SHA256]::Create().ComputeHash($stream))).Replace('-', '') } finally { $stream.Dispose() }
}

# An ISO 9660 image says so in its 17th sector; what a proxy or a login page sends instead does not.
function Test-TbxIso($file) {
  $stream = [IO.File]::OpenRead($file)
  try {
    $name = New-Object byte[] 5
    $null = $stream.Seek(32769, [IO.SeekOrigin]::Begin)
    $null = $stream.Read($name, 0, 5)
    return ([Text.Encoding]::ASCII.GetString($name)) -eq 'CD001'
  } finally { $stream.Dispose() }
}

function Assert-TbxImage($part) {
  if (-not (Test-TbxIso $part)) {
    [IO.File]::Delete($part)
    throw ('TBX_NO_IMAGE what ' + [string]$request.url + ' gives is no ISO image')
  }
  $published = Get-TbxPublishedSum
  if ($published -and (Get-TbxSum $part) -ne $published) {
    [IO.File]::Delete($part)
    throw ('TBX_NO_IMAGE what ' + [string]$request.url + ' gave does not have the checksum that ' + [string]$request.sumsUrl + ' tells: it was damaged or changed on its way')
  }
}

$image = Get-TbxImageFile
if ([IO.File]::Exists($image)) { return @{ done = $true; bytes = [int64](New-Object IO.FileInfo $image).Length; total = [int64](New-Object IO.FileInfo $image).Length } }
$null = [IO.Directory]::CreateDirectory([string]$request.isoFolder)
$part = $image + '.part'
$state = Save-TbxPart $part ([double]$request.seconds)
if ($state.done) {
  Assert-TbxImage $part
  [IO.File]::Move($part, $image)
}
return $state
