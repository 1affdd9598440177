/**
 * Runs one lowered instruction on 32 lanes (or once, as scalar code) beside the JavaScript back end, for tests that hold
 * the two against each other.
 */
import { Compiler } from '../../compile.ts';
import type { Strip, TreeInstruction } from '../../compile.ts';
import type { FloatMode } from '../../float-mode.ts';
import { canonicaliseF32, lowerLanes, lowerScalar } from '../lower.ts';
import { lowerRamps } from '../lower-ramps.ts';
import type { RampPlan } from '../lower-ramps.ts';
import { ModuleWriter, Type } from '../writer.ts';
import type { Code } from '../writer.ts';

const LANES = 32;
const REGISTER_BYTES = 4 * LANES;
const OLD = 4096;
const RESULTS = 8192;
const SCALARS = 12288;
const ACTIVE = 120;

/** Rounds to nearest and keeps denormals. */
export const usualMode: FloatMode = {
  round32: 0,
  round64: 0,
  flushInput32: false,
  flushOutput32: false,
  flushInput64: false,
  flushOutput64: false,
  clampNanToZero: true,
  ieee: true,
  saturate16: false,
};

/** Dwords of one operand: 32 lanes of each. Scalars and constants use lane 0; a mask's bits are in lane 0. */
export interface OperandData {
  readonly low: Int32Array;
  readonly high: Int32Array;
}
export interface LaneData {
  readonly inputs: readonly OperandData[];
  readonly old: readonly Int32Array[];
}
/** What each output became: dwords by lane, or one word of mask bits. */
export type Results = readonly (readonly Int32Array[])[];

const wideOutput = (type: string): boolean => type === 'i64' || type === 'f64';

/** The JavaScript back end's results. */
export function referenceLanes(instruction: TreeInstruction, mode: FloatMode, half = 0): (data: LaneData) => Results {
  const factory = new Compiler().factory('reference', { mode, active: ACTIVE }, () => [instruction]);
  const vectors = new ArrayBuffer(64 * REGISTER_BYTES);
  const scalars = new ArrayBuffer(128 * 4);
  const temporary = new Int32Array(2 * LANES);
  const strip: Strip = {
    v: new Int32Array(vectors),
    vf: new Float32Array(vectors),
    s: new Int32Array(scalars),
    sf: new Float32Array(scalars),
    half,
    temporary,
    temporaryF: new Float32Array(temporary.buffer),
  };
  const first = 40;
  return ({ inputs, old }) => {
    const parameters: number[] = [];
    strip.s.fill(-1, ACTIVE, ACTIVE + 2);
    instruction.inputs.forEach((shape, position) => {
      const { low, high } = inputs[position]!;
      if (shape.place === 'constant') parameters.push(low[0]!, high[0]!);
      else if (shape.place === 'scalar') {
        strip.s[2 * position] = low[0]!;
        strip.s[2 * position + 1] = shape.type === 'mask' ? low[0]! : high[0]!;
        parameters.push(2 * position, 0);
      } else {
        strip.v.set(low, 2 * position * LANES);
        strip.v.set(high, (2 * position + 1) * LANES);
        parameters.push(2 * position * LANES, 0);
      }
    });
    instruction.outputs.forEach((shape, output) => {
      strip.v.set(old[output]!, (first + 2 * output) * LANES);
      parameters.push(shape.place === 'vector' ? (first + 2 * output) * LANES : 80 + 2 * output);
    });
    factory(parameters)(strip);
    return instruction.outputs.map((shape, output) => {
      if (shape.type === 'mask') return [strip.s.slice(80 + 2 * output + half, 80 + 2 * output + half + 1)];
      const at = (first + 2 * output) * LANES;
      const dwords = [strip.v.slice(at, at + LANES)];
      if (wideOutput(shape.type)) dwords.push(strip.v.slice(at + LANES, at + 2 * LANES));
      return dwords;
    });
  };
}

interface Running {
  readonly memory: Int32Array;
  readonly run: () => void;
}
function instantiate(write: (code: Code) => void): Running {
  const m = new ModuleWriter();
  m.importMemory('m', 'm', { min: 1, max: 1, shared: true });
  const { index, code } = m.function([], []);
  write(code);
  m.exportFunction('f', index);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(m.finish()), { m: { m: memory } }).exports as {
    f: () => void;
  };
  return { memory: new Int32Array(memory.buffer), run: f };
}

