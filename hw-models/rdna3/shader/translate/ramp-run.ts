/**
 * Ramps that a run makes: which of its registers go up by a step from lane to lane, given that those it begins with do,
 * and the code that finds out whether it is so and what lane 0 has. Accesses ahead say what is worth it: addresses of
 * neighbouring elements.
 *
 * Where every result of a run is a ramp, it need not be computed lane by lane at all: scalar code and stores do it.
 *
 * Pure software.
 */
import type { InputType, OutputType, TreeInstruction } from '../../../exec/compile.ts';
import { lowerRamps, rampsOf } from '../../../exec/wasm/lower-ramps.ts';
import type { RampPlan } from '../../../exec/wasm/lower-ramps.ts';
import type { Code } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import { destinationOf, isWide } from '../bind.ts';
import type { Shaped } from '../bind.ts';
import { LANES, REGISTER_BYTES } from '../state.ts';
import { isRow, registersOf } from './ramps.ts';
import type { Ramp, Ramps, RowRegisters } from './ramps.ts';
import type { Scalars } from './scalars.ts';

const QUADS = LANES / 4;
/** Registers at the beginning of which no step is known, and that are looked at lane by lane. */
const MOST_LEAVES = 3;

/** One instruction of the run, with the locals of the scalars that it reads, and what was known of its registers before. */
interface Part {
  readonly shaped: Shaped;
  readonly instruction: TreeInstruction;
  readonly scalars: ReadonlyMap<number, number>;
  readonly ramps: ReadonlyMap<number, Ramp>;
  /** Instructions with the same number read registers before any of them writes. */
  readonly at: number;
}

/** What becomes of steps in a run. */
interface Simulation {
  /** Steps of the registers that it writes when it ends; undefined: no ramp. */
  readonly registers: ReadonlyMap<number, number | undefined>;
  readonly plans: ReadonlyMap<Part, RampPlan>;
  /** Registers read before the run writes them, of which nothing is known. */
  readonly leaves: ReadonlySet<number>;
  /** Are all results ramps? */
  readonly whole: boolean;
}

export interface FoundRamps {
  /** Steps that are assumed of registers at the beginning, and have to be looked at. */
  readonly assumed: ReadonlyMap<number, number>;
  readonly simulation: Simulation;
}
/** Lane 0's value is in a local (i32). */
interface RampValue {
  readonly step: number;
  readonly base: number;
}
export interface WrittenRamps {
  /** Local: do the assumptions hold? */
  readonly holds: number;
  /** Every register that is a ramp when the run ends. */
  readonly registers: ReadonlyMap<number, RampValue>;
  /** Local with 0 or 1 by mask that all lanes share. */
  readonly masks: ReadonlyMap<number, number>;
}

const dwordsOf = (type: InputType | OutputType): number => (isWide(type) ? 2 : 1);

const NONE: ReadonlyMap<number, never> = new Map<number, never>();

export class RampRun {
  readonly #parts: Part[] = [];
  #count = 0;
  /** Is anything known of a register that the run begins with? */
  #given = false;

  /** Takes down an instruction. Its scalars and what is known of registers are those of now; `pending`: masks that the run has made are its own. */
  record(
    parts: readonly Shaped[],
    instructions: readonly TreeInstruction[],
    scalars: Scalars,
    ramps: Ramps,
    pending: (mask: number) => boolean,
  ): void {
    this.#count++;
    for (const [n, shaped] of parts.entries()) {
      let read: Map<number, number> | undefined;
      let known: Map<number, Ramp> | undefined;
      for (const [position, { place, type }] of instructions[n]!.inputs.entries()) {
        const index = shaped.parameters[2 * position]!;
        if (place === 'vector')
          for (let register = index / LANES; register < index / LANES + dwordsOf(type); register++) {
            const ramp = ramps.find(register);
            if (ramp !== undefined) (known ??= new Map()).set(register, ramp);
          }
        if (place !== 'scalar') continue;
        if (type === 'mask' && pending(index)) continue;
        read ??= new Map();
        for (let scalar = index; scalar < index + dwordsOf(type); scalar++) read.set(scalar, scalars.read(scalar));
      }
      this.#given ||= known !== undefined;
      const part = { shaped, instruction: instructions[n]!, scalars: read ?? NONE, ramps: known ?? NONE };
      this.#parts.push({ ...part, at: this.#count });
    }
  }

