#!/bin/sh
# Makes the recordings of this folder again, after a deliberate change of the model.
#
#   TINYGRAD=/path/to/tinygrad conformance/recordings/record.sh
#
# Needs Python 3.11 or later with numpy, libLLVM 14 to 20, and tinygrad at commit a9069c17. A recording with findings is
# not kept: on a busy machine the server may not be scheduled while the client sleeps, and then cannot know that it did.
set -eu
: "${TINYGRAD:?set TINYGRAD to a checkout of tinygrad}"
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
npm run build --silent
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/firmware"
node --input-type=module -e "
  import { writeFileSync } from 'node:fs';
  import { forge } from './dist/conformance/forge/index.js';
  for (const [name, bytes] of forge({ compact: true })) writeFileSync('$work/firmware/' + name, bytes);"

sum='from tinygrad import Tensor; assert (Tensor([1.,2,3])+1).tolist() == [2.0, 3.0, 4.0]'
# 1024 times the product would be 31452848; each fused step rounds to 24 bits
matmul='a=Tensor.arange(1024).reshape(32,32).float()/1024; assert ((a@a.T)[31][30]).item()*2**20 == 31452840'

# record NAME OPTIONS PROGRAM...
record() {
  name=$1
  options=$2
  shift 2
  for attempt in 1 2 3 4 5; do
    # shellcheck disable=SC2086
    node dist/cli/main.js serve remote-pci --listen 127.0.0.1:6680 --trace "$work/$name" $options --json > "$work/summary.json" 2> "$work/log" &
    server=$!
    until grep -q 6680 "$work/log"; do sleep 0.2; done
    for program in "$@"; do
      REMOTE=127.0.0.1:6680 DEV=PCI+AMD:LLVM PYTHONPATH="$TINYGRAD" PYTHONDONTWRITEBYTECODE=1 \
        XDG_CACHE_HOME="$work/cache" python3 "$here/drive.py" "$work/firmware" "$program"
    done
    kill -INT "$server"
    wait "$server" || true
    server=
    if grep -q '"findings": {}' "$work/summary.json"; then
      cp "$work/$name" "$here/$name"
      return
    fi
    echo "$name: attempt $attempt had findings"
  done
  exit 1
}

reset='import os; os.environ["AM_RESET"] = "1"'

record tinygrad-boot.trace '' "$sum; $matmul" "$sum"
record tinygrad-reset.trace '' "$sum" "$reset; $sum"
record tinygrad-small-bar.trace '--bar0 256M' "$sum"
ls -l "$here"/*.trace
