/**
 * A card's registers: flat per-dword tables, one behaviour code each, and a dense switch.
 *
 * Storage sits in a state array; closures exist only where a register has side effects. An address that
 * nothing declares is a finding, never a silent 0. Registers beyond the directly mapped window (reached
 * through an index/data pair) live in the same file under their own dword number.
 */

import { fieldMask, nameOf } from '../registers/index.ts';
import type { Mode, Register, RegisterBlock } from '../registers/index.ts';
import type { Findings, Rule } from './findings.ts';
import { defineRules } from './findings.ts';
import type { StateBlock } from './state.ts';

export const registerRules = defineRules({
  UNDECLARED_REGISTER: {
    title: 'An access to an address at which no register is known',
    onSilicon:
      'The read returns 0 or stale bus data and the write is lost, or the access hangs until the bus times out.',
    source: 'register headers of the IP versions the card announces',
  },
  UNMODELLED_REGISTER: {
    title: 'An access to a register that exists on silicon and is not modelled here',
    onSilicon: 'Unknown to the model: the value is stored and read back, and nothing happens.',
    source: 'declared `unmodelled`',
  },
  WRITE_TO_READ_ONLY: {
    title: 'A store to a register that only the hardware writes',
    onSilicon: 'The store is ignored.',
    source: 'access modes of the register declarations',
  },
  WRITE_TO_RESERVED: {
    title: 'A store that changes reserved bits',
    onSilicon: 'Undefined; today usually ignored.',
    source: 'field lists of the vendor register headers',
  },
  READ_OF_WRITE_ONLY: {
    title: 'A read of a register that can only be written',
    onSilicon: 'The read returns 0 or the last bus value.',
    source: 'access modes of the register declarations',
  },
});

/** What one register does beyond storage. `index` counts inside an array register. */
export interface Behaviour {
  /** Value the read returns; `stored` is what storage holds. */
  read?(stored: number, index: number): number;
  /** Called after the mode rules were applied and `value` was stored. `before` is what was there. */
  write?(value: number, index: number, before: number): void;
}

const code = { undeclared: 0, plain: 1, masked: 2, behaviour: 3, readOnly: 4, unmodelled: 5 } as const;

/** Registers beyond the window take slots after it. */
const EXTRA = 1024;

export class RegisterFile {
  /** Dwords of the directly mapped window. */
  readonly window: number;
  readonly values: Uint32Array;
  /** Bit 0: read, bit 1: written. For coverage. */
  readonly touched: Uint8Array;
  private readonly codes: Uint8Array;
  /** Index into `entries` + 1. */
  private readonly entryOf: Uint16Array;
  private readonly entries: {
    register: Register;
    index: number;
    slot: number;
    dword: number;
    masks: Masks;
    behaviour: Behaviour | undefined;
  }[] = [];
  private readonly extra = new Map<number, number>();
  private readonly byName = new Map<string, Place>();
  /** The same by the declaration itself: models ask often, and an object is found faster than a name. */
  private readonly byRegister = new Map<Register, Place>();
  private readonly findings: Findings;
  private readonly card: number;
  private late: ((dword: number) => Register | undefined) | undefined;

  constructor(state: StateBlock, findings: Findings, card: number, windowBytes: number) {
    this.window = windowBytes / 4;
    this.values = state.u32('registers', this.window + EXTRA);
    this.touched = new Uint8Array(this.window + EXTRA);
    this.codes = new Uint8Array(this.window + EXTRA);
    this.entryOf = new Uint16Array(this.window + EXTRA);
    this.findings = findings;
    this.card = card;
  }

  /** Maps all registers of `block` at `bases[segment] + at` dwords. Later blocks may not overlap earlier ones. */
  map(block: RegisterBlock, bases: readonly number[]): void {
    for (const register of Object.values(block.registers) as Register[]) this.mapRegister(register, bases);
  }

  mapRegister(register: Register, bases: readonly number[]): void {
    const base = bases[register.segment];
    if (base === undefined) throw new RangeError(`${register.name}: the block has no segment ${register.segment}`);
    const masks = masksOf(register);
    let first = -1;
    for (let index = 0; index < register.count; index++) {
      const dword = base + register.at + index * register.stride;
      const slot = this.slotFor(dword);
      if (this.entryOf[slot] !== 0) {
        const other = this.entries[this.entryOf[slot]! - 1]!;
        throw new RangeError(`${register.name} and ${other.register.name} share dword 0x${dword.toString(16)}`);
      }
      if (first < 0) first = slot;
      this.entries.push({ register, index, slot, dword, masks, behaviour: undefined });
      this.entryOf[slot] = this.entries.length;
      this.codes[slot] = codeFor(masks);
      this.values[slot] = register.reset;
    }
    const place = { slot: first, stride: register.stride, count: register.count };
    this.byName.set(register.name, place);
    this.byRegister.set(register, place);
  }

