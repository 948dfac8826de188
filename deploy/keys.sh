#!/usr/bin/env bash
# Makes one key per pair of zones in a folder: 32 random bytes each, base64, for its owner only. Keys that are there stay.
set -euo pipefail
folder=${1:?usage: keys.sh FOLDER}
mkdir -p "$folder"
umask 077
for pair in SystemUser SystemTerminal UserUser UserTerminal; do
  [ -s "$folder/$pair" ] || head -c 32 /dev/urandom | base64 -w 0 >"$folder/$pair"
done
