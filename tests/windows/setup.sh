#!/usr/bin/env bash
# What the tests of the Windows half need on Debian: Wine, and a compiler for Windows.
set -euo pipefail
if ! command -v wine >/dev/null || ! command -v gendef >/dev/null; then
  as_root=$([ "$(id -u)" = 0 ] || echo sudo)
  $as_root apt-get update -q
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
    wine wine64 gcc-mingw-w64-x86-64 mingw-w64-tools
fi
