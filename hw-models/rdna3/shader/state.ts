/**
 * Where a wave's state lives: every number of every array, so that copying the arrays copies the machine.
 *
 * The scalar registers of a wave are numbered as instructions encode them (106/107 VCC, 108-123 TTMP, 124 NULL,
 * 125 M0, 126/127 EXEC); what else belongs to a wave follows from 128 on.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", wave state.
 * Fidelity: from-public-source.
 * The number of resident waves and the LDS pool are this model's own: silicon has room for 3072 wave32 waves.
 */

export const VCC = 106;
export const TTMP = 108;
export const NULL = 124;
export const M0 = 125;
export const EXEC = 126;
/** Scalars beyond the encodable ones. */
export const S = {
  SCC: 128,
  PC_LO: 129,
  PC_HI: 130,
  MODE: 131,
  /** WaveState below. */
  STATE: 132,
  DISPATCH: 133,
  WORKGROUP: 134,
  /** 1 for 32 lanes, 2 for 64. */
  STRIPS: 135,
  VGPRS: 136,
  /** Bytes into the LDS pool, and how many belong to the workgroup. */
  LDS_BASE: 137,
  LDS_BYTES: 138,
  FLAT_SCRATCH_LO: 139,
  FLAT_SCRATCH_HI: 140,
  /** First and last address of the LDS and scratch windows of flat addresses: pairs, as the operands read them. */
  APERTURES: 156,
  SHARED_BASE: 157,
  PRIVATE_BASE: 161,
  /** VCCZ and EXECZ, computed when an instruction names them. */
  COMPUTED: 164,
  /** 1 where v0 began as a number and as many more as the lane's own, in each of the first 32 lanes. */
  RAMP: 141,
  WAVE_IN_GROUP: 143,
  VMID: 144,
  TRAPSTS: 145,
  /** Instructions executed; SHADER_CYCLES counts them. */
  COUNT: 146,
  PRIV: 147,
  TBA_LO: 148,
  TBA_HI: 149,
  TRAP_PRESENT: 150,
  TMA_LO: 151,
  TMA_HI: 152,
  FAULTED: 153,
  SLEEP: 154,
  /** Exceptions that the instruction that runs now has raised. */
  RAISED: 155,
  /** Writes to NULL land here; 16 dwords. */
  SINK: 176,
} as const;
export const SCALARS = 192;

export const WaveState = { free: 0, running: 1, barrier: 2, halted: 3 } as const;

export const VGPRS_PER_SLOT = 256;
export const LANES = 32;
/** Dwords of one wave slot's vector registers; a 64-lane wave takes two neighbouring slots. */
export const VGPR_DWORDS = VGPRS_PER_SLOT * LANES;
/** Bytes of one vector register's 32 lanes, and of all of a slot's. */
export const REGISTER_BYTES = LANES * 4;
export const STRIP_BYTES = VGPR_DWORDS * 4;

export const LDS_UNIT_BYTES = 1024;
export const LDS_PER_GROUP_BYTES = 65536;

/** Words of a resident workgroup. */
export const G = { USED: 0, DISPATCH: 1, WAVES: 2, ARRIVED: 3, LDS_UNIT: 4, LDS_UNITS: 5, WORDS: 8 } as const;

/** Words of a dispatch in flight; its own registers follow as the launcher was given them. */
export const D = {
  STATE: 0,
  ID: 1,
  NEXT_X: 2,
  NEXT_Y: 3,
  NEXT_Z: 4,
  RESIDENT: 5,
  GROUPS_X: 6,
  GROUPS_Y: 7,
  GROUPS_Z: 8,
  FULL_X: 9,
  FULL_Y: 10,
  FULL_Z: 11,
  LAST_X: 12,
  LAST_Y: 13,
  LAST_Z: 14,
  WAVE64: 15,
  VGPRS: 16,
  MODE: 17,
  LDS_BYTES: 18,
  SCRATCH_LO: 19,
  SCRATCH_HI: 20,
  SCRATCH_WAVE_BYTES: 21,
  SCRATCH_WAVES: 22,
  VMID: 23,
  PC_LO: 24,
  PC_HI: 25,
  RSRC2: 26,
  SHARED_BASE: 27,
  PRIVATE_BASE: 28,
  PRIV: 29,
  TBA_LO: 30,
  TBA_HI: 31,
  TMA_LO: 32,
  TMA_HI: 33,
  TAG: 34,
  START_X: 35,
  START_Y: 36,
  START_Z: 37,
  HALTED: 38,
  USER_DATA: 48,
  WORDS: 64,
} as const;
export const DispatchState = { free: 0, launching: 1, draining: 2 } as const;
export const DISPATCHES = 32;

export type ArrayKind = 'u32' | 'i32' | 'u8' | 'f64';
export type StateArray = Uint32Array | Int32Array | Uint8Array | Float64Array;
/** Hands out a zeroed, named array that is part of the card's state. */
export type Allocate = (name: string, kind: ArrayKind, length: number) => StateArray;

export interface ShaderState {
  readonly slots: number;
  readonly vgprs: Int32Array;
  readonly scalars: Int32Array;
  readonly lds: Uint8Array;
  /** One byte a KiB of LDS: taken or not. */
  readonly ldsMap: Uint8Array;
  readonly groups: Int32Array;
  readonly dispatches: Int32Array;
  /** 0: next dispatch id; 1: slot to run next; 2: dispatch to launch from next; 3, 4: instructions executed; 5: waves ended. */
  readonly scheduler: Int32Array;
}

/** Allocates a core's state. `slots`: wave slots; `ldsBytes`: pool shared by all resident workgroups. */
export function allocateState(allocate: Allocate, slots: number, ldsBytes: number): ShaderState {
  const i32 = (name: string, length: number): Int32Array => allocate(`shader.${name}`, 'i32', length) as Int32Array;
  const u8 = (name: string, length: number): Uint8Array => allocate(`shader.${name}`, 'u8', length) as Uint8Array;
  return {
    slots,
    vgprs: i32('vgprs', slots * VGPR_DWORDS),
    scalars: i32('scalars', slots * SCALARS),
    lds: u8('lds', ldsBytes),
    ldsMap: u8('ldsMap', ldsBytes / LDS_UNIT_BYTES),
    groups: i32('groups', slots * G.WORDS),
    dispatches: i32('dispatches', DISPATCHES * D.WORDS),
    scheduler: i32('scheduler', 8),
  };
}