/**
 * The same from lowered code. `constants`: bits of operands in place `constant`, known when the code is written.
 */
export function loweredLanes(
  instruction: TreeInstruction,
  mode: FloatMode,
  fused: boolean,
  constants: readonly OperandData[] = [],
  half = 0,
): (data: LaneData) => Results {
  const { inputs, outputs } = instruction;
  const { memory, run } = instantiate((code) => {
    const prologue = code.fragment();
    const body = code.fragment();
    const at = code.local(Type.i32);
    const hoisted = new Map<string, number>();
    const hoist = (key: string, put: (c: Code) => void): number => {
      const known = hoisted.get(key);
      if (known !== undefined) return known;
      const local = code.fresh(Type.v128);
      put(prologue);
      prologue.set(local);
      hoisted.set(key, local);
      return local;
    };
    const constant = (a: number, b: number, c: number, d: number): number =>
      hoist(`${a},${b},${c},${d}`, (p) => p.v128(a, b, c, d));
    const address = (position: number, dword: number): number => (2 * position + dword) * REGISTER_BYTES;
    const uniform = inputs.map((shape, position) => {
      if (shape.place !== 'scalar' || shape.type === 'mask') return undefined;
      const local = code.local(Type.i32);
      prologue.i32(0);
      prologue.memory('i32.load', address(position, 0));
      prologue.set(local);
      return local;
    });
    const results = lowerLanes(
      instruction,
      {
        push: (position, dword) => {
          const { place } = inputs[position]!;
          if (place === 'constant') {
            const k = constants[position]![dword === 0 ? 'low' : 'high'][0]!;
            body.get(constant(k, k, k, k));
            return;
          }
          body.get(at);
          if (place === 'vector') body.memory('v128.load', address(position, dword));
          else {
            body.op('drop');
            body.i32(0);
            body.memory('v128.load32_splat', address(position, dword));
          }
        },
        pushMask: (position) => {
          body.get(at);
          body.memory('v128.load', address(position, 1));
        },
        pushOld: (output) => {
          body.get(at);
          body.memory('v128.load', OLD + output * REGISTER_BYTES);
        },
        known: (position, dword) =>
          inputs[position]!.place === 'constant' ? constants[position]![dword === 0 ? 'low' : 'high'][0] : undefined,
        uniform: (position) => uniform[position],
      },
      {
        code: body,
        mode,
        fused,
        constant,
        hoisted: hoist,
        pushLane: () => {
          body.get(at);
          body.i32(2);
          body.op('i32.shr_u');
          body.op('i32x4.splat');
          body.get(constant(0, 1, 2, 3));
          body.op('i32x4.add');
        },
        pushHalf: () => body.get(constant(half, half, half, half)),
      },
    );
    results.forEach((result, output) => {
      const locals = result.kind === 'mask' ? [result.local] : result.locals;
      if (result.kind === 'dwords' && result.looseNan)
        canonicaliseF32(body, locals[0]!, (bits) => constant(bits, bits, bits, bits));
      locals.forEach((local, dword) => {
        body.get(at);
        body.get(local);
        body.memory('v128.store', RESULTS + address(output, dword));
      });
    });
    code.append(prologue);
    code.loop();
    code.append(body);
    code.get(at);
    code.i32(16);
    code.op('i32.add');
    code.tee(at);
    code.i32(REGISTER_BYTES);
    code.op('i32.lt_u');
    code.brIf(0);
    code.end();
  });
  return (data) => {
    inputs.forEach((shape, position) => {
      const { low, high } = data.inputs[position]!;
      memory.set(low, 2 * position * LANES);
      memory.set(high, (2 * position + 1) * LANES);
      if (shape.type === 'mask') {
        const word = low[0]!;
        for (let lane = 0; lane < LANES; lane++)
          memory[(2 * position + 1) * LANES + lane] = ((word >>> lane) & 1) !== 0 ? -1 : 0;
      }
    });
    data.old.forEach((old, output) => memory.set(old, OLD / 4 + output * LANES));
    run();
    return outputs.map((shape, output) => {
      const lanes = (dword: number): Int32Array => {
        const from = RESULTS / 4 + (2 * output + dword) * LANES;
        return memory.slice(from, from + LANES);
      };
      if (shape.type !== 'mask') return wideOutput(shape.type) ? [lanes(0), lanes(1)] : [lanes(0)];
      let word = 0;
      lanes(0).forEach((bits, lane) => {
        if (bits !== 0 && bits !== -1) throw new Error(`mask lane holds ${bits}`);
        if (bits !== 0) word |= 1 << lane;
      });
      return [Int32Array.of(word)];
    });
  };
}

