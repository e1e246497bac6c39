# Processor, memory, integration services, and the settings of the host.

function Get-VMHost {
  [CmdletBinding()]
  param()
  Invoke-AsCmdlet $PSCmdlet {
    $settings = (Get-HostState).host
    ConvertTo-View 'VMHost' ([ordered]@{
        Name = (Get-ComputerName); ComputerName = (Get-ComputerName)
        VirtualHardDiskPath = $settings.virtualHardDiskPath
        VirtualMachinePath = $settings.virtualMachinePath; MemoryCapacity = [int64]$settings.memoryBytes
        LogicalProcessorCount = 8
        MacAddressMinimum = '00155D010000'; MacAddressMaximum = '00155D01FFFF'; EnableEnhancedSessionMode = $true
      })
  }
}

function Set-VMProcessor {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [ValidateRange(1, 2048)][int64]$Count,
    [bool]$ExposeVirtualizationExtensions,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $VMName)) {
          Assert-Off $machine "device 'Processor'"
          Set-Fields $machine $given @{ Count = 'cpus'; ExposeVirtualizationExtensions = 'nested' }
          if ($Passthru) { ConvertTo-ProcessorView $machine }
        }
      }
    }
  }
}

function ConvertTo-ProcessorView {
  param($Machine)
  ConvertTo-View 'VMProcessor' ((Get-Owner $Machine) + [ordered]@{
      Count = [int64]$Machine.cpus; ExposeVirtualizationExtensions = [bool]$Machine.nested
    })
}

function Get-VMProcessor {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      foreach ($machine in @(Select-Machines (Get-HostState) $VM $VMName)) { ConvertTo-ProcessorView $machine }
    }
  }
}

function ConvertTo-MemoryView {
  param($Machine)
  ConvertTo-View 'VMMemory' ((Get-Owner $Machine) + [ordered]@{
      DynamicMemoryEnabled = [bool]$Machine.dynamicMemory; Startup = [int64]$Machine.memory
      Minimum = [int64]$Machine.memoryMinimum
      Maximum = [int64]$Machine.memoryMaximum; Buffer = 20; Priority = 50
    })
}

function Get-VMMemory {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      foreach ($machine in @(Select-Machines (Get-HostState) $VM $VMName)) { ConvertTo-MemoryView $machine }
    }
  }
}

function Set-VMMemory {
  [CmdletBinding(DefaultParameterSetName = 'Name', SupportsShouldProcess = $true)]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [bool]$DynamicMemoryEnabled,
    [int64]$MaximumBytes,
    [int64]$StartupBytes,
    [int64]$MinimumBytes,
    [switch]$Passthru
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      $given = $PSCmdlet.MyInvocation.BoundParameters
      Assert-GivenMemory $given 'MaximumBytes', 'StartupBytes', 'MinimumBytes'
      Edit-HostState {
        param($state)
        foreach ($machine in @(Select-Machines $state $VM $VMName)) {
          Assert-Off $machine "device 'Memory'"
          Set-Fields $machine $given @{
            DynamicMemoryEnabled = 'dynamicMemory'; MaximumBytes = 'memoryMaximum'; StartupBytes = 'memory'
            MinimumBytes = 'memoryMinimum'
          }
          if ($Passthru) { ConvertTo-MemoryView $machine }
        }
      }
    }
  }
}

# The names are those of a German host, because real ones are localised, too: scripts have to go by the id.
$script:IntegrationServices = [ordered]@{
  '6C09BB55-D683-4DA0-8931-C9BF705F6480' = 'Gastdienstschnittstelle'
  '84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47' = 'Takt'
  '2A34B1C2-FD73-4043-8A5B-DD2159BC743F' = 'Austausch von Schluesselwertepaaren'
  '9F8233AC-BE49-4C79-8EE3-E7E1985B2077' = 'Herunterfahren'
}

function Get-VMIntegrationService {
  [CmdletBinding(DefaultParameterSetName = 'Name')]
  param(
    [Parameter(ParameterSetName = 'Name', Mandatory = $true, Position = 0)][ValidateNotNullOrEmpty()][string[]]$VMName,
    [Parameter(ParameterSetName = 'VM', Mandatory = $true, Position = 0, ValueFromPipeline = $true)]
    [ValidateNotNull()][PSTypeName('Microsoft.HyperV.PowerShell.VirtualMachine')][object[]]$VM,
    [Parameter(Position = 1)][string[]]$Name = '*'
  )
  process {
    Invoke-AsCmdlet $PSCmdlet {
      foreach ($machine in @(Select-Machines (Get-HostState) $VM $VMName)) {
        foreach ($id in $script:IntegrationServices.Keys) {
          $label = $script:IntegrationServices[$id]
          if (-not @($Name | Where-Object { $label -like $_ }).Count) { continue }
          ConvertTo-View 'VMIntegrationComponent' ((Get-Owner $machine) + [ordered]@{
              Name = $label; Id = "Microsoft:$($machine.id.ToUpperInvariant())\$id"
              Enabled = ($label -ne 'Gastdienstschnittstelle')
            })
        }
      }
    }
  }
}
