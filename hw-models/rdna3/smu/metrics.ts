/**
 * The metrics table: what the SMU measured since the last time it was asked.
 *
 * The layout is public. The figures follow from the model's own state: clocks from the limits, activity from how long
 * the engines worked, power from both, temperature and fan from power. How they follow is made up.
 *
 * Fidelity: guessed (every figure but the clocks and the counters).
 */

import { encode } from '../../../registers/layout.ts';
import { clocks, metricsTable, metricsTableBytes } from '../../../registers/amd/smu.ts';
import { CLOCKS, currentClock } from './clocks.ts';
import type { SmuContext } from './context.ts';

export const DEFAULT_PPT_WATTS = 355;
const IDLE_WATTS = 15;
const AMBIENT_CELSIUS = 30;
/** One unit of the energy counter in microjoules. */
const ENERGY_UNIT = 15.259;

/** Percent of the time since the last sample. */
function percent(busyNs: number, elapsedNs: number): number {
  return elapsedNs <= 0 ? 0 : Math.min(100, Math.round((busyNs / elapsedNs) * 100));
}

/** Takes a sample and returns the table as it is transferred. */
export function sampleMetrics(smu: SmuContext): Uint8Array {
  const { s, card, limits } = smu;
  const { nowNs } = card.slot.events;
  const elapsedNs = nowNs - s.sampledNs;
  const gfxNs = card.cp.busyNs ?? 0;
  const dmaNs = card.sdma.busyNs ?? 0;
  const gfx = percent(gfxNs - s.gfxBusyNs, elapsedNs);
  const memory = Math.max(percent(dmaNs - s.dmaBusyNs, elapsedNs), Math.round(gfx * 0.6));
  s.gfxBusyNs = gfxNs;
  s.dmaBusyNs = dmaNs;
  s.sampledNs = nowNs;
  s.counter = (s.counter + 1) % 2 ** 32;

  const mhz = Array.from({ length: CLOCKS }, (_, clock) => {
    const media = clock >= clocks.DCLK_0 && clock <= clocks.VCLK_1;
    if (media && s.media === 0) return 0;
    return currentClock(limits, clock, clock === clocks.UCLK || clock === clocks.FCLK ? memory > 0 : gfx > 0);
  });
  const gfxMhz = s.gfxOff !== 0 && gfx === 0 ? 0 : mhz[clocks.GFXCLK]!;
  mhz[clocks.GFXCLK] = gfxMhz;
  const watts = Math.min(
    s.pptWatts,
    Math.round(IDLE_WATTS + gfxMhz * 0.006 + gfxMhz * gfx * 0.0011 + mhz[clocks.UCLK]! * (0.01 + memory * 0.0003)),
  );
  s.energyMicrojoules += (watts * Math.max(0, elapsedNs)) / 1000;
  // the heatsink follows power within seconds
  const settled = (AMBIENT_CELSIUS + watts * 0.11) * 1000;
  const share = 1 - Math.exp(-Math.max(0, elapsedNs) / 5e9);
  s.edgeMilliCelsius = s.edgeMilliCelsius === 0 ? settled : s.edgeMilliCelsius + (settled - s.edgeMilliCelsius) * share;
  const edge = Math.round(s.edgeMilliCelsius / 1000);
  const fan = edge < 50 ? 0 : Math.min(100, (edge - 45) * 3);

  const table = new Uint8Array(metricsTableBytes);
  table.set(
    encode(metricsTable, {
      currClock: mhz,
      averageGfxclkFrequencyTarget: gfxMhz,
      averageGfxclkFrequencyPreDs: gfxMhz,
      averageGfxclkFrequencyPostDs: Math.round((gfxMhz * Math.max(gfx, 1)) / 100),
      averageFclkFrequencyPreDs: mhz[clocks.FCLK]!,
      averageFclkFrequencyPostDs: mhz[clocks.FCLK]!,
      averageMemclkFrequencyPreDs: mhz[clocks.UCLK]!,
      averageMemclkFrequencyPostDs: mhz[clocks.UCLK]!,
      averageVclk0Frequency: mhz[clocks.VCLK_0]!,
      averageDclk0Frequency: mhz[clocks.DCLK_0]!,
      averageVclk1Frequency: mhz[clocks.VCLK_1]!,
      averageDclk1Frequency: mhz[clocks.DCLK_1]!,
      pcieBusy: memory,
      dgpuWattsMax: DEFAULT_PPT_WATTS,
      metricsCounter: s.counter,
      avgVoltage: [650 + Math.round(gfxMhz * 0.15), 800, 750, 1350, 700],
      avgCurrent: [Math.round(watts * 0.7), 8, 5, 4, 6],
      averageGfxActivity: gfx,
      averageUclkActivity: memory,
      vcn0ActivityPercentage: 0,
      vcn1ActivityPercentage: 0,
      energyAccumulator: Math.floor(s.energyMicrojoules / ENERGY_UNIT) % 2 ** 32,
      averageSocketPower: watts,
      averageTotalBoardPower: watts + 20,
      avgTemperature: [
        edge,
        edge + 6,
        edge + 5,
        edge + 4,
        edge + 12,
        edge + 3,
        edge + 2,
        edge + 2,
        edge + 1,
        edge + 1,
        0,
        0,
        0,
      ],
      avgTemperatureFanIntake: AMBIENT_CELSIUS,
      pcieRate: 4,
      pcieWidth: 5,
      avgFanPwm: fan,
      avgFanRpm: fan * 33,
      averageUclkActivityMAX: memory,
      publicSerialNumberLower: 0x5107_0001,
      publicSerialNumberUpper: 0,
    }),
  );
  return table;
}
