/**
 * Program flow and everything a wave says to the world outside its registers: branches, barriers, messages, traps,
 * hardware registers, MODE.
 *
 * A handler here ends a block. It answers with an Outcome; the next address for `jump` is left in the wave's PC.
 * Hints (waits, clauses, priorities, prefetch) are functionally nothing: data is always ready.
 * Without a trap handler S_TRAP does nothing to the wave; the card hears of it.
 * A subvector loop runs its body for the low 32 lanes, then for the high ones, leaving out a half without active lanes.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", program flow and hardware registers.
 * Fidelity: from-public-source. Guessed: contents of HW_ID, one cycle an instruction in SHADER_CYCLES. Always 0: performance
 * snapshots, IB_STS, priorities.
 */
import { Raised } from '../../exec/exceptions.ts';
import type { Decoded } from './isa/types.ts';
import { EXEC, M0, NULL, S, TTMP, VCC } from './state.ts';
import type { RdnaStrip } from './strip.ts';

export const Outcome = {
  /** On to the next instruction. */
  next: 0,
  /** To the branch target. */
  taken: 1,
  /** To the address in the wave's PC. */
  jump: 2,
  end: 3,
  barrier: 4,
  /** The wave gives way; it goes on behind this instruction. */
  yield: 5,
  halt: 6,
  /** On to the next instruction, under another MODE. */
  mode: 7,
  /** Code bytes may have changed. */
  flush: 8,
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

export interface ControlPlace {
  /** Address of the instruction and of the one behind it. */
  readonly pc: number;
  readonly next: number;
}
export interface ControlServices {
  /** Counter of the 100 MHz reference clock. */
  referenceClock(): readonly [low: number, high: number];
}
export type Ending = (w: RdnaStrip) => Outcome;

/** The part of a bound instruction that raisingEnding runs. */
interface RaisingHandler {
  readonly handler: (w: RdnaStrip) => void;
  readonly perWave: boolean;
}

const nothing = new Set([
  's_nop',
  's_waitcnt',
  's_waitcnt_depctr',
  's_waitcnt_vscnt',
  's_waitcnt_vmcnt',
  's_waitcnt_expcnt',
  's_waitcnt_lgkmcnt',
  's_delay_alu',
  's_clause',
  's_setprio',
  's_set_inst_prefetch_distance',
  's_wait_idle',
  's_wait_event',
  's_version',
  's_incperflevel',
  's_decperflevel',
  's_ttracedata',
  's_ttracedata_imm',
  's_setkill',
  'v_nop',
  'v_pipeflush',
  'ds_nop',
  'buffer_gl0_inv',
  'buffer_gl1_inv',
  's_gl1_inv',
  's_dcache_inv',
  's_wakeup',
]);
/** Instructions without an effect in this model, because caches hold nothing and results are never late. */
export const isHint = (name: string): boolean => nothing.has(name);

export function setPc(s: Int32Array, pc: number): void {
  s[S.PC_LO] = pc | 0;
  s[S.PC_HI] = Math.floor(pc / 4294967296);
}
export const getPc = (s: Int32Array): number => (s[S.PC_HI]! & 0xffff) * 4294967296 + (s[S.PC_LO]! >>> 0);

/** A trap handler is there: the launch said so, and it has an address. */
export const hasTrapHandler = (s: Int32Array): boolean =>
  s[S.TRAP_PRESENT] !== 0 && (s[S.TBA_LO]! | s[S.TBA_HI]!) !== 0;

/** Sends the wave to its trap handler, which finds `pc` and the trap's number in TTMP0 and TTMP1 (0: not by S_TRAP). */
export function enterTrap(s: Int32Array, pc: number, trap: number): Outcome {
  s[TTMP] = pc | 0;
  s[TTMP + 1] = (Math.floor(pc / 4294967296) & 0xffff) | (trap << 16);
  s[S.PRIV] = 1;
  // The two low bits of a PC do not exist.
  s[S.PC_LO] = s[S.TBA_LO]! & -4;
  s[S.PC_HI] = s[S.TBA_HI]! & 0xffff;
  return Outcome.jump;
}

const zeroVcc = (w: RdnaStrip): boolean => w.s[VCC] === 0 && (w.other === undefined || w.s[VCC + 1] === 0);
const zeroExec = (w: RdnaStrip): boolean => w.s[EXEC] === 0 && (w.other === undefined || w.s[EXEC + 1] === 0);
const branch =
  (condition: (w: RdnaStrip) => boolean): Ending =>
  (w) =>
    condition(w) ? Outcome.taken : Outcome.next;

/** Hardware register ids of S_GETREG and S_SETREG. */
export const HwReg = {
  MODE: 1,
  STATUS: 2,
  TRAPSTS: 3,
  GPR_ALLOC: 5,
  LDS_ALLOC: 6,
  IB_STS: 7,
  SH_MEM_BASES: 15,
  PERF_SNAPSHOT_PC_LO: 18,
  PERF_SNAPSHOT_PC_HI: 19,
  FLAT_SCR_LO: 20,
  FLAT_SCR_HI: 21,
  HW_ID1: 23,
  HW_ID2: 24,
  PERF_SNAPSHOT_DATA: 27,
  IB_STS2: 28,
  SHADER_CYCLES: 29,
} as const;

function readHwReg(w: RdnaStrip, id: number): number {
  const { s } = w;
  switch (id) {
    case HwReg.MODE:
      return s[S.MODE]!;
    case HwReg.STATUS:
      return (
        s[S.SCC]! |
        (s[S.PRIV]! << 5) |
        (s[S.TRAP_PRESENT]! << 6) |
        (zeroExec(w) ? 1 << 9 : 0) |
        (zeroVcc(w) ? 1 << 10 : 0) |
        (1 << 16)
      );
    case HwReg.TRAPSTS:
      return s[S.TRAPSTS]!;
    case HwReg.GPR_ALLOC:
      return ((s[S.VGPRS]! >>> 3) - 1) << 12;
    case HwReg.LDS_ALLOC:
      return (s[S.LDS_BYTES]! >>> 9) << 12;
    case HwReg.SH_MEM_BASES:
      return ((s[S.SHARED_BASE]! >>> 16) << 16) | (s[S.PRIVATE_BASE]! >>> 16);
    case HwReg.FLAT_SCR_LO:
      return s[S.FLAT_SCRATCH_LO]!;
    case HwReg.FLAT_SCR_HI:
      return s[S.FLAT_SCRATCH_HI]!;
    case HwReg.HW_ID1:
      return w.slot & 31;
    case HwReg.HW_ID2:
      return (s[S.VMID]! & 15) << 24;
    case HwReg.SHADER_CYCLES:
      return s[S.COUNT]! & 0xfffff;
    default:
      return 0;
  }
}
function writeHwReg(w: RdnaStrip, id: number, value: number): void {
  const { s } = w;
  const privileged = s[S.PRIV]! !== 0;
  switch (id) {
    case HwReg.MODE:
      s[S.MODE] = value;
      break;
    case HwReg.STATUS:
      s[S.SCC] = value & 1;
      break;
    case HwReg.TRAPSTS:
      // The sticky exception bits are the program's own; the rest is the trap handler's.
      s[S.TRAPSTS] = privileged ? value : (s[S.TRAPSTS]! & ~0x1ff) | (value & 0x1ff);
      break;
    case HwReg.FLAT_SCR_LO:
      if (privileged) s[S.FLAT_SCRATCH_LO] = value;
      break;
    case HwReg.FLAT_SCR_HI:
      if (privileged) s[S.FLAT_SCRATCH_HI] = value;
      break;
    default:
      break;
  }
}

/**
 * A float instruction under a mode that wants exceptions, as the end of a block: what it raises is added to TRAPSTS, and
 * an enabled exception sends the wave to its trap handler, behind the instruction.
 */
export function raisingEnding(d: Decoded, bound: RaisingHandler, next: number): Ending {
  const { handler, perWave } = bound;
  // V_RCP_IFLAG serves integer divisions: a division by zero is all that it raises, as theirs.
  const ofInteger = d.row.name === 'v_rcp_iflag_f32';
  return (w) => {
    const { s } = w;
    s[S.RAISED] = 0;
    handler(w);
    if (!perWave && w.other !== undefined) handler(w.other);
    const raised = ofInteger ? (s[S.RAISED]! & Raised.divisionByZero) << 4 : s[S.RAISED]!;
    s[S.TRAPSTS] = s[S.TRAPSTS]! | raised;
    const wanted = (raised & (s[S.MODE]! >>> 12)) !== 0 && s[S.PRIV] === 0 && hasTrapHandler(s);
    return wanted ? enterTrap(s, next, 0) : Outcome.next;
  };
}

/** A control instruction as the end of a block; undefined where the name is not one. */
export function controlOf(d: Decoded, place: ControlPlace, services: ControlServices): Ending | undefined {
  const { name } = d.row;
  const [dst] = d.dst;
  const [a] = d.src;
  const { imm } = d;
  const to = dst === undefined || dst.index === NULL ? S.SINK : dst.index;
  const put64 = (w: RdnaStrip, low: number, high: number): void => {
    w.s[to] = low;
    w.s[to + 1] = high;
  };
  const putPc = (w: RdnaStrip): void => put64(w, place.next | 0, Math.floor(place.next / 4294967296));
  const field = { id: imm & 63, offset: (imm >>> 6) & 31, size: ((imm >>> 11) & 31) + 1 };
  const fieldMask = field.size === 32 ? -1 : (1 << field.size) - 1;
  const setField = (w: RdnaStrip, value: number): Outcome => {
    const mask = fieldMask << field.offset;
    writeHwReg(w, field.id, (readHwReg(w, field.id) & ~mask) | ((value << field.offset) & mask));
    return field.id === HwReg.MODE ? Outcome.mode : Outcome.next;
  };
  const setMode =
    (shift: number): Ending =>
    (w) => {
      w.s[S.MODE] = (w.s[S.MODE]! & ~(15 << shift)) | ((imm & 15) << shift);
      return Outcome.mode;
    };
  const jumpTo = (w: RdnaStrip, low: number, high: number): Outcome => {
    // The two low bits of a PC do not exist.
    w.s[S.PC_LO] = low & -4;
    w.s[S.PC_HI] = high & 0xffff;
    return Outcome.jump;
  };
  switch (name) {
    case 's_branch':
      return () => Outcome.taken;
    case 's_cbranch_scc0':
      return branch((w) => w.s[S.SCC] === 0);
    case 's_cbranch_scc1':
      return branch((w) => w.s[S.SCC] !== 0);
    case 's_cbranch_vccz':
      return branch(zeroVcc);
    case 's_cbranch_vccnz':
      return branch((w) => !zeroVcc(w));
    case 's_cbranch_execz':
      return branch(zeroExec);
    case 's_cbranch_execnz':
      return branch((w) => !zeroExec(w));
    // No debugger is attached.
    case 's_cbranch_cdbgsys':
    case 's_cbranch_cdbguser':
    case 's_cbranch_cdbgsys_or_user':
    case 's_cbranch_cdbgsys_and_user':
      return () => Outcome.next;
    case 's_getpc_b64':
      return (w) => {
        putPc(w);
        return Outcome.next;
      };
    case 's_setpc_b64':
      return (w) => jumpTo(w, w.s[a!.index]!, w.s[a!.index + 1]!);
    case 's_rfe_b64':
      return (w) => {
        w.s[S.PRIV] = 0;
        return jumpTo(w, w.s[a!.index]!, w.s[a!.index + 1]!);
      };
    case 's_swappc_b64':
      return (w) => {
        const low = w.s[a!.index]!;
        const high = w.s[a!.index + 1]!;
        putPc(w);
        return jumpTo(w, low, high);
      };
    case 's_call_b64':
      return (w) => {
        putPc(w);
        return Outcome.taken;
      };
    case 's_subvector_loop_begin':
      return (w) => {
        const { s } = w;
        if (zeroExec(w)) return Outcome.taken;
        if (s[EXEC] === 0) s[to] = 0;
        else {
          s[to] = s[EXEC + 1]!;
          s[EXEC + 1] = 0;
        }
        return Outcome.next;
      };
    case 's_subvector_loop_end':
      return (w) => {
        const { s } = w;
        if (s[EXEC + 1] !== 0) s[EXEC] = s[to]!;
        else if (s[to] !== 0) {
          const high = s[to]!;
          s[to] = s[EXEC]!;
          s[EXEC] = 0;
          s[EXEC + 1] = high;
          return Outcome.taken;
        }
        return Outcome.next;
      };
    case 's_endpgm':
    case 's_endpgm_saved':
      return () => Outcome.end;
    case 's_barrier':
      return () => Outcome.barrier;
    case 's_sleep':
      return () => Outcome.yield;
    case 's_sethalt':
      return (imm & 1) !== 0 ? () => Outcome.halt : () => Outcome.next;
    case 's_icache_inv':
      return () => Outcome.flush;
    case 's_round_mode':
      return setMode(0);
    case 's_denorm_mode':
      return setMode(4);
    case 's_getreg_b32':
      return (w) => {
        w.s[to] = (readHwReg(w, field.id) >>> field.offset) & fieldMask;
        return Outcome.next;
      };
    case 's_setreg_b32': {
      const index = (a ?? dst)!.index;
      return (w) => setField(w, w.s[index]!);
    }
    case 's_setreg_imm32_b32': {
      const value = a!.lo;
      return (w) => setField(w, value);
    }
    case 's_sendmsg':
    case 's_sendmsghalt': {
      const message = imm & 0xff;
      const after = name === 's_sendmsghalt' ? Outcome.halt : Outcome.next;
      // 1 raises an interrupt with M0 as its data; the others (VGPR release, counters) change nothing here.
      if (message !== 1) return () => after;
      return (w) => {
        w.core.report({ kind: 'interruptMessage', ...w.core.place(), data: w.s[M0]! >>> 0 });
        return after;
      };
    }
    case 's_sendmsg_rtn_b32':
    case 's_sendmsg_rtn_b64': {
      const message = a === undefined ? imm & 0xff : a.kind === 'sgpr' ? -1 : a.lo & 0xff;
      const wide = name.endsWith('64');
      return (w) => {
        const value: readonly [number, number] =
          message === 0x83
            ? services.referenceClock()
            : message === 0x82
              ? [w.s[S.TMA_LO]!, w.s[S.TMA_HI]!]
              : message === 0x85
                ? [w.s[S.TBA_LO]!, w.s[S.TBA_HI]!]
                : [0, 0];
        w.s[to] = value[0];
        if (wide) w.s[to + 1] = value[1];
        return Outcome.next;
      };
    }
    case 's_trap':
      return (w) => {
        const { s } = w;
        const trap = imm & 0xff;
        w.core.report({ kind: 'trap', ...w.core.place(), trap, handled: hasTrapHandler(s) });
        return hasTrapHandler(s) ? enterTrap(s, place.pc, trap) : Outcome.next;
      };
    default:
      return undefined;
  }
}
