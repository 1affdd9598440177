/**
 * The bring-up, cold or warm, from a card that was only looked at to two queues that have signalled.
 *
 * A card that this driver has booted and left in order keeps its secure OS, firmware, protected memory and interrupt
 * rings: a warm boot starts at the graphics block. Anything else starts from nothing, if need be through a reset.
 *
 * Fidelity: from-public-source. Order of blocks as public drivers bring them up.
 */

import type { Completion } from './completion.ts';
import type { Context } from './context.ts';
import type { CardFirmware } from './firmware.ts';
import { dequeueRequests } from './gfx.ts';
import { BOOTED_MARK, IN_USE } from './layout.ts';
import type { Parts } from './parts.ts';
import { mode1Reset, setBusMaster } from './reset.ts';

export type BootKind = 'cold' | 'warm';

/** Brings everything up. @returns how: warm only where the card was left clean and `boot` allows it. */
export async function bringUp(
  context: Context,
  parts: Parts,
  completion: Completion,
  firmware: CardFirmware,
  boot: 'auto' | 'cold',
): Promise<BootKind> {
  const { hdp, gfx, sdma, smu } = parts;
  const { regs } = context;
  hdp.init();
  const kind = boot === 'auto' && leftClean(context, parts) ? 'warm' : 'cold';
  if (kind === 'cold') await bootBlocks(context, parts, firmware);
  else await takeUp(context, parts);
  await context.stage('gfx: wait for autoload', () => gfx.waitForAutoload());
  await context.stage('gmc: graphics hub', () => parts.gmc.initHub('GC'));
  await context.stage('gfx: start compute', () =>
    kind === 'cold' ? gfx.init() : gfx.resetMec(dequeueRequests.resetWaves),
  );
  await context.stage('sdma: start', () => sdma.init());
  await context.stage('smu: clocks up', () => smu.setClocks('highest'));
  await context.stage('power: clock gating', async () => {
    hdp.enablePowerSaving();
    await gfx.enableClockGating();
  });
  regs.SCRATCH_REGn.at(7).write(BOOTED_MARK);
  regs.SCRATCH_REGn.at(6).write(IN_USE);
  await context.stage('queues', () => makeQueues(parts));
  await context.stage('first fence', async () => {
    await completion.finish(gfx.queue, await gfx.queue.submit([]));
    await completion.finish(sdma.queue, await sdma.queue.submit([]));
  });
  return kind;
}

/** The card was booted by this driver, closed in order, and has latched no fault since. */
function leftClean({ regs }: Context, { psp }: Parts): boolean {
  return (
    regs.SCRATCH_REGn.at(7).read() === BOOTED_MARK &&
    regs.SCRATCH_REGn.at(6).read() === 0 &&
    psp.alive() &&
    regs.GCVM_L2_PROTECTION_FAULT_STATUS.read() === 0
  );
}

/** Warm: what the last session left is taken up, and marked as in use before anything can go wrong. */
async function takeUp(context: Context, { gmc, ih, memory }: Parts): Promise<void> {
  context.regs.SCRATCH_REGn.at(6).write(IN_USE);
  setBusMaster(context, true);
  gmc.assumeReady('MM');
  ih.resume();
  await context.stage('gmc: page tables', () => memory.init());
}

/** Cold: everything that survives until the next power-on or reset. */
async function bootBlocks(context: Context, parts: Parts, firmware: CardFirmware): Promise<void> {
  const { nbio, gmc, ih, psp, smu, memory } = parts;
  if (psp.alive()) await context.stage('smu: mode-1 reset', () => mode1Reset(context, parts));
  setBusMaster(context, true);
  await context.stage('nbio', () => nbio.init());
  await context.stage('gmc: page tables', () => memory.init());
  await context.stage('gmc: multimedia hub', () => gmc.initHub('MM'));
  await context.stage('ih', () => ih.init());
  await psp.boot(firmware.psp);
  await context.stage('psp: ring', () => psp.createRing());
  await context.stage('psp: table of contents', () => psp.loadToc(firmware.psp.get('TOC')!));
  await context.stage('psp: load SMU', () => psp.loadFirmware(firmware.smu));
  await context.stage('psp: protected memory', () => psp.setupTmr());
  for (const image of firmware.images) await context.stage(`psp: load ${image.name}`, () => psp.loadFirmware(image));
  await context.stage('psp: autoload', () => psp.autoload());
  await context.stage('smu: features', () => smu.init());
}

/** Memory of the queues first, then the hubs are told, then the queues are enabled. */
async function makeQueues({ gfx, sdma, compute, memory }: Parts): Promise<void> {
  gfx.createQueue();
  sdma.createQueue();
  compute.createArguments();
  await memory.commit();
  gfx.enableQueue();
  sdma.enable();
}
