/**
 * Strip mining: a run of vector instructions becomes one loop over quads of lanes.
 *
 * Inside, registers are values: each is loaded once, every result is a local, and what changed is stored at the end of
 * the body, blended with what was there where EXEC is partial. Masks that a compare makes stay lane masks for the
 * selects that follow; their bits are gathered for the scalars that hold them after the loop. A wave of 64 lanes runs
 * the same loop for each of its halves.
 *
 * Pure software.
 */
import type { InputShape, TreeInstruction } from '../../../exec/compile.ts';
import type { FloatMode } from '../../../exec/float-mode.ts';
import { canonicaliseF32, lowerLanes } from '../../../exec/wasm/lower.ts';
import type { LaneEnvironment, LaneOperands } from '../../../exec/wasm/lower.ts';
import type { Code } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import { destinationOf, isWide } from '../bind.ts';
import type { Shaped } from '../bind.ts';
import { EXEC, LANES, REGISTER_BYTES, STRIP_BYTES } from '../state.ts';
import type { OuterLocals } from './outer-locals.ts';
import { RampRun, storeRamps } from './ramp-run.ts';
import type { Ramps, RowRegisters } from './ramps.ts';
import type { Scalars } from './scalars.ts';

const QUAD_BYTES = 16;

interface RegisterValue {
  local: number;
  /** May be a NaN that is not the canonical one. */
  loose: boolean;
  dirty: boolean;
}
interface MaskValue {
  readonly local: number;
  readonly accumulator: number;
}

export interface RunPlace {
  /** The block's code, where the loop goes in the end. */
  readonly code: Code;
  readonly scalars: Scalars;
  readonly ramps: Ramps;
  readonly locals: OuterLocals;
  /** Local with the address of the wave's vector registers. */
  readonly vectors: number;
  readonly wide: boolean;
  readonly mode: FloatMode;
  readonly fused: boolean;
}

export class StripRun implements LaneEnvironment {
  readonly code: Code;
  readonly mode: FloatMode;
  readonly fused: boolean;
  readonly #place: RunPlace;
  /** Once before the loops; once before each loop over quads; each belongs to the same function. */
  readonly #prologue: Code;
  readonly #half: Code;
  readonly #registers = new Map<number, RegisterValue>();
  readonly #masks = new Map<number, MaskValue>();
  /** Lane masks made from scalar bits. */
  readonly #expanded = new Map<number, number>();
  readonly #hoisted = new Map<string, number>();
  readonly #halfLocals = new Map<string, number>();
  /** Locals of the body, and those that are set outside it. */
  readonly #locals: { readonly type: Type; readonly local: number }[] = [];
  readonly #outer: { readonly type: Type; readonly local: number }[] = [];
  readonly #exec: readonly [number, number | undefined];
  readonly #quad: number;
  readonly #at: number;
  readonly #active: number;
  readonly #h: number | undefined;
  /** Waves of 32 lanes only. */
  readonly #ramps: RampRun | undefined;
  #lane: number | undefined;
  #instructions = 0;

  constructor(place: RunPlace) {
    this.#place = place;
    this.mode = place.mode;
    this.fused = place.fused;
    this.code = place.code.fragment();
    this.#prologue = place.code.fragment();
    this.#half = place.code.fragment();
    this.#exec = [place.scalars.read(EXEC), place.wide ? place.scalars.read(EXEC + 1) : undefined];
    this.#quad = this.#outside(Type.i32);
    this.#at = this.#outside(Type.i32);
    this.#active = place.wide ? this.#outside(Type.i32) : this.#exec[0];
    this.#h = place.wide ? this.#outside(Type.i32) : undefined;
    this.#ramps = place.wide ? undefined : new RampRun();
  }

  get length(): number {
    return this.#instructions;
  }
  /** Will the run write this scalar when it ends? */
  writesScalar(index: number): boolean {
    return this.#masks.has(index) || (this.#place.wide && this.#masks.has(index - 1));
  }

