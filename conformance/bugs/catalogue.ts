/** Every planted bug. Pure software. */

import type { Bug } from './bug.ts';
import { containerBugs } from './catalogue/containers.ts';
import { firmwareBugs } from './catalogue/firmware.ts';
import { memoryBugs } from './catalogue/memory.ts';
import { packetBugs } from './catalogue/packets.ts';
import { queueBugs } from './catalogue/queues.ts';
import { slotBugs } from './catalogue/slot.ts';

export const bugs: readonly Bug[] = [
  ...slotBugs,
  ...containerBugs,
  ...firmwareBugs,
  ...memoryBugs,
  ...queueBugs,
  ...packetBugs,
];
