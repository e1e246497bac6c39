# Stand-in for what tbx asks of the module NetTCPIP: the addresses of the host, and the neighbours that it has seen.

Import-Module "$PSScriptRoot/../HostState/HostState.psd1"

enum State { Unreachable = 0; Incomplete = 1; Probe = 2; Delay = 3; Stale = 4; Reachable = 5; Permanent = 6 }
enum AddressFamily { IPv4 = 2; IPv6 = 23 }
enum AddressState { Invalid = 0; Tentative = 1; Duplicate = 2; Deprecated = 3; Preferred = 4 }
enum PrefixOrigin { Other = 0; Manual = 1; WellKnown = 2; Dhcp = 3; RouterAdvertisement = 4 }

function New-Row {
  param([string]$Type, $Properties)
  $row = [pscustomobject]$Properties
  $row.PSObject.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimInstance#ROOT/StandardCimv2/$Type")
  $row
}

function New-NeighborRow {
  param($Switch, [string]$Ip, [string]$Mac, [State]$State, [AddressFamily]$Family)
  New-Row 'MSFT_NetNeighbor' ([ordered]@{
      IPAddress = $Ip; InterfaceIndex = [uint32]$Switch.ifIndex; InterfaceAlias = "vEthernet ($($Switch.name))"
      LinkLayerAddress = $Mac; State = $State; AddressFamily = $Family; Store = 'ActiveStore'
    })
}

# On a quiet switch a guest shows once the host has sent it something: each listens for that as long as this process lives.
$script:Ears = @{}
$script:EarPort = 33434

function Test-Heard {
  param($Lease)
  if (-not $Lease.switch.quiet) { return $true }
  if (-not $script:Ears[$Lease.ip]) {
    $place = New-Object Net.IPEndPoint ([Net.IPAddress]::Parse($Lease.ip)), $script:EarPort
    $script:Ears[$Lease.ip] = New-Object Net.Sockets.UdpClient $place
  }
  $script:Ears[$Lease.ip].Available -gt 0
}

# Besides the guests: the multicast rows that every interface has, and the guests' IPv6 rows. Scripts must
# pass over both.
function Get-NeighborRows {
  $state = Get-HostState
  foreach ($switch in $state.switches) {
    if ($switch.hidden -or -not $switch.hostIp) { continue }
    New-NeighborRow $switch '224.0.0.22' '01-00-5E-00-00-16' 'Permanent' 'IPv4'
    New-NeighborRow $switch '255.255.255.255' 'FF-FF-FF-FF-FF-FF' 'Permanent' 'IPv4'
  }
  foreach ($lease in Get-HostNeighbors $state) {
    if (-not (Test-Heard $lease)) { continue }
    $mac = ConvertTo-DashMac $lease.nic.mac
    New-NeighborRow $lease.switch ('fe80::' + $lease.nic.mac.Substring(8).ToLowerInvariant()) $mac 'Stale' 'IPv6'
    New-NeighborRow $lease.switch $lease.ip $mac 'Reachable' 'IPv4'
  }
}

# Each given parameter must fit; the first that fits nothing, and holds no wildcard, is named by the error.
function Select-Rows {
  param($Cmdlet, $Rows, [string[]]$Filters)
  $given = $Cmdlet.MyInvocation.BoundParameters
  foreach ($filter in $Filters) {
    if (-not $given.ContainsKey($filter)) { continue }
    $wanted = @($given[$filter])
    $Rows = @($Rows | Where-Object { $row = $_; @($wanted | Where-Object { "$($row.$filter)" -like "$_" }).Count })
    if ($Rows.Count -or (Test-Pattern "$wanted")) {
      continue
    }
    Stop-Cmdlet "CmdletizationQuery_NotFound_$filter,$($Cmdlet.MyInvocation.MyCommand.Name)" 'ObjectNotFound' (
      "No objects found with property '$filter' equal to '$wanted'.") $wanted[0]
  }
  $Rows
}

function Get-NetNeighbor {
  [CmdletBinding()]
  param(
    [Parameter(Position = 0)][ValidateNotNull()][string[]]$IPAddress,
    [ValidateNotNull()][uint32[]]$InterfaceIndex,
    [ValidateNotNull()][string[]]$InterfaceAlias,
    [ValidateNotNull()][string[]]$LinkLayerAddress,
    [State[]]$State,
    [AddressFamily[]]$AddressFamily,
    [string]$PolicyStore
  )
  Invoke-AsCmdlet $PSCmdlet -Plain {
    Select-Rows $PSCmdlet @(Get-NeighborRows) @(
      'IPAddress', 'InterfaceIndex', 'InterfaceAlias', 'LinkLayerAddress', 'State', 'AddressFamily')
  }
}

function New-AddressRow {
  param([string]$Ip, [int]$Prefix, [int]$IfIndex, [string]$Alias, [PrefixOrigin]$Origin)
  New-Row 'MSFT_NetIPAddress' ([ordered]@{
      IPAddress = $Ip; InterfaceIndex = [uint32]$IfIndex; InterfaceAlias = $Alias; PrefixLength = [byte]$Prefix
      AddressFamily = [AddressFamily]'IPv4'; PrefixOrigin = $Origin; AddressState = [AddressState]'Preferred'
      Store = 'ActiveStore'
    })
}

function Get-AddressRows {
  New-AddressRow '127.0.0.1' 8 1 'Loopback Pseudo-Interface 1' 'WellKnown'
  New-AddressRow '192.168.1.20' 24 7 'Ethernet' 'Dhcp'
  foreach ($switch in (Get-HostState).switches) {
    if ($switch.hidden -or -not $switch.hostIp) { continue }
    New-AddressRow $switch.hostIp $switch.prefix $switch.ifIndex "vEthernet ($($switch.name))" 'Manual'
  }
}

function Get-NetIPAddress {
  [CmdletBinding()]
  param(
    [Parameter(Position = 0)][ValidateNotNull()][string[]]$IPAddress,
    [ValidateNotNull()][uint32[]]$InterfaceIndex,
    [ValidateNotNull()][string[]]$InterfaceAlias,
    [AddressFamily[]]$AddressFamily,
    [byte[]]$PrefixLength
  )
  Invoke-AsCmdlet $PSCmdlet -Plain {
    Select-Rows $PSCmdlet @(Get-AddressRows) @(
      'IPAddress', 'InterfaceIndex', 'InterfaceAlias', 'AddressFamily', 'PrefixLength')
  }
}

Export-ModuleMember -Function Get-NetNeighbor, Get-NetIPAddress