  /**
   * Where declarations that are too many to map at start come from: asked when an access meets an address that
   * nothing declares, and believed from then on. The answer stands for one dword, under its full name.
   */
  declareLate(find: (dword: number) => Register | undefined): void {
    this.late = find;
  }

  private slotFor(dword: number): number {
    if (dword < this.window) return dword;
    let slot = this.extra.get(dword);
    if (slot === undefined) {
      if (this.extra.size >= EXTRA) throw new RangeError('too many registers beyond the window');
      slot = this.window + this.extra.size;
      this.extra.set(dword, slot);
    }
    return slot;
  }

  private slotOf(register: Register, index: number): number {
    const known = this.byRegister.get(register) ?? this.byName.get(register.name);
    if (known === undefined) throw new RangeError(`${register.name} is not mapped`);
    if (known.slot >= this.window && known.count > 1) {
      return this.extra.get(this.entries[this.entryOf[known.slot]! - 1]!.dword + index * known.stride)!;
    }
    return known.slot + index * known.stride;
  }

  /** Gives a register behaviour beyond storage. */
  on(register: Register, behaviour: Behaviour): void {
    for (let index = 0; index < register.count; index++) {
      const slot = this.slotOf(register, index);
      const entry = this.entries[this.entryOf[slot]! - 1]!;
      if (entry.behaviour !== undefined) throw new RangeError(`${register.name} has behaviour already`);
      entry.behaviour = behaviour;
      this.codes[slot] = code.behaviour;
    }
  }

  /** Storage of a register, without side effects: the hardware's own view. */
  peek(register: Register, index = 0): number {
    return this.values[this.slotOf(register, index)]!;
  }

  /** Hardware writes storage, read-only bits included. */
  poke(register: Register, value: number, index = 0): void {
    this.values[this.slotOf(register, index)] = value;
  }

  /** Slot number for hot code that keeps `values[slot]` at hand. */
  slot(register: Register, index = 0): number {
    return this.slotOf(register, index);
  }

  /** Puts every register (or those `which` picks) back to its reset value. */
  reset(which?: (register: Register) => boolean): void {
    for (const { register, slot } of this.entries)
      if (which === undefined || which(register)) this.values[slot] = register.reset;
  }

  /** Changes the reset value of one register of this card (straps, memory size) and applies it. */
  strap(register: Register, value: number, index = 0): void {
    const slot = this.slotOf(register, index);
    const entry = this.entries[this.entryOf[slot]! - 1]!;
    this.entries[this.entryOf[slot]! - 1] = { ...entry, register: { ...entry.register, reset: value >>> 0 } };
    this.values[slot] = value;
  }

  /** A driver's read of dword `dword`. Unsigned. */
  read(dword: number): number {
    const slot = dword < this.window ? dword : (this.extra.get(dword) ?? -1);
    if (slot < 0) return this.unknown(dword, false);
    this.touched[slot]! |= 1;
    switch (this.codes[slot]) {
      case code.plain:
      case code.readOnly:
        return this.values[slot]!;
      case code.masked: {
        const { masks } = this.entries[this.entryOf[slot]! - 1]!;
        const value = this.values[slot]!;
        if (masks.rc !== 0) this.values[slot] = value & ~masks.rc;
        if (masks.readable === 0) this.say(registerRules.READ_OF_WRITE_ONLY, slot, 'is write-only and was read');
        return (value & masks.readable) >>> 0;
      }
      case code.behaviour: {
        const { masks, behaviour, index } = this.entries[this.entryOf[slot]! - 1]!;
        const value = this.values[slot]!;
        if (masks.rc !== 0) this.values[slot] = value & ~masks.rc;
        const shown = (value & masks.readable) >>> 0;
        return behaviour!.read === undefined ? shown : behaviour!.read(value, index) >>> 0;
      }
      case code.unmodelled:
        this.say(registerRules.UNMODELLED_REGISTER, slot, 'is not modelled');
        return this.values[slot]!;
      default:
        return this.unknown(dword, false);
    }
  }

  /** A driver's store to dword `dword`. */
  write(dword: number, value: number): void {
    const slot = dword < this.window ? dword : (this.extra.get(dword) ?? -1);
    if (slot < 0) {
      this.unknown(dword, true, value);
      return;
    }
    this.touched[slot]! |= 2;
    switch (this.codes[slot]) {
      case code.plain:
        this.values[slot] = value;
        return;
      case code.masked:
        this.store(slot, value);
        return;
      case code.behaviour: {
        const before = this.values[slot]!;
        this.store(slot, value);
        const { behaviour, index } = this.entries[this.entryOf[slot]! - 1]!;
        behaviour!.write?.(value >>> 0, index, before);
        return;
      }
      case code.readOnly:
        this.say(registerRules.WRITE_TO_READ_ONLY, slot, 'is read-only and was written');
        return;
      case code.unmodelled:
        this.say(registerRules.UNMODELLED_REGISTER, slot, 'is not modelled');
        this.values[slot] = value;
        return;
      default:
        this.unknown(dword, true, value);
    }
  }

