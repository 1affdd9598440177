/**
 * Enough of a Navi31 for unit tests of one block of the driver: its register space and 64 MiB of its memory as plain
 * storage that keeps a log. Nothing answers unless a test scripts it.
 */

import { ipBlocks } from '../../registers/amd/index.ts';
import { Context } from '../amd/context.ts';
import { Discovery } from '../amd/discovery.ts';
import { RegisterSpace, fixed } from '../amd/registers.ts';
import { Vram } from '../amd/vram.ts';
import type { StepHook } from '../steps.ts';
import { FakeDevice, ScriptedRegion } from './fake-device.ts';

export interface FakeCard {
  readonly device: FakeDevice;
  readonly context: Context;
  readonly registers: ScriptedRegion;
  readonly vram: ScriptedRegion;
}

const gc = {
  version: [1, 0] as const,
  shaderEngines: 6,
  shaderArraysPerEngine: 2,
  computeUnitsPerArray: 8,
  computeUnits: 96,
  waveSize: 32,
  maxWavesPerSimd: 16,
  maxScratchSlotsPerCu: 32,
  ldsBytes: 65_536,
};

export const FAKE_VRAM_BYTES = 512 * 2 ** 20;

/** @param visibleBytes how much of the memory BAR0 shows. */
export function fakeCard(visibleBytes = 64 * 2 ** 20, steps?: StepHook): FakeCard {
  const device = new FakeDevice([0, 0, 8192]);
  const vram = device.place(0, new ScriptedRegion(visibleBytes));
  const registers = device.place(5, new ScriptedRegion(2 ** 20));
  registers.data.set([0x00, 0x02, 0, 0], fixed.CONFIG_MEMSIZE * 4);
  const space = new RegisterSpace(registers);
  const discovery = new Discovery(
    ipBlocks.map(({ hardwareId, instance, version, bases }) => ({ hardwareId, instance, version, bases })),
    gc,
    new Set(),
  );
  const context = new Context({
    device,
    space,
    discovery,
    vram: new Vram(vram, space, FAKE_VRAM_BYTES),
    ...(steps !== undefined && { steps }),
  });
  return { device, context, registers, vram };
}
