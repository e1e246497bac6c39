@{
  ModuleVersion     = '1.0.0.0'
  GUID              = '1c7c87e1-138a-4430-b437-c6582c3491cd'
  Description       = 'Stand-in for the module NetNat'
  RootModule        = 'NetNat.psm1'
  FunctionsToExport = @('Get-NetNat')
  CmdletsToExport   = @()
  AliasesToExport   = @()
}
