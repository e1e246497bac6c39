#!/usr/bin/env bash
# watch.sh FOLDER ASKER: passes on what is asked of a PowerShell, and writes it down in FOLDER/requests.log. Behind so many
# lines as FOLDER/kill_after says, the process ASKER is killed: PowerShell still does what it was asked, and nobody hears.
left=
if [ -f "$1/kill_after" ]; then
  left=$(<"$1/kill_after")
  rm "$1/kill_after"
fi
while IFS= read -r line; do
  printf '%s\n' "$line" >>"$1/requests.log"
  printf '%s\n' "$line"
  if [ -n "$left" ] && [ $((left -= 1)) -eq 0 ]; then kill -9 "$2"; fi
done
