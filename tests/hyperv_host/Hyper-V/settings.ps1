# Processor, memory, and the settings of the host.

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

function ConvertTo-MemoryView {
  param($Machine)
  ConvertTo-View 'VMMemory' ((Get-Owner $Machine) + [ordered]@{
      DynamicMemoryEnabled = [bool]$Machine.dynamicMemory; Startup = [int64]$Machine.memory
      Minimum = [int64]$Machine.memoryMinimum
      Maximum = [int64]$Machine.memoryMaximum; Buffer = 20; Priority = 50
    })
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
