/**
 * The clean end: engines stopped in the order in which nothing is left running into memory that is about to go away,
 * clocks lowered, and a note left for the next driver.
 *
 * Fidelity: from-public-source.
 */

import type { Context } from './context.ts';
import { dequeueRequests } from './gfx.ts';
import { IN_USE } from './layout.ts';
import type { Parts } from './parts.ts';

/** Stops everything. What the card reports while it stops makes the next boot a cold one. */
export async function shutDown(context: Context, parts: Parts): Promise<void> {
  const { gfx, sdma, smu, recovery } = parts;
  await context.stage('sdma: stop', () => sdma.disable());
  await context.stage('gfx: stop', () => gfx.dequeueAll(dequeueRequests.resetWaves));
  await context.stage('smu: clocks down', () => smu.setClocks('lowest'));
  const found = recovery.diagnose();
  context.regs.SCRATCH_REGn.at(6).write(found.length > 0 ? IN_USE : 0);
}
