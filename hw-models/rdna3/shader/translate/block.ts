/**
 * One block to WebAssembly: vector instructions gathered into runs, scalar ones at once, memory through the helper
 * module, and what translation lacks through the interpreter, instruction by instruction.
 *
 * Pure software.
 */
import type { TreeInstruction } from '../../../exec/compile.ts';
import { lanesLowerable, lowerScalar, scalarLowerable } from '../../../exec/wasm/lower.ts';
import type { Code } from '../../../exec/wasm/writer.ts';
import { Type } from '../../../exec/wasm/writer.ts';
import { destinationOf, isWide, shapesOf, vgprsNamed } from '../bind.ts';
import type { BindContext, Shaped } from '../bind.ts';
import { isHint } from '../control.ts';
import type { Decoded, Operand } from '../isa/types.ts';
import { EXEC, LANES, NULL, REGISTER_BYTES, S, STRIP_BYTES, VCC } from '../state.ts';
import type { Condition } from './graph.ts';
import { memoryAccess, rowOf } from './memory.ts';
import { pushPair } from './memory-plan.ts';
import { matrixCall } from './matrix.ts';
import type { MemoryImports, MemoryPlace } from './memory-plan.ts';
import type { OuterLocals } from './outer-locals.ts';
import { registersOf } from './ramps.ts';
import type { Ramps, RowRegisters } from './ramps.ts';
import { Scalars } from './scalars.ts';
import { StripRun } from './strip-run.ts';

/** A run this long is closed: more values would only be spilled. */
const MAX_RUN = 128;

/** How far ahead accesses are looked for, and to how many of their addresses a run pays attention. */
const ROWS_AHEAD = 48;
const MOST_ROWS = 4;

const isExec = (scalar: number): boolean => scalar >>> 1 === EXEC >>> 1;

export interface BlockPlace {
  readonly code: Code;
  readonly locals: OuterLocals;
  /** What is known of registers when the block begins; in the end, when it ends. */
  readonly ramps: Ramps;
  /** Waves begin here, and nowhere else does the block follow on. */
  readonly first: boolean;
  /** Locals with the context, the wave's scalars and its vector registers. */
  readonly context: number;
  readonly scalars: number;
  readonly vectors: number;
  readonly bind: BindContext;
  readonly fused: boolean;
  /** Which mnemonics may be translated; absent: all. */
  readonly translates: ((name: string) => boolean) | undefined;
  readonly memory: MemoryImports;
  /** Function that multiplies matrices of that element type; made when first asked for. */
  readonly matrix: (element: 'f16' | 'bf16') => number;
  /** Function that lets the interpreter execute one instruction: (block, instruction). */
  readonly interpret: number;
  /** The block's straight-line instructions. */
  readonly instructions: readonly Decoded[];
  /** Its number in its unit. */
  readonly number: number;
}

/** How many instructions of each kind were translated: for coverage and for finding what is slow. */
export interface Tally {
  vector: number;
  scalar: number;
  memory: number;
  interpreted: Map<string, number>;
  /** Scalars that translated code writes. */
  written: Set<number>;
}

export class BlockTranslator {
  readonly #place: BlockPlace;
  readonly #scalars: Scalars;
  readonly #tally: Tally;
  readonly #ramps: Ramps;
  #run: StripRun | undefined;
  /** The instruction that is being translated. */
  #at = 0;
  /** Something in the block may have stopped the wave. */
  mayHalt = false;

  constructor(place: BlockPlace, tally: Tally) {
    this.#place = place;
    this.#scalars = new Scalars(place.code, place.scalars, place.locals, tally.written);
    this.#ramps = place.ramps;
    this.#tally = tally;
  }

