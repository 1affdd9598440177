/**
 * The clocks the SMU governs: their levels, and the limits that software set.
 *
 * Clock numbers and the meaning of bit 31 of a level count (frequencies between two levels are allowed) are public;
 * the frequencies are those a board of this kind advertises, or near them.
 *
 * Fidelity: guessed (frequencies).
 */

import { clocks } from '../../../registers/amd/smu.ts';
import type { StateBlock } from '../../../sim/index.ts';

/** Levels in MHz, ascending, by clock number. */
export const levels: readonly (readonly number[])[] = [
  [500, 2500], // GFXCLK
  [500, 640, 760, 860, 980, 1140, 1200], // SOCCLK
  [96, 456, 772, 1249], // UCLK
  [500, 960, 1330, 1600, 1800, 2000], // FCLK
  [500, 1180, 1730, 1950], // DCLK_0
  [550, 1300, 1910, 2150], // VCLK_0
  [500, 1180, 1730, 1950], // DCLK_1
  [550, 1300, 1910, 2150], // VCLK_1
  [300, 600, 900, 1200, 1500, 1720, 2150], // DISPCLK
  [300, 600, 900, 1200, 1500, 1720, 2150], // DPPCLK
  [720], // DPREFCLK
  [300, 600, 1000, 1560], // DCFCLK
  [600, 1564], // DTBCLK
];

export const CLOCKS = levels.length;
const FINE_GRAINED = 0x8000_0000;
/** Clocks that run at anything between their first and last level. */
const fineGrained: readonly number[] = [clocks.GFXCLK];

/** What a limit message sets. */
export const Limit = { softMin: 0, softMax: 1, hardMin: 2, hardMax: 3 } as const;

/** Limits of every clock: state of the card. */
export function clockLimits(state: StateBlock): Float64Array {
  return state.f64('smu.limits', CLOCKS * 4);
}

export function resetLimits(limits: Float64Array): void {
  for (let clock = 0; clock < CLOCKS; clock++) {
    const range = levels[clock]!;
    limits.set([range[0]!, range.at(-1)!, range[0]!, range.at(-1)!], clock * 4);
  }
}

/** Answer of GetDpmFreqByIndex, or −1. */
export function frequencyByIndex(clock: number, index: number): number {
  const range = levels[clock];
  if (range === undefined) return -1;
  if (index === 0xff) return fineGrained.includes(clock) ? range.length + FINE_GRAINED : range.length;
  return range[index] ?? -1;
}

/** Sets one limit in MHz; 0 and 0xffff stand for the ends of the range, and what lies outside is cut to it. */
export function setLimit(limits: Float64Array, clock: number, limit: number, mhz: number): void {
  const range = levels[clock]!;
  limits[clock * 4 + limit] = Math.min(Math.max(mhz, range[0]!), range.at(-1)!);
}

/** Frequency in MHz at which a clock runs, idle or at work. */
export function currentClock(limits: Float64Array, clock: number, busy: boolean): number {
  const range = levels[clock]!;
  const low = Math.max(limits[clock * 4 + Limit.softMin]!, limits[clock * 4 + Limit.hardMin]!);
  const high = Math.min(limits[clock * 4 + Limit.softMax]!, limits[clock * 4 + Limit.hardMax]!);
  const wanted = Math.max(busy ? high : low, Math.min(low, high));
  if (fineGrained.includes(clock)) return wanted;
  return range.find((level) => level >= wanted) ?? range.at(-1)!;
}
