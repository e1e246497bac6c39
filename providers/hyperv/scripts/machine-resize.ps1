$machine = Get-TbxOurMachine
if ([int]$machine.ProcessorCount -eq [int]$request.cpus -and [int64]$machine.MemoryStartup -eq [int64]$request.memoryBytes) {
  return @{ action = 'kept' }
}
Assert-TbxOff $machine
$null = Hyper-V\Set-VMProcessor -VM $machine -Count ([int]$request.cpus)
$null = Hyper-V\Set-VMMemory -VM $machine -DynamicMemoryEnabled $false -StartupBytes ([int64]$request.memoryBytes)
return @{ action = 'resized' }
