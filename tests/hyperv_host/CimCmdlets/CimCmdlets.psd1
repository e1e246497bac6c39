@{
  ModuleVersion     = '1.0.0.0'
  GUID              = 'f037526d-f93a-4ed1-9753-cd9e7eb01e53'
  Description       = 'Stand-in for the module CimCmdlets'
  RootModule        = 'CimCmdlets.psm1'
  FunctionsToExport = @('Get-CimInstance', 'Invoke-CimMethod')
  CmdletsToExport   = @()
  AliasesToExport   = @()
}
