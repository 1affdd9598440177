/** From process start to an enumerated device, against `node -e 0` in the same run. */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bestOf, report } from './figure.ts';

const child = fileURLToPath(new URL('./enumerate.js', import.meta.url));
const start = (args: string[]): void => {
  const run = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (run.status !== 0) throw new Error(`node ${args.join(' ')} exited with ${run.status}`);
};
start([child]); // the file cache is warm for both
const floor = bestOf(10, () => start(['-e', '0'])) / 1e6;
const enumerated = bestOf(10, () => start([child])) / 1e6;

report({
  name: 'process start to enumerated device, above node -e 0',
  value: enumerated - floor,
  unit: 'ms',
  limit: { most: 150 },
  floor: `node -e 0: ${floor.toFixed(0)} ms`,
});
