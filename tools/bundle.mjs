/**
 * Puts the card's two hundred small modules into one file, so that a process that plugs a card in starts in half the time.
 *
 * `emptyslot/hw-models/rdna3` is that file. The machine (`sim`), the slot (`pcie`) and traces stay outside of it: there is
 * one copy of those, whoever imports them. Beside it lie the compiled kernels and llvm-mc's words on every encoding, which
 * `emptyslot isa coverage` reads. Run by `npm run build`, after tsc.
 */

import { cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const bundle = await rolldown({
  input: `${dist}/hw-models/rdna3/index.js`,
  platform: 'node',
  external: [/\/(sim|pcie|trace)\/[^/]+\.js$/],
});
await bundle.write({ file: `${dist}/hw-models/rdna3/bundle.js`, format: 'esm', sourcemap: true });
await bundle.close();

const sources = fileURLToPath(new URL('../hw-models/rdna3/shader', import.meta.url));
for (const data of ['corpus/objects', 'isa/vectors.txt.gz'])
  cpSync(`${sources}/${data}`, `${dist}/hw-models/rdna3/shader/${data}`, { recursive: true });

// Translated code's way to memory is a module of its own, always the same: written here once instead of in every process.
const { packedMemoryModule, PACKED_MEMORY_MODULE } = await import(`${dist}/hw-models/exec/wasm/memory.js`);
for (const folder of ['exec/wasm', 'rdna3'])
  writeFileSync(`${dist}/hw-models/${folder}/${PACKED_MEMORY_MODULE}`, packedMemoryModule());