  /** Writes the straight part of the block. Scalars are in the wave's state afterwards; known ones stay known. */
  straight(): void {
    if (this.#place.first) this.#begin();
    for (const [i, d] of this.#place.instructions.entries()) {
      this.#at = i;
      this.#instruction(d, i);
    }
    this.#at = this.#place.instructions.length;
    this.#endRun();
    this.#scalars.flush();
  }

  /** A wave that has executed nothing yet has its lanes' numbers in v0. */
  #begin(): void {
    const { code, scalars, vectors, bind } = this.#place;
    if (bind.wave64) return;
    const [holds, base] = [this.#ramps.local(), this.#ramps.local()];
    code.get(scalars);
    code.memory('i32.load', S.COUNT * 4);
    code.op('i32.eqz');
    code.get(scalars);
    code.memory('i32.load', S.RAMP * 4);
    code.op('i32.and');
    code.set(holds);
    code.get(vectors);
    code.memory('i32.load');
    code.set(base);
    this.#ramps.set(0, { step: 1, base, holds });
  }

  /** Ends the open run; afterwards registers are in the wave's state. */
  #endRun(): void {
    const run = this.#run;
    if (run !== undefined) {
      run.finish(this.#rowsAhead(run));
      this.#run = undefined;
    }
    this.#scalars.release();
  }

  /** Addresses that the run makes and accesses ahead use as they are. */
  #rowsAhead(run: StripRun): RowRegisters[] {
    const { instructions, bind } = this.#place;
    const found: RowRegisters[] = [];
    if (bind.wave64) return found;
    const written = new Set<number>();
    for (const d of instructions.slice(this.#at, this.#at + ROWS_AHEAD)) {
      const row = rowOf(d, this.#place.memory);
      const fresh =
        row !== undefined &&
        registersOf(row).some((register) => run.makes(register)) &&
        !registersOf(row).some((register) => written.has(register)) &&
        !found.some((known) => known.first === row.first && known.pair === row.pair && known.step === row.step);
      if (fresh) found.push(row);
      if (found.length === MOST_ROWS) break;
      for (const o of [...d.dst, ...(d.second?.dst ?? [])])
        if (o.kind === 'vgpr') for (let n = 0; n < o.dwords; n++) written.add(o.index + n);
    }
    return found;
  }

  #instruction(d: Decoded, index: number): void {
    const { name } = d.row;
    if (isHint(name)) return;
    const { bind } = this.#place;
    if (vgprsNamed(d) > bind.vgprs || this.#place.translates?.(name) === false) return this.#interpret(d, index);
    const parts = shapesOf(d, bind);
    if (parts !== undefined) {
      const vector = d.format.startsWith('VOP');
      if (d.dpp !== undefined || parts.some((part) => part.before !== undefined)) return this.#interpret(d, index);
      const instructions = parts.map((part) => ({ ...part.instruction, results: part.results() }));
      if (vector) return this.#vector(d, index, parts, instructions);
      return this.#scalar(d, index, parts[0]!, instructions[0]!);
    }
    if (this.#laneMove(d) || this.#matrix(d)) return;
    if (memoryAccess(d, this.#place.memory, this.#services(index))) {
      this.mayHalt = true;
      this.#tally.memory++;
      return;
    }
    this.#interpret(d, index);
  }

  #vector(d: Decoded, index: number, parts: readonly Shaped[], instructions: readonly TreeInstruction[]): void {
    const { bind, code, vectors, fused } = this.#place;
    if (!instructions.every((instruction) => lanesLowerable(instruction, bind.mode, fused)))
      return this.#interpret(d, index);
    if (this.#run !== undefined && (this.#run.length >= MAX_RUN || this.#run.conflicts(parts))) this.#endRun();
    this.#run ??= new StripRun({
      code,
      scalars: this.#scalars,
      ramps: this.#ramps,
      locals: this.#place.locals,
      vectors,
      wide: bind.wave64,
      mode: bind.mode,
      fused,
    });
    this.#run.add(parts, instructions);
    for (const part of parts)
      for (const [n, { place, type }] of part.instruction.outputs.entries())
        if (place === 'vector') this.#ramps.drop(destinationOf(part, n) / LANES, isWide(type) ? 2 : 1);
    this.#tally.vector++;
    const writesExec = parts.some((part) =>
      part.instruction.outputs.some(({ place }, n) => place === 'scalar' && isExec(destinationOf(part, n))),
    );
    if (writesExec) this.#endRun();
  }

  #scalar(d: Decoded, index: number, part: Shaped, instruction: TreeInstruction): void {
    const { code } = this.#place;
    if (!scalarLowerable(instruction)) return this.#interpret(d, index);
    const { parameters } = part;
    const { inputs, outputs } = instruction;
    const touched: number[] = [];
    inputs.forEach((shape, n) => {
      if (shape.place === 'scalar')
        touched.push(parameters[2 * n]!, ...(isWide(shape.type) ? [parameters[2 * n]! + 1] : []));
    });
    let writesExec = false;
    outputs.forEach((shape, n) => {
      const to = destinationOf(part, n);
      for (const each of isWide(shape.type) ? [to, to + 1] : [to]) {
        touched.push(each);
        writesExec ||= isExec(each);
      }
    });
    if (this.#run !== undefined && (writesExec || touched.some((each) => this.#run!.writesScalar(each))))
      this.#endRun();
    const results = lowerScalar(
      instruction,
      {
        push: (position, dword) => {
          const shape = inputs[position]!;
          const value = parameters[2 * position]!;
          if (shape.place === 'constant') code.i32(dword === 0 ? value : parameters[2 * position + 1]!);
          else code.get(this.#scalars.read(value + dword));
        },
      },
      code,
    );
    results.forEach(({ locals }, n) => {
      const to = destinationOf(part, n);
      locals.forEach((local, dword) => {
        code.get(local);
        this.#scalars.set(to + dword);
        code.free(Type.i32, local);
      });
    });
    this.#tally.scalar++;
  }

  /** V_READFIRSTLANE, V_READLANE, V_WRITELANE: single dwords between the register files. */
  #laneMove(d: Decoded): boolean {
    const { name } = d.row;
    const { code, vectors, bind } = this.#place;
    const [to] = d.dst;
    const [from, lane] = d.src;
    const scalars = this.#scalars;
    const pushScalar = (o: Operand): void => {
      if (o.kind !== 'sgpr') code.i32(o.lo);
      else if (o.index === NULL) code.i32(0);
      else code.get(scalars.read(o.index));
    };
    /** Byte offset of the lane on the stack inside a wave's registers. */
    const laneBytes = (): void => {
      if (bind.wave64) {
        const n = code.local(Type.i32);
        code.tee(n);
        code.i32(LANES - 1);
        code.op('i32.and');
        code.i32(2);
        code.op('i32.shl');
        code.get(n);
        code.i32(5);
        code.op('i32.shr_u');
        code.i32(STRIP_BYTES);
        code.op('i32.mul');
        code.op('i32.add');
        code.free(Type.i32, n);
      } else {
        code.i32(2);
        code.op('i32.shl');
      }
    };
    /** Pushes the lane's address in register 0: the others are offsets from it. */
    const laneAddress = (pushLane: () => void): void => {
      code.get(vectors);
      pushLane();
      laneBytes();
      code.op('i32.add');
    };
    const named = (): void => {
      pushScalar(lane!);
      code.i32((bind.wave64 ? 2 * LANES : LANES) - 1);
      code.op('i32.and');
    };
    const putScalar = (): void => scalars.set(to!.index === NULL ? S.SINK : to!.index);
    switch (name) {
      case 'v_readfirstlane_b32':
        this.#endRun();
        if (from!.kind !== 'vgpr') pushScalar(from!);
        else {
          laneAddress(() => this.#firstActive());
          code.memory('i32.load', from!.index * REGISTER_BYTES);
        }
        putScalar();
        break;
      case 'v_readlane_b32':
        if (from!.kind !== 'vgpr') return false;
        this.#endRun();
        laneAddress(named);
        code.memory('i32.load', from!.index * REGISTER_BYTES);
        putScalar();
        break;
      case 'v_writelane_b32':
        this.#endRun();
        laneAddress(named);
        pushScalar(from!);
        code.memory('i32.store', to!.index * REGISTER_BYTES);
        this.#ramps.drop(to!.index, 1);
        break;
      default:
        return false;
    }
    this.#tally.scalar++;
    return true;
  }

  #matrix(d: Decoded): boolean {
    const { code, context, vectors, bind, fused, matrix } = this.#place;
    const call = matrixCall(d, bind.wave64, fused);
    if (call === undefined) return false;
    this.#endRun();
    code.get(context);
    code.get(vectors);
    for (const value of [call.to, call.a, call.b, call.c, call.constant]) code.i32(value);
    code.call(matrix(call.element));
    this.#ramps.clear();
    this.#tally.vector++;
    return true;
  }

  /** Pushes the number of the first active lane; 0 where none is. */
  #firstActive(): void {
    const { code, bind } = this.#place;
    const low = this.#scalars.read(EXEC);
    if (!bind.wave64) {
      code.get(low);
      code.op('i32.ctz');
      code.i32(LANES - 1);
      code.op('i32.and');
      return;
    }
    pushPair(code, low, this.#scalars.read(EXEC + 1));
    code.op('i64.ctz');
    code.op('i32.wrap_i64');
    code.i32(2 * LANES - 1);
    code.op('i32.and');
  }

  /** What memory instructions need of the block. */
  #services(index: number): MemoryPlace {
    const { code, context, scalars, vectors, bind, number } = this.#place;
    return {
      code,
      context,
      scalarsBase: scalars,
      vectors,
      wide: bind.wave64,
      tag: number * 256 + index,
      scalars: this.#scalars,
      ramps: this.#ramps,
      settle: (reads, writes, touched) => {
        const run = this.#run;
        if (run === undefined) return;
        const settled =
          reads.every(({ first, count }) => !run.touches(first, count, true)) &&
          writes.every(({ first, count }) => !run.touches(first, count, false)) &&
          touched.every((index_) => !run.writesScalar(index_));
        if (!settled) this.#endRun();
      },
    };
  }

  #interpret(d: Decoded, index: number): void {
    const { code, interpret, number } = this.#place;
    this.#endRun();
    this.#ramps.clear();
    this.#scalars.flush();
    this.#scalars.forget();
    this.#scalars.release();
    code.i32(number);
    code.i32(index);
    code.call(interpret);
    this.mayHalt = true;
    const { interpreted } = this.#tally;
    interpreted.set(d.row.name, (interpreted.get(d.row.name) ?? 0) + 1);
  }

  /** Pushes i32: does the condition hold? After `straight`. */
  condition(condition: Condition): void {
    const { code, bind } = this.#place;
    const scalars = this.#scalars;
    const isZero = (index: number): void => {
      code.get(scalars.read(index));
      if (bind.wave64) {
        code.get(scalars.read(index + 1));
        code.op('i32.or');
      }
      code.op('i32.eqz');
    };
    switch (condition) {
      case 'scc0':
        code.get(scalars.read(S.SCC));
        code.op('i32.eqz');
        break;
      case 'scc1':
        code.get(scalars.read(S.SCC));
        break;
      case 'vccz':
      case 'vccnz':
        isZero(VCC);
        if (condition === 'vccnz') code.op('i32.eqz');
        break;
      default:
        isZero(EXEC);
        if (condition === 'execnz') code.op('i32.eqz');
    }
  }

  /** Locals may be used again. */
  close(): void {
    this.#scalars.forget();
    this.#scalars.release();
  }
}