  private store(slot: number, value: number): void {
    const { masks } = this.entries[this.entryOf[slot]! - 1]!;
    const before = this.values[slot]!;
    if (((before ^ value) & masks.reserved) !== 0 && (value & masks.reserved) !== 0) {
      this.say(
        registerRules.WRITE_TO_RESERVED,
        slot,
        `has reserved bits 0x${((value & masks.reserved) >>> 0).toString(16)} set`,
      );
    }
    if (masks.rw === 0 && masks.w1c === 0 && masks.w1s === 0 && masks.wo === 0 && masks.ro !== 0) {
      this.say(registerRules.WRITE_TO_READ_ONLY, slot, 'is read-only and was written');
    }
    const stored = masks.rw | masks.reserved;
    this.values[slot] = ((before & ~stored) | (value & stored) | (value & masks.w1s)) & ~(value & masks.w1c);
  }

  /** Maps the register at `dword` if anybody knows one there. */
  private declaredLate(dword: number): boolean {
    const found = this.late?.(dword);
    if (found === undefined || this.extra.size >= EXTRA) return false;
    this.mapRegister({ ...found, count: 1, at: dword, segment: 0 }, [0]);
    return true;
  }

  private unknown(dword: number, isWrite: boolean, value = 0): number {
    if (this.declaredLate(dword)) {
      if (isWrite) this.write(dword, value);
      else return this.read(dword);
      return 0;
    }
    this.findings.report(
      registerRules.UNDECLARED_REGISTER,
      this.card,
      `${isWrite ? 'write to' : 'read of'} dword 0x${dword.toString(16)} (byte 0x${(dword * 4).toString(16)}), where no register is declared`,
    );
    return 0;
  }

  private say(rule: Rule, slot: number, text: string): void {
    const { register, index } = this.entries[this.entryOf[slot]! - 1]!;
    this.findings.report(rule, this.card, `${nameOf(register, index)} ${text}`);
  }

  /** Whether a register is declared at `dword`, early or late. For engines, which say themselves what is wrong. */
  knows(dword: number): boolean {
    return this.nameAt(dword) !== undefined || this.declaredLate(dword);
  }

  /** Vendor name of the register at `dword`, or undefined. */
  nameAt(dword: number): string | undefined {
    const slot = dword < this.window ? dword : (this.extra.get(dword) ?? -1);
    const entry = slot < 0 ? 0 : this.entryOf[slot]!;
    if (entry === 0) return undefined;
    const { register, index } = this.entries[entry - 1]!;
    return nameOf(register, index);
  }

  /** Every mapped register with its dword and how it was touched (bit 0 read, bit 1 written). */
  *all(): IterableIterator<{ register: Register; index: number; dword: number; touched: number }> {
    for (const { register, index, dword, slot } of this.entries)
      yield { register, index, dword, touched: this.touched[slot]! };
  }

  /** Dword number of a register. */
  dwordOf(register: Register, index = 0): number {
    return this.entries[this.entryOf[this.slotOf(register, index)]! - 1]!.dword;
  }
}

/** Where a register's first element is, and how far apart the others. */
interface Place {
  readonly slot: number;
  readonly stride: number;
  readonly count: number;
}

interface Masks {
  readonly rw: number;
  readonly ro: number;
  readonly wo: number;
  readonly w1c: number;
  readonly w1s: number;
  readonly rc: number;
  readonly reserved: number;
  readonly unmodelled: number;
  readonly readable: number;
}

function masksOf(register: Register): Masks {
  const by: Record<Mode, number> = { rw: 0, ro: 0, wo: 0, w1c: 0, w1s: 0, rc: 0, const: 0, reserved: 0, unmodelled: 0 };
  let named = 0;
  for (const f of Object.values(register.fields)) {
    const mask = fieldMask(f.hi, f.lo);
    by[f.mode] |= mask;
    named |= mask;
  }
  by[register.rest] |= ~named;
  return {
    rw: by.rw | by.unmodelled,
    ro: by.ro | by.const,
    wo: by.wo,
    w1c: by.w1c,
    w1s: by.w1s,
    rc: by.rc,
    reserved: by.reserved,
    unmodelled: by.unmodelled,
    readable: ~by.wo,
  };
}

function codeFor(m: Masks): number {
  if (m.unmodelled === -1) return code.unmodelled;
  if (m.rw === -1) return code.plain;
  if (m.ro === -1) return code.readOnly;
  return code.masked;
}
