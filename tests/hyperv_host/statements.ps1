# The lines of a script on which something begins that is executed: what a trace of it can show.

param([Parameter(Mandatory = $true)][string]$Text)

$tokens = $null
$errors = $null
$tree = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$tokens, [ref]$errors)
if ($errors) { throw "line $($errors[0].Extent.StartLineNumber): $($errors[0].Message)" }

# The values of a hashtable belong to the line that makes it.
function Test-InHashtable {
  param($Node)
  for ($parent = $Node.Parent; $parent; $parent = $parent.Parent) {
    if ($parent -is [System.Management.Automation.Language.HashtableAst]) { return $true }
    if ($parent -is [System.Management.Automation.Language.StatementBlockAst]) { return $false }
  }
  $false
}

$found = $tree.FindAll({
    param($node)
    ($node -is [System.Management.Automation.Language.PipelineBaseAst] -or
      $node -is [System.Management.Automation.Language.ReturnStatementAst] -or
      $node -is [System.Management.Automation.Language.ThrowStatementAst]) -and -not (Test-InHashtable $node)
  }, $true)
@{ lines = @($found | ForEach-Object { [int]$_.Extent.StartLineNumber } | Sort-Object -Unique) }
