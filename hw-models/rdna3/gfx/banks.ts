/**
 * Banked registers, one address with several copies and a selector register that says which copy an access meets.
 *
 * A bank keeps all copies in one state array; engines read and write any copy by column number, software reaches
 * the selected one. A selector that broadcasts writes every copy and reads the first.
 *
 * Fidelity: from-public-source. Which registers are banked, and by what, is declared with the registers.
 */

import { fieldMask } from '../../../registers/index.ts';
import type { Register } from '../../../registers/index.ts';
import type { Card } from '../blocks.ts';

/** Called after software stored into copy `copy`; `value` is what the copy holds now. */
export type BankWrite = (value: number, copy: number, before: number) => void;
/** What a read of copy `copy` returns instead of `stored`. */
export type BankRead = (stored: number, copy: number) => number;

interface Column {
  readonly register: Register;
  readonly index: number;
  readonly column: number;
  readonly writable: number;
  write: BankWrite | undefined;
  read: BankRead | undefined;
}

export class Bank {
  /** Copy after copy, each `columns` dwords. */
  readonly data: Uint32Array;
  /** Dwords of one copy. */
  readonly columns: number;
  readonly copies: number;
  /** What the selector says now: a copy, or −1 for all. */
  private readonly selected: () => number;
  private readonly byColumn: Column[] = [];
  private readonly byName = new Map<string, Column>();

  /**
   * Takes over every register of `registers` (all must be mapped in the card's register file).
   *
   * @param name of the state array
   * @param accessed called before software's access to any of them, for rules about the selector
   */
  constructor(
    card: Card,
    name: string,
    registers: readonly Register[],
    copies: number,
    selected: () => number,
    accessed?: () => void,
  ) {
    const all = registers.flatMap((register) =>
      Array.from({ length: register.count }, (_, index) => ({ register, index })),
    );
    all.sort((p, q) => card.regs.dwordOf(p.register, p.index) - card.regs.dwordOf(q.register, q.index));
    this.columns = all.length;
    this.copies = copies;
    this.selected = selected;
    this.data = card.slot.state.u32(name, all.length * copies);
    all.forEach(({ register, index }, column) => {
      const entry: Column = {
        register,
        index,
        column,
        writable: writableMask(register),
        write: undefined,
        read: undefined,
      };
      this.byColumn.push(entry);
      this.byName.set(`${register.name} ${index}`, entry);
    });
    for (const register of registers) {
      const first = this.column(register);
      card.regs.on(register, {
        read: (_stored, index) => {
          accessed?.();
          const entry = this.byColumn[first + index * this.step(register)]!;
          const copy = Math.max(0, this.selected());
          const stored = this.data[copy * this.columns + entry.column]!;
          return entry.read === undefined ? stored : entry.read(stored, copy);
        },
        write: (value, index) => {
          accessed?.();
          this.store(this.byColumn[first + index * this.step(register)]!, value);
        },
      });
    }
    this.reset();
  }

  /** Columns between neighbours of an array register (others may lie between them). */
  private step(register: Register): number {
    return register.count === 1 ? 0 : this.column(register, 1) - this.column(register, 0);
  }

  /** Column number of a register: `data[copy * columns + column]`. */
  column(register: Register, index = 0): number {
    const entry = this.byName.get(`${register.name} ${index}`);
    if (entry === undefined) throw new RangeError(`${register.name} is not in this bank`);
    return entry.column;
  }

  /** Behaviour beyond storage, per copy. */
  on(register: Register, behaviour: { read?: BankRead; write?: BankWrite }): void {
    for (let index = 0; index < register.count; index++) {
      const entry = this.byColumn[this.column(register, index)]!;
      entry.read = behaviour.read;
      entry.write = behaviour.write;
    }
  }

  get(copy: number, column: number): number {
    return this.data[copy * this.columns + column]!;
  }

  /** The hardware's own store: no modes, no behaviour. */
  set(copy: number, column: number, value: number): void {
    this.data[copy * this.columns + column] = value;
  }

  /** A store by software into one copy, as a packet makes it: modes and behaviour apply. */
  storeInto(copy: number, column: number, value: number): void {
    const entry = this.byColumn[column]!;
    const at = copy * this.columns + column;
    const before = this.data[at]!;
    this.data[at] = (before & ~entry.writable) | (value & entry.writable);
    entry.write?.(this.data[at]!, copy, before);
  }

  private store(entry: Column, value: number): void {
    const copy = this.selected();
    if (copy >= 0) this.storeInto(copy, entry.column, value);
    else for (let each = 0; each < this.copies; each++) this.storeInto(each, entry.column, value);
  }

  /** Power-on values in copies `from` up to (not including) `to`. */
  reset(from = 0, to = this.copies): void {
    for (let copy = from; copy < to; copy++)
      for (const { register, column } of this.byColumn) this.set(copy, column, register.reset);
  }

  /** Vendor name of a column, for messages. */
  nameOf(column: number): string {
    const { register, index } = this.byColumn[column]!;
    return register.count > 1 ? register.name.replace('n', String(index)) : register.name;
  }
}

function writableMask(register: Register): number {
  let named = 0;
  let writable = 0;
  for (const field of Object.values(register.fields)) {
    const mask = fieldMask(field.hi, field.lo);
    named |= mask;
    if (field.mode !== 'ro' && field.mode !== 'const') writable |= mask;
  }
  if (register.rest !== 'ro' && register.rest !== 'const') writable |= ~named;
  return writable >>> 0;
}

/** Registers of some blocks that carry bank mark `bank`. */
export function banked(
  bank: string,
  ...blocks: readonly { readonly registers: Readonly<Record<string, Register>> }[]
): Register[] {
  return blocks.flatMap((block) => Object.values(block.registers).filter((register) => register.bank === bank));
}
