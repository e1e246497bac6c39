# What the resident PowerShell runs: each line of its input is a request, each answer a line behind @TBX1.
# Lines that begin as these do are left out of the command line, which has to be short.
# Only ASCII and base64 cross the pipes: code pages, wrapping and banners do no harm.
$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';$WarningPreference='SilentlyContinue';$ConfirmPreference='None'
$o=[Console]::OpenStandardOutput()
# The leading line end parts the answer from noise that stands in the same line.
function Send-Tbx($v){$j=ConvertTo-Json -InputObject $v -Depth 10 -Compress
$x=[Text.Encoding]::ASCII.GetBytes("`n@TBX1 "+[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($j))+"`n");$o.Write($x,0,$x.Length);$o.Flush()}
foreach($l in $input){if(-not $l){continue};$n=0;try{
$q=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($l))|ConvertFrom-Json;$n=$q.n
$r=& ([ScriptBlock]::Create($q.script)) $q.args
# No output at all would become {}.
if($null -eq $r){$r=$null}
Send-Tbx ([ordered]@{n=$n;ok=$true;result=$r})
}catch{$e=$_.Exception
Send-Tbx ([ordered]@{n=$n;ok=$false;error=[ordered]@{message=[string]$e.Message;id=[string]$_.FullyQualifiedErrorId;category=[string]$_.CategoryInfo.Category;hresult=('0x{0:X8}' -f $e.GetBaseException().HResult);line=[string]$_.InvocationInfo.ScriptLineNumber}})}}
