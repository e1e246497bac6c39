# Stand-in for what tbx asks of the module NetNat.

Import-Module "$PSScriptRoot/../HostState/HostState.psd1"

function Get-NetNat {
  [CmdletBinding()]
  param([Parameter(Position = 0)][ValidateNotNull()][string[]]$Name)
  Invoke-AsCmdlet $PSCmdlet -Plain {
    $found = @((Get-HostState).nats | Where-Object { $nat = $_; -not $Name -or @($Name |
      Where-Object { $nat.name -like $_ }).Count })
    foreach ($nat in $found) {
      [pscustomobject][ordered]@{
        PSTypeName = 'Microsoft.Management.Infrastructure.CimInstance#root/StandardCimv2/MSFT_NetNat'
        Name = $nat.name; InternalIPInterfaceAddressPrefix = $nat.prefix; Active = $true; Store = 'Local'
      }
    }
    if ($found.Count -or -not $Name -or (Test-Pattern "$Name")) {
      return
    }
    Stop-Cmdlet 'CmdletizationQuery_NotFound_Name,Get-NetNat' 'ObjectNotFound' (
      "No MSFT_NetNat objects found with property 'Name' equal to '$Name'.") $Name[0]
  }
}

Export-ModuleMember -Function Get-NetNat
