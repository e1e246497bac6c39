# One JSON file, named by TBX_HOST_STATE. Readers take no lock: the file is replaced as a whole.

$script:DefaultSwitchId = 'c08cb7b8-9b3c-408e-8e30-5e16a3aeb444'

function Test-DefaultSwitch { param($Switch) $Switch.id -eq $script:DefaultSwitchId }

function Get-HostStatePath {
  if (-not $env:TBX_HOST_STATE) { throw 'TBX_HOST_STATE must name the file that holds the state of the pretended host' }
  $env:TBX_HOST_STATE
}

function New-HostSwitch {
  param([string]$Id, [string]$Name, [int]$Type, [int]$IfIndex, [string]$HostIp, [int]$Prefix)
  [pscustomobject]@{
    id = $Id; name = $Name; type = $Type; notes = ''; ifIndex = $IfIndex; hostIp = $HostIp; prefix = $Prefix
    hidden = $false; quiet = $false
  }
}

function New-EmptyHost {
  [pscustomobject]@{
    host     = [pscustomobject]@{
      hypervisorPresent = $true; vmms = 'Running'; memoryBytes = 32GB; freeBytes = 16GB
      virtualHardDiskPath = 'C:\ProgramData\Microsoft\Windows\Virtual Hard Disks'
      virtualMachinePath = 'C:\ProgramData\Microsoft\Windows\Hyper-V'
    }
    seconds  = [pscustomobject]@{ start = 0.2; address = 0.3; stop = 0.2; merge = 0.2 }
    switches = @(New-HostSwitch $script:DefaultSwitchId 'Default Switch' 1 39 '172.28.16.1' 20)
    machines = @()
    merges   = @()
    faults   = @()
  }
}

# Another process holds the lock for as long as one change takes: after a minute of trying something is broken.
function Open-HostLock {
  $path = (Get-HostStatePath) + '.lock'
  for ($try = 0; $try -lt 3000; $try++) {
    try { return [IO.File]::Open($path, 'OpenOrCreate', 'ReadWrite', 'None') }
    catch [IO.IOException] { Start-Sleep -Milliseconds 20 }
  }
  throw "the lock $path was not given up"
}

function Save-HostState {
  param($State)
  $path = Get-HostStatePath
  $draft = "$path.$PID.tmp"
  [IO.File]::WriteAllText($draft, (ConvertTo-Json -InputObject $State -Depth 10))
  if (-not [IO.File]::Exists($path)) { return [IO.File]::Move($draft, $path) }
  [IO.File]::Replace($draft, $path, [NullString]::Value)
}

# A file that has just been made by hand may hold a part only: the rest is as on an empty host.
function Add-MissingParts {
  param($State, $Defaults)
  foreach ($part in $Defaults.PSObject.Properties) {
    $has = $State.PSObject.Properties[$part.Name]
    if (-not $has) { $State | Add-Member -MemberType NoteProperty -Name $part.Name -Value $part.Value; continue }
    if ($part.Value -is [pscustomobject]) { Add-MissingParts $has.Value $part.Value }
  }
}

function Read-HostFile {
  $text = [IO.File]::ReadAllText((Get-HostStatePath))
  $state = if ($text.Trim()) { ConvertFrom-Json -InputObject $text } else { New-EmptyHost }
  Add-MissingParts $state (New-EmptyHost)
  foreach ($list in 'switches', 'machines', 'merges', 'faults') {
    $state.$list = @($state.$list | Where-Object { $_ })
  }
  Update-HostLife $state
  $state
}

function Get-HostState {
  if (-not [IO.File]::Exists((Get-HostStatePath))) { Edit-HostState { } }
  Read-HostFile
}

# Runs $Change with the state; what it changed is kept only if it did not throw.
function Edit-HostState {
  param([scriptblock]$Change)
  $lock = Open-HostLock
  try {
    $state = if ([IO.File]::Exists((Get-HostStatePath))) { Read-HostFile } else { New-EmptyHost }
    & $Change $state
    Save-HostState $state
  }
  finally { $lock.Dispose() }
}
