/**
 * Typed access to declared registers of one device: declarations say what and where, discovery says from which base,
 * a bus carries the dwords.
 *
 * `regs.MP0_SMN_C2PMSG_35.read()`, `.get('READY')`, `.write({ COMMAND: 0x80000 })`, `.update({ … })`, arrays by
 * `.at(17)`. An accessor is made when its name is first used.
 */

import { encodeFields, fieldMask, getField } from '../registers/index.ts';
import type { Field, Fields, Register, RegisterBlock } from '../registers/index.ts';

/** How dwords reach the device. Addresses are dword indexes from the start of the register space. */
export interface RegisterBus {
  read(dword: number): number;
  write(dword: number, value: number): void;
}

type Values<F extends Fields> = { readonly [K in keyof F]?: number };

/** One register of a device. */
export class BoundRegister<F extends Fields = Fields> {
  readonly register: Register<F>;
  /** Dword address. */
  readonly dword: number;
  private readonly bus: RegisterBus;
  private readonly bases: readonly number[];
  private readonly index: number;

  constructor(register: Register<F>, bus: RegisterBus, bases: readonly number[], index = 0) {
    const base = bases[register.segment];
    if (base === undefined)
      throw new RangeError(`${register.name}: the device has no segment ${register.segment} of ${register.block}`);
    if (!(index >= 0 && index < register.count))
      throw new RangeError(`${register.name}: index ${index} of ${register.count}`);
    this.register = register;
    this.bus = bus;
    this.bases = bases;
    this.dword = base + register.at + index * register.stride;
    this.index = index;
  }

  /** Name with the index in place of `n`: `MMVM_INVALIDATE_ENG17_REQ`. */
  get name(): string {
    const { name, count } = this.register;
    return count > 1 ? name.replace('n', String(this.index)) : name;
  }

  /** The whole register, unsigned. */
  read(): number {
    return this.bus.read(this.dword);
  }

  /** One field of a fresh read. */
  get(name: keyof F & string): number {
    return getField(this.read(), this.field(name));
  }

  /** One field of a value read before. */
  of(value: number, name: keyof F & string): number {
    return getField(value, this.field(name));
  }

  /** All fields of a value (default: of a fresh read). */
  decode(value = this.read()): { readonly [K in keyof F]: number } {
    const fields: Record<string, number> = {};
    for (const [name, field] of Object.entries(this.register.fields)) fields[name] = getField(value, field);
    return fields as { [K in keyof F]: number };
  }

  /** Value with the named fields set and every other bit 0. @throws RangeError for a value that does not fit. */
  encode(values: Values<F>): number {
    return encodeFields(this.register.fields, values);
  }

  /** Writes a whole value, or the named fields with every other bit 0. */
  write(value: number | Values<F>): void {
    this.bus.write(this.dword, typeof value === 'number' ? value >>> 0 : this.encode(value));
  }

  /** Reads, replaces the named fields, writes back. */
  update(values: Values<F>): void {
    let keep = this.read();
    for (const name in values) keep &= ~fieldMask(this.field(name).hi, this.field(name).lo);
    this.bus.write(this.dword, (keep | this.encode(values)) >>> 0);
  }

  /** Element `index` of an array of registers. @throws RangeError outside it. */
  at(index: number): BoundRegister<F> {
    return index === this.index ? this : new BoundRegister(this.register, this.bus, this.bases, index);
  }

  private field(name: string): Field {
    const field = (this.register.fields as Fields)[name];
    if (field === undefined) throw new RangeError(`${this.register.name} has no field ${name}`);
    return field;
  }
}

/** What `bindRegisters` gives for one block. */
export type BoundBlock<B extends { readonly registers: object }> = {
  readonly [K in keyof B['registers']]: B['registers'][K] extends Register<infer F> ? BoundRegister<F> : never;
};

/** Registers of one block counted from these base addresses (dwords, one a segment). */
export interface BlockBases {
  readonly block: RegisterBlock;
  readonly bases: readonly number[];
}

/**
 * One object with an accessor for each register of every block, made at first use.
 *
 * @throws RangeError (when a name is used) that no block declares.
 */
export function bindRegisters(bus: RegisterBus, blocks: readonly BlockBases[]): object {
  const make = (name: string): BoundRegister | undefined => {
    for (const { block, bases } of blocks) {
      const register = (block.registers as Readonly<Record<string, Register>>)[name];
      if (register !== undefined) return new BoundRegister(register, bus, bases);
    }
    return undefined;
  };
  // A name that was used once is an own property from then on; only the first use comes through here.
  const first: ProxyHandler<object> = {
    get(_target, name, receiver: object) {
      if (typeof name !== 'string' || name === 'then') return undefined;
      const accessor = make(name);
      if (accessor === undefined) throw new RangeError(`no register ${name} is declared`);
      Object.defineProperty(receiver, name, { value: accessor, enumerable: true });
      return accessor;
    },
  };
  return Object.create(new Proxy({}, first)) as object;
}
