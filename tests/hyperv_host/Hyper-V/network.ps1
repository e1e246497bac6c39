# Switches and network adapters.

function Get-VMSwitch {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Position = 0)][Alias('SwitchName')][ValidateNotNullOrEmpty()][string]$Name,
    [Parameter(ParameterSetName = 'Id', Position = 0)][Alias('SwitchId')][ValidateNotNullOrEmpty()][guid[]]$Id,
    [VMSwitchType[]]$SwitchType
  )
  Invoke-AsCmdlet $PSCmdlet {
    $given = $PSCmdlet.MyInvocation.BoundParameters
    $found = @((Get-HostState).switches | Where-Object { -not $_.hidden })
    if ($SwitchType) { $found = @($found | Where-Object { $SwitchType -contains [VMSwitchType]$_.type }) }
    if ($given.ContainsKey('Name')) { $found = @($found | Where-Object { $_.name -like $Name }) }
    if ($given.ContainsKey('Id')) { $found = @($found | Where-Object { $Id -contains [guid]$_.id }) }
    foreach ($switch in $found) { ConvertTo-SwitchView $switch }
    if ($found.Count) { return }
    if ($given.ContainsKey('Id')) { Stop-NotFound }
    if ($given.ContainsKey('Name') -and -not (Test-Pattern $Name)) {
      Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' (
        "Hyper-V was unable to find a virtual switch with name `"$Name`".") $Name
    }
  }
}

function Get-VMNetworkAdapter {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [Parameter(ParameterSetName = 'All', Mandatory = $true)][switch]$All,
    [Parameter(Position = 1)][Alias('VMNetworkAdapterName')][ValidateNotNullOrEmpty()][string]$Name = '*'
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $state = Get-HostState
      $machines = if ($All) { $state.machines } else { Select-Machines $state $VM $VMName }
      foreach ($machine in @($machines)) {
        foreach ($nic in $machine.nics) { if ($nic.name -like $Name) { ConvertTo-NicView $state $machine $nic } }
      }
    }
  }
}

# The machine and the adapter of each object, or of each name.
function Find-Nics {
  param($State, $Views, $VM, [string[]]$Names, [string[]]$NicNames)
  foreach ($view in @($Views | Where-Object { $_ })) {
    $machine = Find-MachineById $State $view.VMId
    $nic = @($machine.nics | Where-Object { $view.Id -like "*\$($_.id)" })[0]
    if (-not $nic) { Stop-NotFound }
    [pscustomobject]@{ machine = $machine; nic = $nic }
  }
  if ($Views) { return }
  foreach ($machine in @(Select-Machines $State $VM $Names)) {
    foreach ($nic in $machine.nics) {
      if (@($NicNames | Where-Object { $nic.name -like $_ }).Count) {
        [pscustomobject]@{ machine = $machine; nic = $nic }
      }
    }
  }
}

function ConvertTo-Mac {
  param([string]$Text)
  $mac = ($Text -replace '[-:]', '').ToUpperInvariant()
  if ($mac -match '^[0-9A-F][02468ACE][0-9A-F]{10}$' -and $mac -ne '000000000000') { return $mac }
  Stop-Cmdlet 'InvalidParameter' 'InvalidArgument' "The MAC address '$Text' is invalid." $Text
}

function Set-VMNetworkAdapter {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string]$VMName,
    [Parameter(ParameterSetName = 'Adapter', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VMNetworkAdapter')][object[]]$VMNetworkAdapter,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object]$VM,
    [Parameter(ParameterSetName = 'Name')][Parameter(ParameterSetName = 'VM')]
    [Alias('VMNetworkAdapterName')][string]$Name = '*',
    [switch]$DynamicMacAddress,
    [ValidateNotNullOrEmpty()][string]$StaticMacAddress,
    [OnOffState]$MacAddressSpoofing,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $mac = if ($StaticMacAddress) { ConvertTo-Mac $StaticMacAddress }
      Edit-HostState {
        param($state)
        foreach ($found in @(Find-Nics $state $VMNetworkAdapter $VM $VMName $Name)) {
          if ($mac -or $DynamicMacAddress) { Assert-Off $found.machine "device 'Network Adapter'" }
          if ($mac) { $found.nic.mac = $mac; $found.nic.dynamicMac = $false }
          if ($DynamicMacAddress) { $found.nic.mac = '000000000000'; $found.nic.dynamicMac = $true }
          if ($PSCmdlet.MyInvocation.BoundParameters.ContainsKey('MacAddressSpoofing')) {
            $found.nic.spoofing = [int]$MacAddressSpoofing
          }
          if ($Passthru) { ConvertTo-NicView $state $found.machine $found.nic }
        }
      }
    }
  }
}
