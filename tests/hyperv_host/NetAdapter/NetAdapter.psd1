@{
  ModuleVersion     = '2.0.0.0'
  GUID              = '06434c20-de05-40d4-9e01-0bcedd8f0579'
  Description       = 'Stand-in for the module NetAdapter'
  RootModule        = 'NetAdapter.psm1'
  FunctionsToExport = @('Get-NetAdapter')
  CmdletsToExport   = @()
  AliasesToExport   = @()
}
