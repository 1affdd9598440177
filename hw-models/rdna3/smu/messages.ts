/**
 * The messages of the SMU: what each does to its state, and what it answers.
 *
 * Numbers, arguments and result codes are from the public SMU 13.0.0 interface. Which of them the firmware refuses and
 * when is in no public source; refusals here are only for arguments that name nothing.
 *
 * Fidelity: guessed (refusals). Messages are from public source.
 */

import {
  clocks,
  dpmLevelCountIndex,
  driverInterfaceVersion,
  features,
  messageName,
  messages as M,
  results,
  tables,
} from '../../../registers/amd/smu.ts';
import { engineRead, engineWrite, reachable } from '../psp/memory.ts';
import { CLOCKS, Limit, frequencyByIndex, levels, setLimit } from './clocks.ts';
import { blame, hex } from './context.ts';
import type { SmuContext } from './context.ts';
import { sampleMetrics } from './metrics.ts';
import { smuRules } from './rules.ts';

/** Result, and the value that replaces the argument (`undefined`: it stays). */
export interface Reply {
  readonly result: number;
  readonly value?: number;
  /** What is to happen to the card soon after. */
  readonly after?: 'modeOneReset' | 'modeTwoReset';
}

/** Features that this firmware can run, low and high word. */
export const supported = { lo: 0xffff_ffff, hi: 0x000f_ffff } as const;

const ok: Reply = { result: results.ok };

/** Messages that change something nobody here looks at: accepted. */
const accepted: ReadonlySet<number> = new Set([
  M.UseDefaultPPTable,
  M.ArmD3,
  M.BacoAudioD3PME,
  M.OverridePcieParameters,
  M.DramLogSetDramAddrHigh,
  M.DramLogSetDramAddrLow,
  M.DramLogSetDramSize,
  M.SetVideoFps,
  M.SetSystemVirtualDramAddrHigh,
  M.SetSystemVirtualDramAddrLow,
  M.ReenableAcDcInterrupt,
  M.NotifyPowerSource,
  M.RunDcBtc,
  M.SetTemperatureInputSelect,
  M.SetFwDstatesMask,
  M.SetThrottlerMask,
  M.SetExternalClientDfCstateAllow,
  M.SetMGpuFanBoostLimitRpm,
  M.SetGpoAllow,
  M.AllowGfxDcs,
  M.DisallowGfxDcs,
  M.EnableAudioStutterWA,
  M.SetDcsArch,
  M.SetNumBadMemoryPagesRetired,
  M.SetBadMemoryPagesRetiredFlagsPerChannel,
  M.SetPriorityDeltaGain,
  M.AllowIHHostInterrupt,
  M.DALNotPresent,
  M.EnableUCLKShadow,
]);

/** Feature that lets a clock be governed. */
const featureOfClock: Readonly<Record<number, number>> = {
  [clocks.GFXCLK]: features.DPM_GFXCLK,
  [clocks.SOCCLK]: features.DPM_SOCCLK,
  [clocks.UCLK]: features.DPM_UCLK,
  [clocks.FCLK]: features.DPM_FCLK,
};

