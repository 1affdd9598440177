/**
 * The graphics core around its command processors. GRBM (selection, status, soft reset), RLC (safe mode, clock
 * counter, autoload) and the state every VMID has for its shaders.
 *
 * After AUTOLOAD_RLC the IMU and the RLC put all microcode in place by themselves; until then the engines
 * cannot be started. Clock and power gating, SRM and SPM are storage: nothing here depends on them.
 *
 * Source: fact sheets of public drivers (Linux amdgpu gfx_v11_0, tinygrad AM), register lists of gc 11.0.0.
 *
 * Fidelity: from-public-source. Guessed: times (autoload 100 us, safe mode 5 us, soft reset 1 us to take effect).
 */

import { CP, GC, GRBM, RLC } from '../../../registers/amd/index.ts';
import { getField } from '../../../registers/index.ts';
import type { Card, CardReset, Gfx } from '../blocks.ts';
import { Bank, banked } from './banks.ts';
import { gfxRules } from './rules.ts';

/** What AUTOLOAD_RLC takes, and the RLC's part of a safe-mode request. */
export const gfxTiming = { autoloadNs: 100_000, safeModeNs: 5_000, softResetNs: 1_000 } as const;

const kind = { autoloadDone: 1, safeMode: 2 } as const;

/** Shader engines and arrays with their own copy of a register; the card has 6 × 2. */
const SHADER_ENGINES = 6;
const SHADER_ARRAYS = 2;

export interface GfxBlock extends Gfx {
  /** Copies by VMID: SH_MEM_*, trap handler addresses. */
  readonly byVmid: Bank;
  /** Copies by shader engine and array. */
  readonly byShader: Bank;
  /** Autoload has been asked for and is under way. Engines started now wait for it. */
  readonly booting: boolean;
  /** Says the selection findings that hold at the launch of work; the command processor calls it. */
  checkSelection(what: string): void;
}

