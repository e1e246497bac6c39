# Stand-in for what tbx asks of the module NetAdapter.

Import-Module "$PSScriptRoot/../HostState/HostState.psd1"

function New-AdapterRow {
  param([string]$Name, [int]$IfIndex, [string]$Description, [string]$Mac, [bool]$Hidden)
  [pscustomobject][ordered]@{
    PSTypeName = 'Microsoft.Management.Infrastructure.CimInstance#ROOT/StandardCimv2/MSFT_NetAdapter'
    Name = $Name; InterfaceAlias = $Name; ifIndex = [uint32]$IfIndex; InterfaceIndex = [uint32]$IfIndex
    InterfaceDescription = $Description; MacAddress = $Mac; Status = 'Up'; Hidden = $Hidden; Virtual = ($IfIndex -ne 7)
  }
}

# The adapter of the Default Switch is hidden since Windows 11 22H2.
function Get-AdapterRows {
  New-AdapterRow 'Ethernet' 7 'Intel(R) Ethernet Connection' '8C-16-45-00-00-07' $false
  foreach ($switch in (Get-HostState).switches) {
    if ($switch.hidden -or -not $switch.ifIndex) { continue }
    $mac = '00-15-5D-01-00-{0:X2}' -f [int]$switch.ifIndex
    $name = "vEthernet ($($switch.name))"
    New-AdapterRow $name $switch.ifIndex 'Hyper-V Virtual Ethernet Adapter' $mac (Test-DefaultSwitch $switch)
  }
}

function Get-NetAdapter {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Position = 0)]
    [Alias('ifAlias', 'InterfaceAlias')][ValidateNotNull()][string[]]$Name,
    [Parameter(ParameterSetName = 'Index', Mandatory = $true)]
    [Alias('ifIndex')][ValidateNotNull()][uint32[]]$InterfaceIndex,
    [switch]$IncludeHidden,
    [switch]$Physical
  )
  Invoke-AsCmdlet $PSCmdlet -Plain {
    $found = @(Get-AdapterRows |
      Where-Object { ($IncludeHidden -or -not $_.Hidden) -and (-not $Physical -or -not $_.Virtual) })
    if ($Name) { $found = @($found | Where-Object { $row = $_; @($Name | Where-Object { $row.Name -like $_ }).Count }) }
    if ($InterfaceIndex) { $found = @($found | Where-Object { $InterfaceIndex -contains $_.InterfaceIndex }) }
    $found
    $wanted = "$Name$InterfaceIndex"
    if ($found.Count -or -not $wanted -or (Test-Pattern $wanted)) {
      return
    }
    $property = if ($Name) { 'Name' } else { 'InterfaceIndex' }
    Stop-Cmdlet "CmdletizationQuery_NotFound_$property,Get-NetAdapter" 'ObjectNotFound' (
      "No MSFT_NetAdapter objects found with property '$property' equal to '$wanted'.") $wanted
  }
}

Export-ModuleMember -Function Get-NetAdapter
