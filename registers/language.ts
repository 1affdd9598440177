/**
 * The small language in which silicon is declared: registers, their fields and how each may be touched.
 *
 * A declaration is data. The model hangs behaviour on it, the driver gets typed access from it, traces
 * and findings get names from it, and a test compares it with lists that somebody else wrote.
 */

/**
 * How software may touch a field, and what the hardware does then.
 *
 * - `rw` plain storage; `ro` hardware writes it, software's stores are ignored
 * - `wo` stores act, reads give 0; `w1c` / `w1s` a stored 1 clears / sets the bit
 * - `rc` reading clears it; `const` never changes; `reserved` must be written as read
 * - `unmodelled` exists on silicon, and the model knows nothing but its name: loud at the first touch
 */
export type Mode = 'rw' | 'ro' | 'wo' | 'w1c' | 'w1s' | 'rc' | 'const' | 'reserved' | 'unmodelled';

/** Bits `hi` to `lo` of a register, both inclusive, 31 ≥ hi ≥ lo ≥ 0. */
export interface Field {
  readonly mode: Mode;
  readonly hi: number;
  readonly lo: number;
}

export type Fields = Readonly<Record<string, Field>>;

const field =
  (mode: Mode) =>
  (hi: number, lo: number = hi): Field => ({ mode, hi, lo });

export const rw = field('rw');
export const ro = field('ro');
export const wo = field('wo');
export const w1c = field('w1c');
export const w1s = field('w1s');
export const rc = field('rc');
export const constant = field('const');
export const reserved = field('reserved');
export const unmodelled = field('unmodelled');

/** One register as written down: where it is, what is in it. */
export interface RegisterSpec<F extends Fields = Fields> {
  /** Dword offset inside the segment. */
  readonly at: number;
  /** Which of the block's base addresses it counts from (default 0). */
  readonly segment?: number;
  readonly fields?: F;
  /** Value after power-on (default 0). */
  readonly reset?: number;
  /** Mode of bits that no field names (default `rw` where there are no fields at all, else `reserved`). */
  readonly rest?: Mode;
  /** An array of `count` registers, `stride` dwords apart (default 1). */
  readonly count?: number;
  readonly stride?: number;
  /** Which selector chooses among several copies at this address (`queue`, `pipe`, `vmid`, `shader`); absent for a single one. */
  readonly bank?: string;
  /** Other names that vendor lists give to this same address. */
  readonly aliases?: readonly string[];
  /** One line for `explain`: what it is for, in our own words. */
  readonly doc?: string;
}

export type RegisterSpecs = Readonly<Record<string, RegisterSpec>>;

/** A register with its name and block filled in; what everybody passes around. */
export interface Register<F extends Fields = Fields> {
  readonly name: string;
  readonly block: string;
  readonly segment: number;
  readonly at: number;
  readonly fields: F;
  readonly reset: number;
  readonly rest: Mode;
  readonly count: number;
  readonly stride: number;
  readonly bank: string;
  readonly aliases: readonly string[];
  readonly doc: string;
}

type FieldsOf<S> = S extends { readonly fields: infer F extends Fields } ? F : Record<never, Field>;

export type RegistersOf<R extends RegisterSpecs> = { readonly [K in keyof R]: Register<FieldsOf<R[K]>> };

/** A block's registers by name, plus what `explain` and coverage print about where the facts come from. */
export interface RegisterBlock<R extends RegisterSpecs = RegisterSpecs> {
  readonly name: string;
  readonly source: string;
  readonly fidelity: Fidelity;
  readonly registers: RegistersOf<R>;
}

export type Fidelity = 'verified-on-silicon' | 'from-public-source' | 'guessed';

/**
 * Declares a block. The registers are also reachable directly: `MP0.registers.MP0_SMN_C2PMSG_35`.
 *
 * @throws RangeError where a field lies outside 31:0 or two fields overlap.
 */
export function registerBlock<const R extends RegisterSpecs>(
  name: string,
  about: { readonly source: string; readonly fidelity: Fidelity },
  specs: R,
): RegisterBlock<R> {
  const registers: Record<string, Register> = {};
  for (const register in specs) registers[register] = complete(name, register, specs[register] as RegisterSpec);
  return { name, ...about, registers: registers as RegistersOf<R> };
}

function complete(block: string, name: string, spec: RegisterSpec): Register {
  const fields = spec.fields ?? {};
  let taken = 0;
  let named = false;
  // Thousands of fields pass here at every start, so this loop allocates nothing.
  for (const fieldName in fields) {
    const { hi, lo } = fields[fieldName] as Field;
    if (!(lo >= 0 && hi >= lo && hi <= 31)) throw new RangeError(`${name}.${fieldName}: bits ${hi}:${lo}`);
    const mask = (hi - lo === 31 ? -1 : (1 << (hi - lo + 1)) - 1) << lo;
    if ((taken & mask) !== 0) throw new RangeError(`${name}.${fieldName} overlaps another field`);
    taken |= mask;
    named = true;
  }
  return {
    name,
    block,
    segment: spec.segment ?? 0,
    at: spec.at,
    fields,
    reset: (spec.reset ?? 0) >>> 0,
    rest: spec.rest ?? (named ? 'reserved' : 'rw'),
    count: spec.count ?? 1,
    stride: spec.stride ?? 1,
    bank: spec.bank ?? '',
    aliases: spec.aliases ?? [],
    doc: spec.doc ?? '',
  };
}

/**
 * The vendor's name of element `index`. An array's own name carries one lower-case `n` where the vendor's has the number:
 * `MMVM_INVALIDATE_ENGn_REQ` is `MMVM_INVALIDATE_ENG17_REQ` at index 17.
 */
export function nameOf(register: Pick<Register, 'name' | 'count'>, index = 0): string {
  return register.count > 1 ? register.name.replace('n', String(index)) : register.name;
}

/** Mask of bits `hi`:`lo`, unsigned. */
export function fieldMask(hi: number, lo: number): number {
  return ((hi - lo === 31 ? 0xffff_ffff : (1 << (hi - lo + 1)) - 1) << lo) >>> 0;
}

/** Value of field `f` in register value `value`, unsigned. */
export function getField(value: number, f: Field): number {
  return ((value & fieldMask(f.hi, f.lo)) >>> f.lo) >>> 0;
}

/** `value` with field `f` replaced by the low bits of `to`. */
export function setField(value: number, f: Field, to: number): number {
  const mask = fieldMask(f.hi, f.lo);
  return ((value & ~mask) | ((to << f.lo) & mask)) >>> 0;
}

/**
 * Register value with the named fields set and all others 0.
 *
 * @throws RangeError for a field that does not exist or a value that does not fit.
 */
export function encodeFields<F extends Fields>(
  fields: F,
  values: { readonly [K in keyof F]?: number },
  into = 0,
): number {
  let word = into;
  for (const name in values) {
    const f = fields[name];
    const to = values[name];
    if (f === undefined || to === undefined) throw new RangeError(`no field ${name}`);
    const top = f.hi - f.lo === 31 ? 0xffff_ffff : 2 ** (f.hi - f.lo + 1) - 1;
    if (!(to >= 0 && to <= top)) throw new RangeError(`${name}: ${to} does not fit ${f.hi}:${f.lo}`);
    word = setField(word, f, to);
  }
  return word >>> 0;
}
