# how: ask (the guest, which Talos answers by shutting down), turn-off (pulls the plug), look. Returns at once: who asked looks on.
function Send-TbxShutdown($machine) {
  $filter = "SystemName='" + ([string]$machine.Id).ToUpperInvariant() + "'"
  $component = @(Get-CimInstance -Namespace 'root\virtualization\v2' -ClassName Msvm_ShutdownComponent -Filter $filter | Where-Object { $_ })
  if ($component.Count -eq 0) { return $false }
  $answer = Invoke-CimMethod -InputObject $component[0] -MethodName InitiateShutdown -Arguments @{ Force = $true; Reason = 'tbx' }
  return ([int64]$answer.ReturnValue) -eq 0 -or ([int64]$answer.ReturnValue) -eq 4096
}

$machine = Get-TbxMachine
if ($null -eq $machine) { return @{ state = 'Absent'; asked = $false } }
Assert-TbxMachineIsOurs $machine
$state = [string]$machine.State
$asked = $false
if ($state -ne 'Off') {
  if (([string]$request.how) -eq 'turn-off') {
    $null = Hyper-V\Stop-VM -VM $machine -TurnOff -Force
    $asked = $true
  } elseif (([string]$request.how) -eq 'ask' -and $state -eq 'Running') {
    $asked = [bool](Send-TbxShutdown $machine)
  } elseif (([string]$request.how) -eq 'ask' -and $state -eq 'Saved') {
    # What it holds in its saved memory is not thrown away: it is asked once it runs.
    $null = Hyper-V\Start-VM -VM $machine
  } elseif (([string]$request.how) -eq 'ask' -and $state -eq 'Paused') {
    $null = Hyper-V\Resume-VM -VM $machine
  }
  $state = [string](Get-TbxMachine).State
}
return @{ state = $state; asked = $asked }
