#!/bin/sh
# Rebuilds first-light.object.ts from first-light.c. Needs clang 19 and lld 19; built with clang 19.1.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang-19}
out=$(mktemp)
"$clang" -target amdgcn-amd-amdhsa -mcpu=gfx1100 -mcode-object-version=5 -O3 -ffp-contract=off -nogpulib -mllvm -disable-promote-alloca-to-lds -fuse-ld=lld -Wl,--strip-all -o "$out" first-light.c
{
  echo '/** Code object of first-light.c for gfx1100, as build.sh makes it. */'
  echo ''
  echo 'export const firstLightObject ='
  base64 -w 116 "$out" | sed "s/^/  '/; s/\$/' +/" | sed "\$s/ +\$/;/"
} > first-light.object.ts
rm "$out"
