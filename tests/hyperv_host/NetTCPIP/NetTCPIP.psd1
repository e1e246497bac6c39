@{
  ModuleVersion     = '1.0.0.0'
  GUID              = 'd4c26aef-e361-4fcb-bbcd-0dd81cb4ecba'
  Description       = 'Stand-in for the module NetTCPIP'
  RootModule        = 'NetTCPIP.psm1'
  FunctionsToExport = @('Get-NetNeighbor', 'Get-NetIPAddress')
  CmdletsToExport   = @()
  AliasesToExport   = @()
}
