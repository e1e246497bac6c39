# The network of the pretended host: which guest has which address.

function ConvertTo-Number {
  param([string]$Ip)
  $number = [int64]0
  foreach ($part in $Ip.Split('.')) { $number = $number * 256 + [int64]$part }
  $number
}

function ConvertTo-Ip {
  param([int64]$Number)
  $parts = foreach ($shift in 24, 16, 8, 0) { ($Number -shr $shift) -band 255 }
  $parts -join '.'
}

function Get-SubnetBase {
  param($Switch)
  $number = ConvertTo-Number $Switch.hostIp
  $number - $number % [int64][Math]::Pow(2, 32 - $Switch.prefix)
}

function ConvertTo-DashMac { param([string]$Mac) ($Mac -replace '(.{2})(?!$)', '$1-').ToUpperInvariant() }

# A guest keeps its address as long as the subnet stays. It comes from the MAC, and lies in the first 256 of the subnet.
function Get-GuestNumber {
  param([string]$Mac)
  $sum = 0
  foreach ($character in $Mac.ToUpperInvariant().ToCharArray()) { $sum = ($sum * 31 + [int]$character) % 9973 }
  2 + $sum % 248
}

# Two MACs may come to the same number: the machine that was made first keeps it, the others move on.
function Get-HostLeases {
  param($State)
  foreach ($switch in $State.switches) {
    if (-not $switch.hostIp) { continue }
    $taken = @{ ((ConvertTo-Number $switch.hostIp) - (Get-SubnetBase $switch)) = $true }
    foreach ($machine in $State.machines) {
      foreach ($nic in $machine.nics) {
        if ($nic.switchId -ne $switch.id) { continue }
        $number = [int64](Get-GuestNumber $nic.mac)
        while ($taken[$number]) { $number = 2 + ($number - 1) % 248 }
        $taken[$number] = $true
        $ip = ConvertTo-Ip ((Get-SubnetBase $switch) + $number)
        [pscustomobject]@{ machine = $machine; nic = $nic; switch = $switch; ip = $ip }
      }
    }
  }
}

# Only guests that have run long enough to ask for an address are known to the host.
function Get-HostNeighbors {
  param($State)
  $since = (Get-NowTicks) - (ConvertTo-Ticks $State.seconds.address)
  Get-HostLeases $State | Where-Object {
    $_.machine.state -eq 'Running' -and $_.machine.upTicks -and $_.machine.upTicks -le $since -and -not $_.switch.hidden
  }
}