  /** A local that only the body uses. */
  #local(type: Type): number {
    const local = this.#place.code.local(type);
    this.#locals.push({ type, local });
    return local;
  }
  /** One that is set or read outside it. */
  #outside(type: Type): number {
    const local = this.#place.locals.take(type);
    this.#outer.push({ type, local });
    return local;
  }

  // What lowering asks for.

  constant(a: number, b: number, c: number, d: number): number {
    return this.hoisted(`c${a},${b},${c},${d}`, (p) => p.v128(a, b, c, d));
  }
  hoisted(key: string, write: (prologue: Code) => void): number {
    const known = this.#hoisted.get(key);
    if (known !== undefined) return known;
    const local = this.#outside(Type.v128);
    write(this.#prologue);
    this.#prologue.set(local);
    this.#hoisted.set(key, local);
    return local;
  }
  pushLane(): void {
    if (this.#lane === undefined) {
      this.#lane = this.#local(Type.v128);
      const first = this.constant(0, 1, 2, 3);
      this.code.get(this.#quad);
      this.code.op('i32x4.splat');
      this.code.get(first);
      this.code.op('i32x4.add');
      this.code.set(this.#lane);
    }
    this.code.get(this.#lane);
  }
  pushHalf(): void {
    if (this.#h === undefined) {
      this.code.get(this.constant(0, 0, 0, 0));
      return;
    }
    this.code.get(
      this.#halfLocal('h', Type.v128, (c) => {
        c.get(this.#h!);
        c.op('i32x4.splat');
      }),
    );
  }

  /** A local set before each loop over quads. */
  #halfLocal(key: string, type: Type, write: (c: Code) => void): number {
    const known = this.#halfLocals.get(key);
    if (known !== undefined) return known;
    const local = this.#outside(type);
    write(this.#half);
    this.#half.set(local);
    this.#halfLocals.set(key, local);
    return local;
  }

  // Operands.

  #register(number: number): RegisterValue {
    const known = this.#registers.get(number);
    if (known !== undefined) return known;
    const local = this.#local(Type.v128);
    this.code.get(this.#at);
    this.code.memory('v128.load', number * REGISTER_BYTES);
    this.code.set(local);
    const value = { local, loose: false, dirty: false };
    this.#registers.set(number, value);
    return value;
  }
  #pushRegister(number: number, bits: boolean): void {
    const value = this.#register(number);
    if (bits && value.loose) {
      this.#canonicalise(value.local);
      value.loose = false;
    }
    this.code.get(value.local);
  }
  #canonicalise(local: number): void {
    canonicaliseF32(this.code, local, (bits) => this.constant(bits, bits, bits, bits));
  }

  /** Lane mask of this quad out of a word with one bit a lane, in a local that is good for the whole body. */
  #expand(word: number): void {
    const bit = this.constant(1, 2, 4, 8);
    this.code.get(word);
    this.code.get(this.#quad);
    this.code.op('i32.shr_u');
    this.code.op('i32x4.splat');
    this.code.get(bit);
    this.code.op('v128.and');
    this.code.get(bit);
    this.code.op('i32x4.eq');
  }
  #pushMask(shape: InputShape, index: number): void {
    if (shape.place === 'constant') {
      const key = -1 - index;
      let local = this.#expanded.get(key);
      if (local === undefined) {
        local = this.#local(Type.v128);
        const word = this.#halfLocal(`k${index}`, Type.i32, (c) => c.i32(index));
        this.#expand(word);
        this.code.set(local);
        this.#expanded.set(key, local);
      }
      this.code.get(local);
      return;
    }
    const pending = this.#masks.get(index);
    if (pending !== undefined) {
      this.code.get(pending.local);
      return;
    }
    const low = this.#place.scalars.read(index);
    let local = this.#expanded.get(low);
    if (local === undefined) {
      const high = this.#h === undefined ? undefined : this.#place.scalars.read(index + 1);
      const word =
        high === undefined
          ? low
          : this.#halfLocal(`m${low},${high}`, Type.i32, (c) => {
              c.get(high);
              c.get(low);
              c.get(this.#h!);
              c.op('select');
            });
      local = this.#local(Type.v128);
      this.#expand(word);
      this.code.set(local);
      this.#expanded.set(low, local);
    }
    this.code.get(local);
  }

  /** Does the run read or write (`written`: write) one of these registers? */
  touches(first: number, count: number, written: boolean): boolean {
    for (let n = first; n < first + count; n++) {
      const value = this.#registers.get(n);
      if (value !== undefined && (value.dirty || !written)) return true;
    }
    return false;
  }

  /** Does an operand of these parts need a scalar that the run has yet to write? Then the run must end first. */
  conflicts(parts: readonly Shaped[]): boolean {
    if (this.#masks.size === 0) return false;
    const overlaps = (index: number): boolean => !this.#masks.has(index) && this.#place.wide && this.#overlaps(index);
    return parts.some(
      (part) =>
        part.instruction.outputs.some(
          (shape, output) => shape.type === 'mask' && overlaps(destinationOf(part, output)),
        ) ||
        part.instruction.inputs.some((shape, position) => {
          if (shape.place !== 'scalar') return false;
          const index = part.parameters[2 * position]!;
          if (shape.type === 'mask') return !this.#masks.has(index) && this.writesScalar(index);
          return this.writesScalar(index) || (isWide(shape.type) && this.writesScalar(index + 1));
        }),
    );
  }

  #overlaps(index: number): boolean {
    return this.#masks.has(index - 1) || this.#masks.has(index + 1);
  }

  /** Adds one instruction (both halves of a dual one see the old registers). */
  add(parts: readonly Shaped[], instructions: readonly TreeInstruction[]): void {
    this.#instructions++;
    const { scalars, ramps } = this.#place;
    this.#ramps?.record(parts, instructions, scalars, ramps, (mask) => this.#masks.has(mask));
    const writes: (() => void)[] = [];
    for (const [n, part] of parts.entries()) {
      const instruction = instructions[n]!;
      const { parameters } = part;
      const { inputs } = instruction;
      const operands: LaneOperands = {
        push: (position, dword, bits) => {
          const shape = inputs[position]!;
          const value = parameters[2 * position]!;
          if (shape.place === 'vector') this.#pushRegister(value / LANES + dword, bits);
          else if (shape.place === 'constant') {
            const k = dword === 0 ? value : parameters[2 * position + 1]!;
            this.code.get(this.constant(k, k, k, k));
          } else {
            const local = this.#place.scalars.read(value + dword);
            this.code.get(
              this.hoisted(`s${local}`, (p) => {
                p.get(local);
                p.op('i32x4.splat');
              }),
            );
          }
        },
        pushMask: (position) => this.#pushMask(inputs[position]!, parameters[2 * position]!),
        pushOld: (output) => this.#pushRegister(destinationOf(part, output) / LANES, true),
        known: (position, dword) =>
          inputs[position]!.place === 'constant' ? parameters[2 * position + dword] : undefined,
        uniform: (position) => {
          const shape = inputs[position]!;
          return shape.place === 'scalar' ? this.#place.scalars.read(parameters[2 * position]!) : undefined;
        },
      };
      const results = lowerLanes(instruction, operands, this);
      results.forEach((result, output) => {
        const to = destinationOf(part, output);
        writes.push(() => this.#write(to, result));
      });
    }
    for (const write of writes) write();
  }

  #write(to: number, result: ReturnType<typeof lowerLanes>[number]): void {
    if (result.kind === 'mask') {
      const known = this.#masks.get(to);
      if (known !== undefined) {
        this.code.get(result.local);
        this.code.set(known.local);
        this.code.free(Type.v128, result.local);
        return;
      }
      // bits of masks that the run does not make are no longer those
      this.#locals.push({ type: Type.v128, local: result.local });
      this.#masks.set(to, { local: result.local, accumulator: this.#outside(Type.i32) });
      return;
    }
    result.locals.forEach((local, dword) => {
      const number = to / LANES + dword;
      const old = this.#registers.get(number);
      if (old !== undefined) {
        this.code.get(local);
        this.code.set(old.local);
        this.code.free(Type.v128, local);
        old.loose = dword === 0 && result.looseNan;
        old.dirty = true;
        return;
      }
      this.#locals.push({ type: Type.v128, local });
      this.#registers.set(number, { local, loose: dword === 0 && result.looseNan, dirty: true });
    });
  }

  /** Does the run write this register? */
  makes(register: number): boolean {
    return this.#registers.get(register)?.dirty === true;
  }

  /** Puts the loop into the block. The run is over then. `rows`: addresses of accesses ahead that it makes. */
  finish(rows: readonly RowRegisters[]): void {
    const { code, scalars, ramps, vectors } = this.#place;
    const body = this.code;
    const changed = [...this.#registers].filter(([, value]) => value.dirty);
    const found = this.#ramps?.find(rows, ramps);
    const known = found && this.#ramps!.write(found, ramps, code, vectors, this.#exec[0]);
    const results = [...this.#masks].map(([index, { accumulator }]) => {
      const { locals } = this.#place;
      const high = this.#h === undefined ? undefined : locals.take(Type.i32);
      return { index, low: locals.take(Type.i32), high, accumulator };
    });
    if (found?.simulation.whole === true) {
      const { holds, registers, masks } = known!;
      code.get(holds);
      code.if();
      storeRamps(
        code,
        vectors,
        changed.map(([number]) => [number, registers.get(number)!]),
      );
      for (const { index, low } of results) {
        code.i32(0);
        code.get(masks.get(index)!);
        code.op('i32.sub');
        code.set(low);
      }
      code.else();
    }
    for (const [, value] of changed) if (value.loose) this.#canonicalise(value.local);
    if (changed.length > 0) {
      body.get(this.#active);
      body.i32(-1);
      body.op('i32.eq');
      body.if();
      for (const [number, { local }] of changed) {
        body.get(this.#at);
        body.get(local);
        body.memory('v128.store', number * REGISTER_BYTES);
      }
      body.else();
      const mask = this.#local(Type.v128);
      this.#expand(this.#active);
      body.set(mask);
      for (const [number, { local }] of changed) {
        body.get(this.#at);
        body.get(local);
        body.get(this.#at);
        body.memory('v128.load', number * REGISTER_BYTES);
        body.get(mask);
        body.op('v128.bitselect');
        body.memory('v128.store', number * REGISTER_BYTES);
      }
      body.end();
    }
    for (const { local, accumulator } of this.#masks.values()) {
      // Bits come in at the top and have moved down to their places after the last quad.
      body.get(local);
      body.op('i32x4.bitmask');
      body.i32(LANES - 4);
      body.op('i32.shl');
      body.get(accumulator);
      body.i32(4);
      body.op('i32.shr_u');
      body.op('i32.or');
      body.set(accumulator);
    }
    const wide = this.#h !== undefined;
    code.append(this.#prologue);
    if (wide) {
      code.i32(0);
      code.set(this.#h!);
      code.loop();
      code.get(this.#exec[1]!);
      code.get(this.#exec[0]);
      code.get(this.#h!);
      code.op('select');
      code.set(this.#active);
    }
    code.append(this.#half);
    for (const { accumulator } of this.#masks.values()) {
      code.i32(0);
      code.set(accumulator);
    }
    code.i32(0);
    code.set(this.#quad);
    code.get(vectors);
    if (wide) {
      code.get(this.#h!);
      code.i32(STRIP_BYTES);
      code.op('i32.mul');
      code.op('i32.add');
    }
    code.set(this.#at);
    code.loop();
    code.append(body);
    code.get(this.#at);
    code.i32(QUAD_BYTES);
    code.op('i32.add');
    code.set(this.#at);
    code.get(this.#quad);
    code.i32(4);
    code.op('i32.add');
    code.tee(this.#quad);
    code.i32(LANES);
    code.op('i32.ne');
    code.brIf(0);
    code.end();
    const keep = (pick: (r: (typeof results)[number]) => number): void => {
      for (const r of results) {
        code.get(r.accumulator);
        code.get(this.#active);
        code.op('i32.and');
        code.set(pick(r));
      }
    };
    if (wide) {
      code.get(this.#h!);
      code.op('i32.eqz');
      code.if();
      keep((r) => r.low);
      code.i32(1);
      code.set(this.#h!);
      code.br(1);
      code.end();
      keep((r) => r.high!);
      code.end();
    } else keep((r) => r.low);
    if (found?.simulation.whole === true) code.end();
    for (const { index, low, high } of results) {
      scalars.write(index, low);
      if (high !== undefined) scalars.write(index + 1, high);
    }
    for (const [register, { step, base }] of known?.registers ?? [])
      ramps.set(register, { step, base, holds: known!.holds });
    for (const { type, local } of this.#locals) code.free(type, local);
    for (const { type, local } of this.#outer) this.#place.locals.give(type, local);
  }
}
