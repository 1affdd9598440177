/**
 * Talking to the system management unit, SMU 13.0.0: numbers of messages, answers, tables, clocks and features, and the
 * metrics table it writes on request.
 *
 * A message is answered by a result word; the same argument register takes what the message needs and returns what it
 * asked for. Tables move between a buffer of the driver's and the SMU's memory.
 *
 * Source: public SMU 13.0.0 interface headers (Linux amdgpu).
 *
 * Fidelity: from-public-source. Which messages the firmware refuses, and when, is guessed.
 */

import { layout, numbers, u16, u32, u8 } from '../layout.ts';

/** Version of the driver interface that these numbers belong to; newer firmware reports 0x41. */
export const driverInterfaceVersion = 0x3d;

// oxfmt-ignore: a table
export const messages = {
  TestMessage: 0x1, GetSmuVersion: 0x2, GetDriverIfVersion: 0x3, SetAllowedFeaturesMaskLow: 0x4,
  SetAllowedFeaturesMaskHigh: 0x5, EnableAllSmuFeatures: 0x6, DisableAllSmuFeatures: 0x7, EnableSmuFeaturesLow: 0x8,
  EnableSmuFeaturesHigh: 0x9, DisableSmuFeaturesLow: 0xa, DisableSmuFeaturesHigh: 0xb, GetRunningSmuFeaturesLow: 0xc,
  GetRunningSmuFeaturesHigh: 0xd, SetDriverDramAddrHigh: 0xe, SetDriverDramAddrLow: 0xf, SetToolsDramAddrHigh: 0x10,
  SetToolsDramAddrLow: 0x11, TransferTableSmu2Dram: 0x12, TransferTableDram2Smu: 0x13, UseDefaultPPTable: 0x14,
  EnterBaco: 0x15, ExitBaco: 0x16, ArmD3: 0x17, BacoAudioD3PME: 0x18, SetSoftMinByFreq: 0x19, SetSoftMaxByFreq: 0x1a,
  SetHardMinByFreq: 0x1b, SetHardMaxByFreq: 0x1c, GetMinDpmFreq: 0x1d, GetMaxDpmFreq: 0x1e, GetDpmFreqByIndex: 0x1f,
  OverridePcieParameters: 0x20, DramLogSetDramAddrHigh: 0x21, DramLogSetDramAddrLow: 0x22, DramLogSetDramSize: 0x23,
  SetWorkloadMask: 0x24, GetVoltageByDpm: 0x25, SetVideoFps: 0x26, GetDcModeMaxDpmFreq: 0x27, AllowGfxOff: 0x28,
  DisallowGfxOff: 0x29, PowerUpVcn: 0x2a, PowerDownVcn: 0x2b, PowerUpJpeg: 0x2c, PowerDownJpeg: 0x2d,
  PrepareMp1ForUnload: 0x2e, Mode1Reset: 0x2f, SetSystemVirtualDramAddrHigh: 0x30, SetSystemVirtualDramAddrLow: 0x31,
  SetPptLimit: 0x32, GetPptLimit: 0x33, ReenableAcDcInterrupt: 0x34, NotifyPowerSource: 0x35, RunDcBtc: 0x36,
  GetDebugData: 0x37, SetTemperatureInputSelect: 0x38, SetFwDstatesMask: 0x39, SetThrottlerMask: 0x3a,
  SetExternalClientDfCstateAllow: 0x3b, SetMGpuFanBoostLimitRpm: 0x3c, DumpSTBtoDram: 0x3d,
  STBtoDramLogSetDramAddrHigh: 0x3e, STBtoDramLogSetDramAddrLow: 0x3f, STBtoDramLogSetDramSize: 0x40,
  SetGpoAllow: 0x41, AllowGfxDcs: 0x42, DisallowGfxDcs: 0x43, EnableAudioStutterWA: 0x44, PowerUpUmsch: 0x45,
  PowerDownUmsch: 0x46, SetDcsArch: 0x47, TriggerVFFLR: 0x48, SetNumBadMemoryPagesRetired: 0x49,
  SetBadMemoryPagesRetiredFlagsPerChannel: 0x4a, SetPriorityDeltaGain: 0x4b, AllowIHHostInterrupt: 0x4c,
  DALNotPresent: 0x4e, Mode2Reset: 0x4f, EnableUCLKShadow: 0x51,
} as const;

export type MessageName = keyof typeof messages;

/** Name of a message, or `undefined` for one that no list knows. */
export function messageName(id: number): MessageName | undefined {
  for (const name in messages) if (messages[name as MessageName] === id) return name as MessageName;
  return undefined;
}

/** Messages of the second, debug mailbox. 2 is Mode-1 reset by drivers' use; a header calls it GetDebugData. */
export const debugMessages = { TestMessage: 1, Mode1Reset: 2, DebugDumpExit: 3 } as const;

export const results = {
  ok: 0x01,
  debugDumpEnd: 0xfb,
  busy: 0xfc,
  prerequisite: 0xfd,
  unknownCommand: 0xfe,
  failed: 0xff,
} as const;

/** Numbers of the tables that the two transfer messages move. */
export const tables = {
  PPTABLE: 0,
  COMBO_PPTABLE: 1,
  WATERMARKS: 2,
  AVFS_PSM_DEBUG: 3,
  PMSTATUSLOG: 4,
  SMU_METRICS: 5,
  DRIVER_SMU_CONFIG: 6,
  ACTIVITY_MONITOR_COEFF: 7,
  OVERDRIVE: 8,
  I2C_COMMANDS: 9,
  DRIVER_INFO: 10,
  ECCINFO: 11,
  WIFIBAND: 12,
} as const;