  /** Visits all parts in order. What `visit` answers is done when those that read the same registers have been visited. */
  #each(visit: (part: Part) => () => void): void {
    let at = 0;
    const writes: (() => void)[] = [];
    for (const part of this.#parts) {
      if (part.at !== at) for (const write of writes.splice(0)) write();
      ({ at } = part);
      writes.push(visit(part));
    }
    for (const write of writes) write();
  }

  /** Which of the rows the run makes, if registers begin as they must; undefined: none. */
  find(rows: readonly RowRegisters[], ramps: Ramps): FoundRamps | undefined {
    if (ramps.full || (rows.length === 0 && !this.#given)) return undefined;
    const assumed = new Map<number, number>();
    const needed = new Set<Part>();
    for (const row of rows) {
      const slice = this.#slice(row);
      for (const steps of this.#candidates(row, slice, assumed)) {
        const simulation = this.#simulate(slice, steps);
        if (!isRow(row, (register) => simulation.registers.get(register))) continue;
        if (simulation.leaves.size > MOST_LEAVES) continue;
        for (const leaf of simulation.leaves) assumed.set(leaf, steps.get(leaf) ?? 0);
        for (const part of slice) needed.add(part);
        break;
      }
    }
    if (needed.size === 0 && !this.#given) return undefined;
    const all = this.#simulate(new Set(this.#parts), assumed);
    const whole = all.whole && [...all.leaves].every((leaf) => assumed.has(leaf));
    // where all of it is a ramp and there is nothing to look at, that is worth the while by itself
    if (needed.size === 0 && !whole) return undefined;
    return { assumed, simulation: whole ? all : { ...this.#simulate(needed, assumed), whole: false } };
  }

  /** Instructions that a row's registers come from. */
  #slice(row: RowRegisters): ReadonlySet<Part> {
    const registers = new Set(registersOf(row));
    const masks = new Set<number>();
    const slice = new Set<Part>();
    for (let last = this.#parts.length - 1; last >= 0;) {
      const { at } = this.#parts[last]!;
      const together: Part[] = [];
      for (; last >= 0 && this.#parts[last]!.at === at; last--) together.push(this.#parts[last]!);
      const wanted = together.filter(({ shaped, instruction }) =>
        instruction.outputs.some(({ type }, n) => {
          const to = destinationOf(shaped, n);
          if (type === 'mask') return masks.has(to);
          return registers.has(to / LANES) || (isWide(type) && registers.has(to / LANES + 1));
        }),
      );
      for (const { shaped, instruction } of wanted)
        for (const [n, { type }] of instruction.outputs.entries()) {
          const to = destinationOf(shaped, n);
          if (type === 'mask') masks.delete(to);
          else for (let dword = 0; dword < dwordsOf(type); dword++) registers.delete(to / LANES + dword);
        }
      for (const part of wanted) {
        slice.add(part);
        for (const [position, { place, type }] of part.instruction.inputs.entries()) {
          const from = part.shaped.parameters[2 * position]!;
          if (place === 'scalar' && type === 'mask' && !part.scalars.has(from)) masks.add(from);
          if (place !== 'vector') continue;
          registers.add(from / LANES);
          if (isWide(type)) registers.add(from / LANES + 1);
        }
      }
    }
    return slice;
  }

  /** Steps to assume of the registers at the beginning: all the same, or one of them such that the row comes out. */
  *#candidates(
    row: RowRegisters,
    slice: ReadonlySet<Part>,
    assumed: ReadonlyMap<number, number>,
  ): Iterable<ReadonlyMap<number, number>> {
    yield assumed;
    const { leaves } = this.#simulate(slice, assumed);
    for (const leaf of [...leaves].toSorted((a, b) => a - b)) {
      if (assumed.has(leaf)) continue;
      const factor = this.#simulate(slice, new Map([...assumed, [leaf, 1]])).registers.get(row.first);
      if (factor !== undefined && factor > 0 && row.step % factor === 0)
        yield new Map([...assumed, [leaf, row.step / factor]]);
    }
  }

  #simulate(parts: ReadonlySet<Part>, assumed: ReadonlyMap<number, number>): Simulation {
    const registers = new Map<number, number | undefined>();
    const masks = new Map<number, number | undefined>();
    const leaves = new Set<number>();
    const plans = new Map<Part, RampPlan>();
    let whole = true;
    const stepOf = (part: Part, register: number): number | undefined => {
      if (registers.has(register)) return registers.get(register);
      const known = part.ramps.get(register);
      if (known !== undefined) return known.step;
      leaves.add(register);
      return assumed.get(register) ?? 0;
    };
    this.#each((part) => {
      const { shaped, instruction, scalars } = part;
      const { inputs, outputs } = instruction;
      const plan = parts.has(part)
        ? rampsOf(
            instruction,
            (position) => {
              const { place, type } = inputs[position]!;
              const from = shaped.parameters[2 * position]!;
              if (place === 'vector') {
                const low = stepOf(part, from / LANES);
                return !isWide(type) ? low : stepOf(part, from / LANES + 1) === 0 ? low : undefined;
              }
              if (type !== 'mask') return 0;
              if (place === 'constant') return from === 0 || from === -1 ? 0 : undefined;
              return scalars.has(from) ? 0 : masks.get(from);
            },
            knownOf(part),
            LANES,
          )
        : undefined;
      if (plan !== undefined) plans.set(part, plan);
      return () => {
        for (const [n, { type }] of outputs.entries()) {
          const step = plan?.steps[n];
          whole &&= step !== undefined;
          const to = destinationOf(shaped, n);
          if (type === 'mask') {
            masks.set(to, step);
            continue;
          }
          registers.set(to / LANES, step);
          if (isWide(type)) registers.set(to / LANES + 1, step === undefined ? undefined : 0);
        }
      };
    });
    return { registers, plans, leaves, whole };
  }

  /**
   * Writes what finds out whether the assumptions hold and what lane 0 has, before the run's own code. `exec`: local with
   * the mask of active lanes, all of which have to be; `vectors`: local with the address of the registers.
   */
  write(found: FoundRamps, ramps: Ramps, code: Code, vectors: number, exec: number): WrittenRamps {
    const { assumed, simulation } = found;
    const holds = ramps.local();
    const bases = new Map<number, number>();
    const masks = new Map<number, number>();
    const and = (): void => {
      code.get(holds);
      code.op('i32.and');
      code.set(holds);
    };
    const baseOf = (part: Part, register: number): number => bases.get(register) ?? part.ramps.get(register)!.base;

    code.get(exec);
    code.i32(-1);
    code.op('i32.eq');
    for (const flag of this.#flags(simulation)) {
      code.get(flag);
      code.op('i32.and');
    }
    for (const [register, step] of assumed) {
      const base = ramps.local();
      bases.set(register, base);
      code.get(vectors);
      code.memory('i32.load', register * REGISTER_BYTES);
      code.tee(base);
      code.i32((LANES - 1) * step);
      code.op('i32.add');
      code.get(vectors);
      code.memory('i32.load', register * REGISTER_BYTES + (LANES - 1) * 4);
      code.op('i32.eq');
      code.op('i32.and');
    }
    code.tee(holds);
    code.if();
    const quads = new Quads(code);
    for (const [register, step] of assumed) {
      isRamp(code, quads, vectors, register, step, bases.get(register)!);
      and();
    }
    quads.close();
    this.#each((part) => {
      const { shaped, instruction, scalars } = part;
      const { parameters } = shaped;
      const plan = simulation.plans.get(part);
      if (plan === undefined || plan.steps.every((step) => step === undefined)) return () => {};
      for (const [position, { place, type }] of instruction.inputs.entries()) {
        const mask = place === 'scalar' && type === 'mask' ? scalars.get(parameters[2 * position]!) : undefined;
        if (mask === undefined) continue;
        // all lanes or none
        code.get(mask);
        code.i32(1);
        code.op('i32.add');
        code.i32(2);
        code.op('i32.lt_u');
        and();
      }
      const results = lowerRamps(
        instruction,
        plan,
        {
          push: (position, dword) => {
            const { place, type } = instruction.inputs[position]!;
            const from = parameters[2 * position]!;
            if (place === 'vector') code.get(baseOf(part, from / LANES + dword));
            else if (place === 'constant')
              code.i32(type === 'mask' ? from & 1 : dword === 0 ? from : parameters[2 * position + 1]!);
            else {
              const local = scalars.get(from + dword);
              code.get(local ?? masks.get(from)!);
              if (type !== 'mask' || local === undefined) return;
              code.i32(1);
              code.op('i32.and');
            }
          },
          known: knownOf(part),
        },
        code,
        LANES,
        and,
      );
      return () =>
        results.forEach((locals, n) => {
          const to = destinationOf(shaped, n);
          locals?.forEach((local, dword) => {
            const base = ramps.local();
            code.get(local);
            code.set(base);
            code.free(Type.i32, local);
            if (instruction.outputs[n]!.type === 'mask') masks.set(to, base);
            else bases.set(to / LANES + dword, base);
          });
        });
    });
    code.end();
    const registers = new Map<number, RampValue>();
    for (const [register, step] of [...assumed, ...simulation.registers])
      if (step === undefined) registers.delete(register);
      else registers.set(register, { step, base: bases.get(register)! });
    return { holds, registers, masks };
  }

  /** Flags of the ramps that are known and used. */
  #flags(simulation: Simulation): ReadonlySet<number> {
    const flags = new Set<number>();
    for (const { ramps } of simulation.plans.keys()) for (const { holds } of ramps.values()) flags.add(holds);
    return flags;
  }
}