export function createGfx(card: Card): GfxBlock {
  const { regs, slot } = card;
  const { findings, events } = slot;
  const s = slot.state.record('gfx', {
    /** 0 never asked for, 1 autoload runs, 2 microcode in place. */
    boot: 0,
    bootedNs: 0,
    /** Access that last wrote GRBM_GFX_CNTL / GRBM_GFX_INDEX. */
    selectedBy: -1,
    indexedBy: -1,
    safeModeBusy: 0,
  });
  /** When, and by which access, each bit of GRBM_SOFT_RESET was last set. */
  const resetSinceNs = slot.state.f64('gfx.reset since', 32);
  const resetBy = slot.state.f64('gfx.reset by', 32);
  const cntl = regs.slot(GRBM.registers.GRBM_GFX_CNTL);
  const index = regs.slot(GRBM.registers.GRBM_GFX_INDEX);
  const cntlFields = GRBM.registers.GRBM_GFX_CNTL.fields;
  const { values } = regs;

  const describeSelection = (value: number): string => {
    const me = getField(value, cntlFields.MEID);
    const pipe = getField(value, cntlFields.PIPEID);
    const queue = getField(value, cntlFields.QUEUEID);
    const vmid = getField(value, cntlFields.VMID);
    return `me ${me}, pipe ${pipe}, queue ${queue}, VMID ${vmid}`;
  };
  const left = (what: string): void => {
    const value = values[cntl]!;
    if (value === 0) return;
    findings.report(
      gfxRules.GRBM_SELECT_LEFT,
      slot.card,
      `${what} while GRBM_GFX_CNTL is 0x${value.toString(16)} (${describeSelection(value)}); write 0 to GRBM_GFX_CNTL once the selected registers are done`,
      undefined,
      [s.selectedBy],
    );
  };
  const isQueueKind = (value: number): boolean => (value & 0x70f) !== 0;
  const isVmidKind = (value: number): boolean => (value & 0xf0) !== 0;

  const byVmid = new Bank(
    card,
    'gfx.vmid',
    banked('vmid', GC, CP, GRBM, RLC),
    16,
    () => (values[cntl]! >>> 4) & 15,
    () => {
      // a queue selected and no VMID: these registers are meant for another copy
      if (isQueueKind(values[cntl]!) && !isVmidKind(values[cntl]!)) left('a register banked by VMID was accessed');
    },
  );
  const byShader = new Bank(
    card,
    'gfx.shader',
    banked('shader', GC, CP, GRBM, RLC),
    SHADER_ENGINES * SHADER_ARRAYS,
    () => {
      const value = values[index]!;
      const seAll = (value & 0x8000_0000) !== 0;
      const saAll = (value & 0x2000_0000) !== 0;
      if (seAll || saAll) return -1;
      const se = (value >>> 16) & 0xff;
      const sa = (value >>> 8) & 0xff;
      return (se % SHADER_ENGINES) * SHADER_ARRAYS + (sa % SHADER_ARRAYS);
    },
  );
  // a 6 x 2 copy per instance would cost memory for registers nobody uses: an index for one SA of all SEs broadcasts (guessed)

  regs.on(GRBM.registers.GRBM_GFX_CNTL, {
    write: (value, _i, before) => {
      if (
        before !== 0 &&
        value !== 0 &&
        isQueueKind(before) !== isQueueKind(value) &&
        isVmidKind(before) !== isVmidKind(value)
      ) {
        const now = findings.current;
        findings.report(
          gfxRules.GRBM_SELECT_LEFT,
          slot.card,
          `GRBM_GFX_CNTL goes from 0x${before.toString(16)} (${describeSelection(before)}) to 0x${value.toString(16)} without 0 in between; the first selection was left behind`,
          findings.access(now),
          [s.selectedBy],
        );
      }
      s.selectedBy = findings.current;
    },
  });
  regs.on(GRBM.registers.GRBM_GFX_INDEX, { write: () => void (s.indexedBy = findings.current) });

  const target = events.define(`card ${slot.card} gfx`, (what, a) => {
    if (what === kind.autoloadDone) {
      s.boot = 2;
      const { BOOTLOAD_COMPLETE, GPM_IRAM_LOADED, GPM_IRAM_DONE, GFX_INIT_DONE } = bootloadBits;
      regs.poke(
        RLC.registers.RLC_RLCS_BOOTLOAD_STATUS,
        (BOOTLOAD_COMPLETE | GPM_IRAM_LOADED | GPM_IRAM_DONE | GFX_INIT_DONE) >>> 0,
      );
    } else if (what === kind.safeMode) {
      // CMD clears when the RLC has done as told; RESPONSE mirrors the message (guessed)
      s.safeModeBusy = 0;
      regs.poke(RLC.registers.RLC_SAFE_MODE, (a & 0x1e) | (((a >>> 1) & 0xf) << 8));
    }
  });

  // RLC
  regs.on(RLC.registers.RLC_SAFE_MODE, {
    write: (value) => {
      if (s.safeModeBusy === 1) {
        findings.report(
          gfxRules.RLC_SAFE_MODE_BUSY,
          slot.card,
          `RLC_SAFE_MODE = 0x${value.toString(16)} while CMD is still set; wait until bit 0 reads 0`,
        );
        return;
      }
      if ((value & 1) === 0) return;
      left('RLC_SAFE_MODE was written');
      s.safeModeBusy = 1;
      // without microcode, or with the RLC stopped, nobody answers: CMD stays set
      if (s.boot === 0 || (regs.peek(RLC.registers.RLC_CNTL) & 1) === 0) return;
      events.schedule(gfxTiming.safeModeNs + Math.max(0, s.bootedNs - events.nowNs), target, kind.safeMode, value);
    },
  });
  regs.on(RLC.registers.RLC_CAPTURE_GPU_CLOCK_COUNT, {
    write: (value) => {
      if ((value & 1) === 0) return;
      const ticks = Math.floor(events.nowNs / 10);
      regs.poke(RLC.registers.RLC_GPU_CLOCK_COUNT_LSB, ticks >>> 0);
      regs.poke(RLC.registers.RLC_GPU_CLOCK_COUNT_MSB, Math.floor(ticks / 0x1_0000_0000));
    },
  });
  regs.on(RLC.registers.RLC_REFCLOCK_TIMESTAMP_LSB, { read: () => Math.floor(events.nowNs / 10) >>> 0 });
  regs.on(RLC.registers.RLC_REFCLOCK_TIMESTAMP_MSB, { read: () => Math.floor(events.nowNs / 10 / 0x1_0000_0000) });

  // soft resets: 1 holds, 0 lets go
  const soft = GRBM.registers.GRBM_SOFT_RESET.fields;
  regs.on(GRBM.registers.GRBM_SOFT_RESET, {
    write: (value, _i, before) => {
      left('GRBM_SOFT_RESET was written');
      for (let bit = 0; bit < 32; bit++) {
        const now = (value >>> bit) & 1;
        if (now === ((before >>> bit) & 1)) continue;
        if (now === 1) {
          resetSinceNs[bit] = events.nowNs;
          resetBy[bit] = findings.current;
        } else if (events.nowNs - resetSinceNs[bit]! < gfxTiming.softResetNs) {
          findings.report(
            gfxRules.SOFT_RESET_TOO_SHORT,
            slot.card,
            `GRBM_SOFT_RESET bit ${bit} was held for ${Math.round(events.nowNs - resetSinceNs[bit]!)} ns; hold it for at least ${gfxTiming.softResetNs} ns`,
            undefined,
            [resetBy[bit]!],
          );
        }
      }
      const taken = value & ~before;
      if ((taken & gfxResetBits) !== 0) card.cp.softReset(taken);
      if (getField(taken, soft.SOFT_RESET_SDMA0) !== 0) card.sdma.softReset(0);
      if (getField(taken, soft.SOFT_RESET_SDMA1) !== 0) card.sdma.softReset(1);
    },
  });

  const gfx: GfxBlock = {
    byVmid,
    byShader,
    get ready() {
      return s.boot === 2;
    },
    get booting() {
      return s.boot === 1;
    },
    autoload() {
      events.cancel(target, kind.autoloadDone);
      s.boot = 1;
      s.bootedNs = events.nowNs + gfxTiming.autoloadNs;
      events.schedule(gfxTiming.autoloadNs, target, kind.autoloadDone);
    },
    get select() {
      const value = values[cntl]!;
      return {
        me: getField(value, cntlFields.MEID),
        pipe: getField(value, cntlFields.PIPEID),
        queue: getField(value, cntlFields.QUEUEID),
        vmid: getField(value, cntlFields.VMID),
      };
    },
    shMemBases: (vmid) => byVmid.get(vmid, bases),
    shMemConfig: (vmid) => byVmid.get(vmid, config),
    trapHandler(vmid) {
      // Addresses count in 256 bytes.
      const at = (low: number, high: number): number =>
        (byVmid.get(vmid, low) + (byVmid.get(vmid, high) & 0xff) * 2 ** 32) * 256;
      return { base: at(tbaLo, tbaHi), memory: at(tmaLo, tmaHi), enabled: byVmid.get(vmid, tbaHi) >>> 31 === 1 };
    },
    checkSelection(what) {
      left(what);
      const value = values[index]!;
      if (value >>> 29 !== 7) {
        findings.report(
          gfxRules.GRBM_INDEX_LEFT,
          slot.card,
          `${what} while GRBM_GFX_INDEX is 0x${value.toString(16)}; write 0xe0000000 (broadcast) once the indexed registers are done`,
          undefined,
          [s.indexedBy],
        );
      }
    },
    reset(how: CardReset) {
      if (how === 'gfx') return;
      events.cancel(target);
      byVmid.reset();
      byShader.reset();
      s.boot = 0;
      s.bootedNs = 0;
      s.safeModeBusy = 0;
      resetSinceNs.fill(0);
      resetBy.fill(-1);
      s.selectedBy = -1;
      s.indexedBy = -1;
    },
  };
  const bases = byVmid.column(GC.registers.SH_MEM_BASES);
  const config = byVmid.column(GC.registers.SH_MEM_CONFIG);
  const tbaLo = byVmid.column(GC.registers.SQ_SHADER_TBA_LO);
  const tbaHi = byVmid.column(GC.registers.SQ_SHADER_TBA_HI);
  const tmaLo = byVmid.column(GC.registers.SQ_SHADER_TMA_LO);
  const tmaHi = byVmid.column(GC.registers.SQ_SHADER_TMA_HI);
  return gfx;
}

const bootloadBits = {
  BOOTLOAD_COMPLETE: 0x8000_0000,
  GPM_IRAM_LOADED: 0x8,
  GPM_IRAM_DONE: 0x10,
  GFX_INIT_DONE: 1,
} as const;

/** SOFT_RESET_CP, GFX, CPF, CPC, CPG: what stops the command processors. */
const gfxResetBits = 0x000f_0001;