/** Carries out message `id`. */
export function carryOut(smu: SmuContext, id: number, argument: number): Reply {
  const { s } = smu;
  switch (id) {
    case M.TestMessage:
      return { ...ok, value: (argument + 1) >>> 0 };
    case M.GetSmuVersion:
      return { ...ok, value: s.version };
    case M.GetDriverIfVersion:
      return { ...ok, value: driverInterfaceVersion };
    case M.SetAllowedFeaturesMaskLow:
      s.allowedLo = argument;
      return ok;
    case M.SetAllowedFeaturesMaskHigh:
      s.allowedHi = argument;
      return ok;
    case M.EnableAllSmuFeatures:
      return enable(smu, supported.lo, supported.hi);
    case M.DisableAllSmuFeatures:
      return disable(smu, supported.lo, supported.hi);
    case M.EnableSmuFeaturesLow:
      return enable(smu, argument, 0);
    case M.EnableSmuFeaturesHigh:
      return enable(smu, 0, argument);
    case M.DisableSmuFeaturesLow:
      return disable(smu, argument, 0);
    case M.DisableSmuFeaturesHigh:
      return disable(smu, 0, argument);
    case M.GetRunningSmuFeaturesLow:
      return { ...ok, value: s.runningLo };
    case M.GetRunningSmuFeaturesHigh:
      return { ...ok, value: s.runningHi };
    case M.SetDriverDramAddrHigh:
      return address(smu, 'driverHi', argument);
    case M.SetDriverDramAddrLow:
      return address(smu, 'driverLo', argument);
    case M.SetToolsDramAddrHigh:
      return address(smu, 'toolsHi', argument);
    case M.SetToolsDramAddrLow:
      return address(smu, 'toolsLo', argument);
    case M.TransferTableSmu2Dram:
      return toDram(smu, argument & 0xffff);
    case M.TransferTableDram2Smu:
      return fromDram(smu, argument & 0xffff);
    case M.SetSoftMinByFreq:
      return limit(smu, argument, Limit.softMin);
    case M.SetSoftMaxByFreq:
      return limit(smu, argument, Limit.softMax);
    case M.SetHardMinByFreq:
      return limit(smu, argument, Limit.hardMin);
    case M.SetHardMaxByFreq:
      return limit(smu, argument, Limit.hardMax);
    case M.GetMinDpmFreq:
      return frequency(smu, argument >>> 16, 0);
    case M.GetMaxDpmFreq:
    case M.GetDcModeMaxDpmFreq:
      return frequency(smu, argument >>> 16, (levels[argument >>> 16]?.length ?? 1) - 1);
    case M.GetDpmFreqByIndex:
      return frequency(smu, argument >>> 16, argument & 0xff);
    case M.GetVoltageByDpm:
      return { ...ok, value: 3200 };
    case M.SetWorkloadMask:
      s.workloadMask = argument;
      return ok;
    case M.AllowGfxOff:
      s.gfxOff = 1;
      return ok;
    case M.DisallowGfxOff:
      s.gfxOff = 0;
      return ok;
    case M.PowerUpVcn:
      s.media |= 1;
      return ok;
    case M.PowerDownVcn:
      s.media &= ~1;
      return ok;
    case M.PowerUpJpeg:
      s.media |= 2;
      return ok;
    case M.PowerDownJpeg:
      s.media &= ~2;
      return ok;
    case M.PrepareMp1ForUnload:
      s.unloading = 1;
      return ok;
    case M.Mode1Reset:
      return { ...ok, after: 'modeOneReset' };
    case M.Mode2Reset:
      return { ...ok, after: 'modeTwoReset' };
    case M.SetPptLimit:
      s.pptWatts = argument & 0xffff;
      return ok;
    case M.GetPptLimit:
      return { ...ok, value: s.pptWatts };
  }
  if (accepted.has(id)) return ok;
  const name = messageName(id);
  if (name !== undefined) {
    blame(smu, smuRules.SMU_MESSAGE_UNMODELLED, `SMU message ${hex(id)} (${name}) is not modelled`);
    return { result: results.failed };
  }
  blame(smu, smuRules.SMU_MESSAGE_UNKNOWN, `C2PMSG_66 = ${hex(id)} is no message of SMU 13.0.0`);
  return { result: results.unknownCommand };
}

function enable({ s }: SmuContext, lo: number, hi: number): Reply {
  s.runningLo = (s.runningLo | (lo & s.allowedLo & supported.lo)) >>> 0;
  s.runningHi = (s.runningHi | (hi & s.allowedHi & supported.hi)) >>> 0;
  return ok;
}

function disable({ s }: SmuContext, lo: number, hi: number): Reply {
  s.runningLo = (s.runningLo & ~lo) >>> 0;
  s.runningHi = (s.runningHi & ~hi) >>> 0;
  return ok;
}

function address({ s }: SmuContext, half: 'driverHi' | 'driverLo' | 'toolsHi' | 'toolsLo', value: number): Reply {
  s[half] = value;
  s.saidAddress = s.saidMessage;
  return ok;
}

function wrongArgument(smu: SmuContext, text: string): Reply {
  blame(smu, smuRules.SMU_ARGUMENT_WRONG, text);
  return { result: results.failed };
}

