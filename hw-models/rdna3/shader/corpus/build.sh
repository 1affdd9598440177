#!/bin/sh
# Builds the corpus: every kernels/*.c at -O0 to -O3, one stripped code object each, in WGP mode; local.c also for CU
# mode, where LDS and barriers need less cache maintenance; and at -O3 for waves of 64 lanes what does not count on 32.
# Committed objects come from Debian clang 19.1.7 and LLD 19.1.7; other versions choose other instructions.
set -eu
cd "$(dirname "$0")"
clang=${CLANG:-clang-19}
lld=${LLD:-ld.lld-19}
flags='-target amdgcn-amd-amdhsa -mcpu=gfx1100 -nogpulib -ffp-contract=off -fvisibility=default -fno-ident -std=gnu2x -Wall -Wno-unused-function'
mkdir -p objects
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
build() { # source, name, options
  $clang $flags $3 -c "kernels/$1.c" -o "$work/$2.o"
  $lld -shared -s "$work/$2.o" -o "objects/$2.co"
}
for file in kernels/*.c; do
  name=$(basename "$file" .c)
  for level in O0 O1 O3; do
    build "$name" "$name.$level" "-$level"
  done
done
build control control.O2 -O2 # of the others clang makes the same code at -O2 and -O3
for name in elementwise transcend atomics bits control; do
  build "$name" "$name.O3.w64" '-O3 -mwavefrontsize64'
done
build local local.O3.cu '-O3 -mcumode'
ls -l objects