/** Scalar code: dwords of each output, from the JavaScript back end. */
export function referenceScalar(
  instruction: TreeInstruction,
  mode: FloatMode,
): (inputs: readonly (readonly [number, number])[]) => readonly (readonly number[])[] {
  const factory = new Compiler().factory('reference', { mode }, () => [instruction]);
  const s = new Int32Array(128);
  const strip = { s, sf: new Float32Array(s.buffer) } as unknown as Strip;
  return (inputs) => {
    const parameters = instruction.inputs.flatMap((shape, position) => {
      if (shape.place === 'constant') return [...inputs[position]!];
      s.set(inputs[position]!, 2 * position);
      return [2 * position, 0];
    });
    factory([...parameters, ...instruction.outputs.map((_, output) => 80 + 2 * output)])(strip);
    return instruction.outputs.map((shape, output) => [
      ...s.subarray(80 + 2 * output, 80 + 2 * output + (shape.type === 'i64' ? 2 : 1)),
    ]);
  };
}
export function loweredScalar(
  instruction: TreeInstruction,
  constants: readonly (readonly [number, number])[] = [],
): (inputs: readonly (readonly [number, number])[]) => readonly (readonly number[])[] {
  const { memory, run } = instantiate((code) => {
    const results = lowerScalar(
      instruction,
      {
        push: (position, dword) => {
          if (instruction.inputs[position]!.place === 'constant') {
            code.i32(constants[position]![dword]);
            return;
          }
          code.i32(0);
          code.memory('i32.load', SCALARS + 8 * position + 4 * dword);
        },
        known: (position, dword) =>
          instruction.inputs[position]!.place === 'constant' ? constants[position]![dword] : undefined,
      },
      code,
    );
    results.forEach(({ locals }, output) =>
      locals.forEach((local, dword) => {
        code.i32(0);
        code.get(local);
        code.memory('i32.store', RESULTS + 8 * output + 4 * dword);
      }),
    );
  });
  return (inputs) => {
    inputs.forEach((words, position) => memory.set(words, SCALARS / 4 + 2 * position));
    run();
    return instruction.outputs.map((shape, output) => [
      ...memory.subarray(RESULTS / 4 + 2 * output, RESULTS / 4 + 2 * output + (shape.type === 'i64' ? 2 : 1)),
    ]);
  };
}

/** Lane 0's dwords of each output that is a ramp, and whether the conditions of the plan hold. */
export function loweredRamps(
  instruction: TreeInstruction,
  plan: RampPlan,
  constants: readonly (number | undefined)[],
): (inputs: readonly (readonly [number, number])[]) => { holds: boolean; dwords: (readonly number[] | undefined)[] } {
  const HOLDS = RESULTS + 4096;
  const { memory, run } = instantiate((code) => {
    const holds = code.local(Type.i32);
    code.i32(1);
    code.set(holds);
    const results = lowerRamps(
      instruction,
      plan,
      {
        push: (position, dword) => {
          if (constants[position] !== undefined) code.i32(dword === 0 ? constants[position] : 0);
          else {
            code.i32(0);
            code.memory('i32.load', SCALARS + 8 * position + 4 * dword);
          }
        },
        known: (position, dword) => (dword === 0 ? constants[position] : undefined),
      },
      code,
      LANES,
      () => {
        code.get(holds);
        code.op('i32.and');
        code.set(holds);
      },
    );
    results.forEach((locals, output) =>
      locals?.forEach((local, dword) => {
        code.i32(0);
        code.get(local);
        code.memory('i32.store', RESULTS + 8 * output + 4 * dword);
      }),
    );
    code.i32(0);
    code.get(holds);
    code.memory('i32.store', HOLDS);
  });
  return (inputs) => {
    inputs.forEach((words, position) => memory.set(words, SCALARS / 4 + 2 * position));
    run();
    return {
      holds: memory[HOLDS / 4] === 1,
      dwords: plan.steps.map((step, output) => {
        const at = RESULTS / 4 + 2 * output;
        if (step === undefined) return undefined;
        return [...memory.subarray(at, at + (instruction.outputs[output]!.type === 'i64' ? 2 : 1))];
      }),
    };
  };
}
