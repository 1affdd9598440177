/**
 * Puts the card's two hundred small modules into one file, so that a process that plugs a card in starts in half the time.
 *
 * `emptyslot/hw-models/rdna3` is that file. The machine (`sim`), the slot (`pcie`) and traces stay outside of it: there is
 * one copy of those, whoever imports them. Run by `npm run build`, after tsc.
 */

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