const knownOf =
  ({ shaped, instruction }: Part) =>
  (position: number, dword: 0 | 1 = 0): number | undefined =>
    instruction.inputs[position]!.place === 'constant' ? shaped.parameters[2 * position + dword] : undefined;

/**
 * Calls `each` for every quad of lanes of a ramp, with a local (v128) that holds the quad's values. What ramps of one step
 * have in common is made once: constants are dear.
 */
class Quads {
  readonly #code: Code;
  readonly #steps = new Map<number, { readonly first: number; readonly more: number }>();
  readonly #value: number;

  constructor(code: Code) {
    this.#code = code;
    this.#value = code.local(Type.v128);
  }
  each(step: number, base: number, body: (quad: number, value: number) => void): void {
    const code = this.#code;
    const value = this.#value;
    code.get(base);
    code.op('i32x4.splat');
    const steps = step === 0 ? undefined : this.#stepsOf(step);
    if (steps !== undefined) {
      code.get(steps.first);
      code.op('i32x4.add');
    }
    code.set(value);
    for (let quad = 0; quad < QUADS; quad++) {
      body(quad, value);
      if (steps === undefined || quad === QUADS - 1) continue;
      code.get(value);
      code.get(steps.more);
      code.op('i32x4.add');
      code.set(value);
    }
  }
  #stepsOf(step: number): { readonly first: number; readonly more: number } {
    const known = this.#steps.get(step);
    if (known !== undefined) return known;
    const code = this.#code;
    const made = { first: code.local(Type.v128), more: code.local(Type.v128) };
    code.v128(0, step, 2 * step, 3 * step);
    code.set(made.first);
    code.splat(4 * step);
    code.set(made.more);
    this.#steps.set(step, made);
    return made;
  }
  close(): void {
    for (const local of [this.#value, ...[...this.#steps.values()].flatMap(({ first, more }) => [first, more])])
      this.#code.free(Type.v128, local);
  }
}

/** Pushes i32: do all lanes of the register go up by `step` from what local `base` holds? */
function isRamp(code: Code, quads: Quads, vectors: number, register: number, step: number, base: number): void {
  const differ = code.local(Type.v128);
  quads.each(step, base, (quad, value) => {
    code.get(value);
    code.get(vectors);
    code.memory('v128.load', register * REGISTER_BYTES + 16 * quad);
    code.op('v128.xor');
    if (quad > 0) {
      code.get(differ);
      code.op('v128.or');
    }
    code.set(differ);
  });
  code.get(differ);
  code.op('v128.any_true');
  code.op('i32.eqz');
  code.free(Type.v128, differ);
}

/** Stores ramps into all lanes of their registers. */
export function storeRamps(code: Code, vectors: number, registers: Iterable<readonly [number, RampValue]>): void {
  const quads = new Quads(code);
  for (const [register, { step, base }] of registers)
    quads.each(step, base, (quad, value) => {
      code.get(vectors);
      code.get(value);
      code.memory('v128.store', register * REGISTER_BYTES + 16 * quad);
    });
  quads.close();
}