/** SetSoft/HardMin/MaxByFreq: clock in 31:16, MHz in 15:0. */
function limit(smu: SmuContext, argument: number, which: number): Reply {
  const clock = argument >>> 16;
  if (clock >= CLOCKS)
    return wrongArgument(
      smu,
      `a limit for clock ${clock}: there are ${CLOCKS} (argument ${hex(argument)}: clock in 31:16, MHz in 15:0)`,
    );
  const feature = featureOfClock[clock];
  if (feature !== undefined && (smu.s.runningLo & (1 << feature)) === 0) {
    blame(
      smu,
      smuRules.SMU_PREREQUISITE,
      `a limit for clock ${clock} while feature ${feature}, which governs it, is not running: EnableAllSmuFeatures (6) first`,
    );
    return { result: results.prerequisite };
  }
  setLimit(smu.limits, clock, which, argument & 0xffff);
  return ok;
}

function frequency(smu: SmuContext, clock: number, index: number): Reply {
  const value = frequencyByIndex(clock, index);
  if (value >= 0) return { ...ok, value };
  const count = levels[clock]?.length;
  if (count === undefined) return wrongArgument(smu, `clock ${clock} does not exist: there are ${CLOCKS}`);
  return wrongArgument(
    smu,
    `clock ${clock} has ${count} levels, index ${index} was asked for (${hex(dpmLevelCountIndex)} asks for the count)`,
  );
}

/** MC address of the driver's buffer where `bytes` of it can be reached; else −1, said. */
function buffer(smu: SmuContext, bytes: number, doing: string): number {
  const mc = smu.s.driverHi * 2 ** 32 + smu.s.driverLo;
  if (mc !== 0 && reachable(smu.card, mc, bytes)) return mc;
  const why =
    mc === 0
      ? 'no address was given (SetDriverDramAddrHigh and Low)'
      : `MC address ${hex(mc)} is not in video memory, which begins at ${hex(smu.card.gmc.fbBase)}`;
  blame(smu, smuRules.SMU_TABLE_ADDRESS, `${doing} of ${bytes} bytes: ${why}`, 'saidMessage', ['saidAddress']);
  return -1;
}

function contents(smu: SmuContext, table: number): Uint8Array | undefined {
  if (table === tables.SMU_METRICS) return sampleMetrics(smu);
  if (table === tables.DRIVER_INFO) return driverInfo();
  if (table === tables.ECCINFO) return new Uint8Array(576);
  return smu.tables.get(table);
}

function toDram(smu: SmuContext, table: number): Reply {
  const bytes = contents(smu, table);
  if (bytes === undefined) return noTable(smu, table);
  const mc = buffer(smu, bytes.length, `TransferTableSmu2Dram of table ${table}`);
  return mc >= 0 && engineWrite(smu.card, mc, bytes, 'SMU') ? ok : { result: results.failed };
}

function fromDram(smu: SmuContext, table: number): Reply {
  const into = smu.tables.get(table);
  if (into === undefined) return noTable(smu, table);
  const mc = buffer(smu, into.length, `TransferTableDram2Smu of table ${table}`);
  return mc >= 0 && engineRead(smu.card, mc, into, 'SMU') ? ok : { result: results.failed };
}

function noTable(smu: SmuContext, table: number): Reply {
  if (!Object.values<number>(tables).includes(table)) return wrongArgument(smu, `table ${table} does not exist`);
  blame(smu, smuRules.SMU_TABLE_UNMODELLED, `SMU table ${table} is not modelled`);
  return { result: results.failed };
}

/** The frequency tables, in the order and with the room that the public header gives them. */
function driverInfo(): Uint8Array {
  const into = new Uint8Array(372);
  const view = new DataView(into.buffer);
  const rooms: readonly (readonly [clock: number, room: number])[] = [
    [clocks.GFXCLK, 16],
    [clocks.VCLK_0, 8],
    [clocks.DCLK_0, 8],
    [clocks.SOCCLK, 8],
    [clocks.UCLK, 4],
    [clocks.DISPCLK, 8],
    [clocks.DPPCLK, 8],
    [clocks.DPREFCLK, 8],
    [clocks.DCFCLK, 8],
    [clocks.DTBCLK, 8],
    [clocks.FCLK, 8],
  ];
  let at = 0;
  for (const [clock, room] of rooms) {
    levels[clock]!.forEach((mhz, i) => view.setUint16(at + i * 2, mhz, true));
    at += room * 2;
  }
  for (let clock = 0; clock < CLOCKS; clock++) view.setUint16(at + clock * 2, levels[clock]!.at(-1)!, true);
  return into;
}