/** Clock ids: bits 31:16 of the frequency messages. */
export const clocks = {
  GFXCLK: 0,
  SOCCLK: 1,
  UCLK: 2,
  FCLK: 3,
  DCLK_0: 4,
  VCLK_0: 5,
  DCLK_1: 6,
  VCLK_1: 7,
  DISPCLK: 8,
  DPPCLK: 9,
  DPREFCLK: 10,
  DCFCLK: 11,
  DTBCLK: 12,
} as const;

/** GetDpmFreqByIndex with this index answers the number of levels. */
export const dpmLevelCountIndex = 0xff;

/** Sensors, in the order of the metrics table. */
// oxfmt-ignore: a list
export const temperatures = [
  'edge', 'hotspot', 'hotspotG', 'hotspotM', 'memory', 'vrGfx', 'vrMemory0', 'vrMemory1', 'vrSoc', 'vrU', 'liquid0',
  'liquid1', 'plx',
] as const;

/** Bits of the feature masks; from 32 on in the high word. */
// oxfmt-ignore: a table
export const features = {
  FW_DATA_READ: 0, DPM_GFXCLK: 1, DPM_GFX_POWER_OPTIMIZER: 2, DPM_UCLK: 3, DPM_FCLK: 4, DPM_SOCCLK: 5, DPM_MP0CLK: 6,
  DPM_LINK: 7, DPM_DCN: 8, VMEMP_SCALING: 9, VDDIO_MEM_SCALING: 10, DS_GFXCLK: 11, DS_SOCCLK: 12, DS_FCLK: 13,
  DS_LCLK: 14, DS_DCFCLK: 15, DS_UCLK: 16, GFX_ULV: 17, FW_DSTATE: 18, GFXOFF: 19, BACO: 20, MM_DPM: 21,
  SOC_MPCLK_DS: 22, BACO_MPCLK_DS: 23, THROTTLERS: 24, SMARTSHIFT: 25, GTHR: 26, ACDC: 27, VR0HOT: 28, FW_CTF: 29,
  FAN_CONTROL: 30, GFX_DCS: 31, GFX_READ_MARGIN: 32, LED_DISPLAY: 33, GFXCLK_SPREAD_SPECTRUM: 34,
  OUT_OF_BAND_MONITOR: 35, OPTIMIZED_VMIN: 36, GFX_IMU: 37, BOOT_TIME_CAL: 38, GFX_PCC_DFLL: 39, SOC_CG: 40,
  DF_CSTATE: 41, GFX_EDC: 42, BOOT_POWER_OPT: 43, CLOCK_POWER_DOWN_BYPASS: 44, DS_VCN: 45, BACO_CG: 46,
  MEM_TEMP_READ: 47, ATHUB_MMHUB_PG: 48, SOC_PCC: 49, EDC_PWRBRK: 50, BOMXCO_SVI3_PROG: 51,
} as const;

/** Table 5. Clocks in MHz, activity in percent, power in watts, temperatures in degrees Celsius. */
export const metricsTable = layout('SmuMetrics_t', 244, {
  currClock: numbers(0, 4, 13),
  averageGfxclkFrequencyTarget: u16(52),
  averageGfxclkFrequencyPreDs: u16(54),
  averageGfxclkFrequencyPostDs: u16(56),
  averageFclkFrequencyPreDs: u16(58),
  averageFclkFrequencyPostDs: u16(60),
  averageMemclkFrequencyPreDs: u16(62),
  averageMemclkFrequencyPostDs: u16(64),
  averageVclk0Frequency: u16(66),
  averageDclk0Frequency: u16(68),
  averageVclk1Frequency: u16(70),
  averageDclk1Frequency: u16(72),
  pcieBusy: u16(74),
  dgpuWattsMax: u16(76),
  metricsCounter: u32(80),
  avgVoltage: numbers(84, 2, 5),
  avgCurrent: numbers(94, 2, 5),
  averageGfxActivity: u16(104),
  averageUclkActivity: u16(106),
  vcn0ActivityPercentage: u16(108),
  vcn1ActivityPercentage: u16(110),
  energyAccumulator: u32(112),
  averageSocketPower: u16(116),
  averageTotalBoardPower: u16(118),
  avgTemperature: numbers(120, 2, 13),
  avgTemperatureFanIntake: u16(146),
  pcieRate: u8(148),
  pcieWidth: u8(149),
  avgFanPwm: u8(150),
  avgFanRpm: u16(152),
  throttlingPercentage: numbers(154, 1, 22),
  vmaxThrottlingPercentage: u8(176),
  d3HotEntryCountPerMode: numbers(180, 4, 4),
  d3HotExitCountPerMode: numbers(196, 4, 4),
  armMsgReceivedCountPerMode: numbers(212, 4, 4),
  apuSTAPMSmartShiftLimit: u16(228),
  apuSTAPMLimit: u16(230),
  avgApuSocketPower: u16(232),
  averageUclkActivityMAX: u16(234),
  publicSerialNumberLower: u32(236),
  publicSerialNumberUpper: u32(240),
});

/** The table as transferred: the metrics, then spare and padding words. */
export const metricsTableBytes = 392;
