# How a stand-in behaves as the compiled cmdlet does: its error ids, the caller's preferences, and planned faults.

class VirtualizationException : System.Exception {
  [string]$ErrorId
  [string]$Category
  [object]$Target
  VirtualizationException([string]$id, [string]$category, [string]$message, [object]$target) : base($message) {
    $this.ErrorId = $id
    $this.Category = $category
    $this.Target = $target
  }
}

# Of a function's error the engine makes "Id,Get-VM"; only this field gives it the id that a compiled cmdlet has.
$script:IdField = [System.Management.Automation.ErrorRecord].GetField(
  '_serializedFullyQualifiedErrorId', 'NonPublic,Instance')

function Stop-Cmdlet {
  param([string]$Id, [string]$Category, [string]$Message, $Target)
  throw [VirtualizationException]::new($Id, $Category, $Message, $Target)
}

function Stop-WrongState {
  param([string]$What)
  Stop-Cmdlet 'InvalidState' 'InvalidOperation' (
    "$What The operation cannot be performed while the object is in its current state.")
}

# Whether a name is a pattern: only a name without wildcards has to be there.
function Test-Pattern {
  param([string]$Text)
  [System.Management.Automation.WildcardPattern]::ContainsWildcardCharacters($Text)
}

function Get-ComputerName { if ($env:COMPUTERNAME) { $env:COMPUTERNAME } else { 'HOST' } }

function Get-CommandType {
  param([string]$Name)
  switch -Wildcard ($Name) {
    'Get-VHD' { 'Microsoft.Vhd.PowerShell.Cmdlets.GetVHD'; break }
    '*-VHD' { 'Microsoft.Vhd.PowerShell.Cmdlets.' + ($Name -replace '-VHD', 'Vhd'); break }
    '*-VM*' { 'Microsoft.HyperV.PowerShell.Commands.' + ($Name -replace '-', ''); break }
    'Get-CimInstance' { 'Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand'; break }
    default { $Name }
  }
}

function ConvertTo-CmdletError {
  param([string]$Name, [VirtualizationException]$Cause)
  $category = [System.Management.Automation.ErrorCategory]$Cause.Category
  $record = New-Object System.Management.Automation.ErrorRecord $Cause, $Cause.ErrorId, $category, $Cause.Target
  $id = if ($Cause.ErrorId.Contains(',')) { $Cause.ErrorId } else { $Cause.ErrorId + ',' + (Get-CommandType $Name) }
  if ($script:IdField) { $script:IdField.SetValue($record, $id) }
  $record
}

# Takes the first fault that is planned for this cmdlet.
function Use-Fault {
  param([string]$Name)
  if (-not @((Get-HostState).faults | Where-Object { $Name -like $_.cmdlet }).Count) { return }
  Edit-HostState {
    param($state)
    $fault = @($state.faults | Where-Object { $Name -like $_.cmdlet })[0]
    if (-not $fault) { return }
    if ($fault.times -gt 0) { $fault.times-- }
    $state.faults = @($state.faults | Where-Object { $_.times -ne 0 })
    $fault
  }
}

function Invoke-Fault {
  param($Fault)
  if ($Fault.hang_seconds) { Start-Sleep -Milliseconds ([int](1000 * $Fault.hang_seconds)) }
  if ($null -ne $Fault.exit) { [Environment]::Exit([int]$Fault.exit) }
  if (-not $Fault.error) { return }
  $category = if ($Fault.error.category) { $Fault.error.category } else { 'NotSpecified' }
  Stop-Cmdlet $Fault.error.id $category $Fault.error.message
}

function Test-Role {
  param($Role)
  $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
  ([Security.Principal.WindowsPrincipal]$identity).IsInRole($Role)
}

function Test-Administrator { Test-Role ([Security.Principal.WindowsBuiltInRole]'Administrator') }

function Assert-HyperV {
  $hyperVAdministrators = [Security.Principal.SecurityIdentifier]::new('S-1-5-32-578')
  if (-not (Test-Administrator) -and -not (Test-Role $hyperVAdministrators)) {
    Stop-Cmdlet 'Unspecified' 'NotSpecified' (
      'You do not have the required permission to complete this task. Contact the ' +
      "administrator of the authorization policy for the computer '$(Get-ComputerName)'.")
  }
  if ((Get-HostState).host.vmms -ne 'Running') { Stop-NotFound }
}

function Stop-NotFound {
  Stop-Cmdlet 'ObjectNotFound' 'ObjectNotFound' (
    "Hyper-V encountered an error trying to access an object on computer '$(Get-ComputerName)' because the object " +
    'was not found. The object might have been deleted. Verify that the Virtual Machine ' +
    'Management service on the computer is running.')
}

# The functions of a module do not see the caller's $ErrorActionPreference, compiled cmdlets do.
function Write-CmdletError {
  param($Cmdlet, $Record)
  if (-not $Cmdlet.MyInvocation.BoundParameters.ContainsKey('ErrorAction')) {
    $ErrorActionPreference = $Cmdlet.SessionState.PSVariable.GetValue('ErrorActionPreference')
  }
  $Cmdlet.WriteError($Record)
}

# Runs a cmdlet's work: what it gave before an error is output, too. The output waits until the work is done, so that
# an error of a command further down the pipeline is never taken for one of this cmdlet.
function Invoke-AsCmdlet {
  param($Cmdlet, [scriptblock]$Work, [switch]$Plain)
  $name = $Cmdlet.MyInvocation.MyCommand.Name
  $output = New-Object System.Collections.ArrayList
  $failure = $null
  try {
    $fault = Use-Fault $name
    if ($fault -and -not $fault.after) { Invoke-Fault $fault }
    if (-not $Plain) { Assert-HyperV }
    & $Work | ForEach-Object { $null = $output.Add($_) }
    if ($fault -and $fault.after) { Invoke-Fault $fault }
  }
  catch {
    if ($_.Exception -isnot [VirtualizationException]) { throw }
    $failure = ConvertTo-CmdletError $name $_.Exception
  }
  $output
  if ($failure) { Write-CmdletError $Cmdlet $failure }
}
