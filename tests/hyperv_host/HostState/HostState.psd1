@{
  ModuleVersion     = '1.0.0.0'
  GUID              = '5c1c2a1e-5d3e-4d0e-9a0b-0f6f3a5f7a01'
  Description       = 'The state of a pretended Windows host with Hyper-V'
  RootModule        = 'HostState.psm1'
  FunctionsToExport = '*'
  CmdletsToExport   = @()
  AliasesToExport   = @()
}
