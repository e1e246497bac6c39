# how: ask (the guest, which Talos answers by shutting down), or turn-off (pulls the plug, of a saved one too). Returns at once: who asked looks on.
function Send-TbxShutdown($machine) {
  $filter = "SystemName='" + ([string]$machine.Id).ToUpperInvariant() + "'"
  $component = @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_ShutdownComponent -Filter $filter | Where-Object { $_ })
  if ($component.Count -eq 0) { return }
  # Whether the guest does it shows in the VM's state.
  $null = Invoke-CimMethod -InputObject $component[0] -MethodName InitiateShutdown -Arguments @{ Force = $true; Reason = 'tbx' }
}

$machine = Get-TbxMachine
if ($null -eq $machine) { return @{ state = 'Absent' } }
Assert-TbxMachineIsOurs $machine
$state = [string]$machine.State
if ($state -ne 'Off') {
  if (([string]$request.how) -eq 'turn-off' -and $state -eq 'Saved') {
    $null = Hyper-V\Remove-VMSavedState -VM $machine
  } elseif (([string]$request.how) -eq 'turn-off') {
    $null = Hyper-V\Stop-VM -VM $machine -TurnOff -Force
  } elseif (([string]$request.how) -eq 'ask' -and $state -eq 'Running') {
    Send-TbxShutdown $machine
  } elseif (([string]$request.how) -eq 'ask' -and $state -eq 'Saved') {
    # What it holds in its saved memory is not thrown away: it is asked once it runs.
    $null = Hyper-V\Start-VM -VM $machine
  } elseif (([string]$request.how) -eq 'ask' -and $state -eq 'Paused') {
    $null = Hyper-V\Resume-VM -VM $machine
  }
  $state = [string](Get-TbxMachine).State
}
return @{ state = $state }
