/**
 * From expression trees to JavaScript: the reference back end.
 *
 * One function is generated for each distinct *shape* (trees, where each operand lives, float mode) and kept;
 * register numbers and constants are parameters of the factory it yields, so a thousand different
 * `fma v,v,s` share one piece of optimised code. Lane functions contain the loop over the 32 lanes of a strip,
 * once for a full active mask and once for a partial one.
 *
 * Register numbers reach the generated code as plain indexes: a vector register r of a strip sits at v[32·r + lane],
 * a scalar at s[r]. Every 64-bit operand is a pair of consecutive registers.
 */
import type { Node, ValueType } from './expr.ts';
import type { FloatMode } from './float-mode.ts';
import { floatModeKey } from './float-mode.ts';
import { runtime } from './runtime.ts';

export const LANES = 32;

/** What a handler works on: 32 lanes of one wave. All arrays are views of the wave's state. */
export interface Strip {
  /** Vector registers as bits and as f32. */
  readonly v: Int32Array;
  readonly vf: Float32Array;
  /** Scalar registers of the wave as bits and as f32. */
  readonly s: Int32Array;
  readonly sf: Float32Array;
  /** Which 32 lanes of a 64-lane wave: 0 or 1. Masks of 64 lanes are pairs of scalars. */
  readonly half: number;
  /** Scratch of one instruction, never state. */
  readonly temporary: Int32Array;
  readonly temporaryF: Float32Array;
}

export type Handler<S extends Strip = Strip> = (w: S) => void;
/** Fills `temporary` with the lanes an operand is gathered from and returns the active mask that is left. */
export type Gather = (w: never) => number;

/** How an operand is read. `s16`, `u16`: 16 bits extended to i32; `mask`: one bit a lane. */
export type InputType = Exclude<ValueType, 'bool'> | 's16' | 'u16' | 'mask' | 'flag';
export interface InputShape {
  readonly place: 'vector' | 'scalar' | 'constant' | 'temporary';
  readonly type: InputType;
  /** Float sign operations on the way in. */
  readonly negate: boolean;
  readonly absolute: boolean;
  /** Upper 16 bits of the register. */
  readonly high: boolean;
}
/** `u16`, `f16` and `bf16` in a vector write one half and keep the other. */
export type OutputType = Exclude<ValueType, 'bool'> | 'u16' | 'mask' | 'flag';
export interface OutputShape {
  readonly place: 'vector' | 'scalar';
  readonly type: OutputType;
  readonly high: boolean;
}
export interface TreeInstruction {
  readonly inputs: readonly InputShape[];
  readonly outputs: readonly OutputShape[];
  /** One root for each output. */
  readonly results: readonly Node[];
}
export interface CompileOptions {
  readonly mode: FloatMode;
  /** Scalar index of the active mask (its second half follows). Absent: scalar code without lanes. */
  readonly active?: number;
  /** The first input is gathered across lanes first. */
  readonly gathered?: boolean;
  /** Scalar index that collects raised exceptions, where the mode wants them. */
  readonly raised?: number;
}
/** Parameters in order: two for each input (register or low bits, high bits), then one for each output; instruction after instruction. */
export type Factory = (parameters: readonly number[], gather?: Gather) => Handler;

const REGISTER = LANES;

interface Value {
  /** JavaScript expression without side effects, cheap to repeat. */
  readonly a: string;
  /** High half of an i64. */
  readonly b: string;
  readonly uniform: boolean;
  /** Expression for the unmodified bits (16, 32, or high 32 of 64), where the value is a plain operand. */
  readonly raw: string;
}

/** Text of the factory's body; exported for tests and for reading what a shape turned into. */
export function generate(instructions: readonly TreeInstruction[], options: CompileOptions): string {
  const before: string[] = [];
  const bodyLines: string[] = [];
  const after: string[] = [];
  const stores: string[] = [];
  const lanes = options.active !== undefined;
  const parameters: string[] = [];
  let temporaries = 0;
  let parameter = 0;
  for (const [index, instruction] of instructions.entries()) {
    const emitter = new Emitter(
      instruction,
      index,
      options,
      lanes,
      parameter,
      () => `t${temporaries++}`,
      before,
      bodyLines,
    );
    parameter += instruction.inputs.length * 2;
    for (const [position, output] of instruction.outputs.entries()) {
      emitter.store(output, instruction.results[position]!, `p${parameter++}`, stores, after);
    }
  }
  if (options.mode.exceptions && options.raised !== undefined) {
    before.unshift('let raised = 0;');
    after.push(`s[${options.raised}] |= raised;`);
  }
  for (let i = 0; i < parameter; i++) parameters.push(`const p${i} = P[${i}];`);
  const names = Object.keys(runtime).join(', ');
  const head = `'use strict';\nconst { ${names} } = R;\nconst fround = Math.fround;\nreturn (P, gather) => {\n${parameters.join('\n')}\n`;
  if (!lanes) {
    return `${head}return (w) => {\nconst s = w.s, sf = w.sf;\n${[...before, ...bodyLines, ...stores, ...after].join('\n')}\n};\n};`;
  }
  const body = [...bodyLines, ...stores].join('\n');
  const active = options.gathered ? 'gather(w)' : `s[${options.active} + h]`;
  return `${head}return (w) => {
const v = w.v, vf = w.vf, s = w.s, sf = w.sf, h = w.half, tv = w.temporary, tf = w.temporaryF;
const e = ${active};
${before.join('\n')}
if (e === -1) {
for (let i = 0; i < ${LANES}; i++) {
${body}
}
} else {
for (let i = 0; i < ${LANES}; i++) {
if ((e >>> i & 1) === 0) continue;
${body}
}
}
${after.join('\n')}
};
};`;
}

/** Operations that raise exceptions; the others move, compare or classify. */
const raising: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'fma',
  'fmaScaled',
  'minNum',
  'maxNum',
  'ldexp',
  'convert',
  'sqrt',
  'rcp',
  'rsq',
  'exp2',
  'log2',
  'sinTurns',
  'cosTurns',
  'divisionFixup',
  'toIntS',
  'toIntU',
  'trunc',
  'floor',
  'ceil',
  'roundEven',
  'fract',
]);

class Emitter {
  readonly #instruction: TreeInstruction;
  readonly #index: number;
  readonly #mode: FloatMode;
  readonly #raises: boolean;
  readonly #lanes: boolean;
  readonly #firstParameter: number;
  readonly #name: () => string;
  readonly #before: string[];
  readonly #body: string[];
  readonly #memo = new Map<Node, Value>();
  readonly #inputs = new Map<number, Value>();

  constructor(
    instruction: TreeInstruction,
    index: number,
    options: CompileOptions,
    lanes: boolean,
    firstParameter: number,
    name: () => string,
    before: string[],
    body: string[],
  ) {
    this.#instruction = instruction;
    this.#index = index;
    this.#mode = options.mode;
    this.#raises = options.mode.exceptions === true && options.raised !== undefined;
    this.#lanes = lanes;
    this.#firstParameter = firstParameter;
    this.#name = name;
    this.#before = before;
    this.#body = body;
  }

  /** Emits the store of one result. Stores come after every read, so that all results see the old state. */
  store(output: OutputShape, root: Node, p: string, stores: string[], after: string[]): void {
    const x = this.#value(root);
    if (output.type === 'mask') {
      const m = this.#name();
      this.#before.push(`let ${m} = 0;`);
      stores.push(`if (${x.a}) ${m} |= 1 << i;`);
      after.push(`s[${p} + h] = ${m};`);
      return;
    }
    if (output.place === 'scalar') {
      if (output.type === 'flag') after.push(`s[${p}] = ${x.a} ? 1 : 0;`);
      else if (output.type === 'i64') after.push(`s[${p}] = ${x.a}; s[${p} + 1] = ${x.b};`);
      else if (output.type === 'f32') after.push(`s[${p}] = bitsF32(${x.a});`);
      else after.push(`s[${p}] = ${x.a};`);
      return;
    }
    const at = `${p} + i`;
    switch (output.type) {
      case 'i32':
        stores.push(`v[${at}] = ${x.a};`);
        break;
      case 'i64':
        stores.push(`v[${at}] = ${x.a}; v[${at} + ${REGISTER}] = ${x.b};`);
        break;
      case 'f32':
        stores.push(`if (${x.a} === ${x.a}) vf[${at}] = ${x.a}; else v[${at}] = ${0x7fc00000};`);
        break;
      case 'f64':
        stores.push(`v[${at}] = lowF64(${x.a}); v[${at} + ${REGISTER}] = highF64(${x.a});`);
        break;
      case 'f16':
      case 'bf16':
      case 'u16': {
        const bits =
          output.type === 'f16' ? `bitsF16(${x.a})` : output.type === 'bf16' ? `bitsBf16(${x.a})` : `(${x.a} & 0xffff)`;
        stores.push(
          output.high
            ? `v[${at}] = (v[${at}] & 0xffff) | (${bits} << 16);`
            : `v[${at}] = (v[${at}] & -65536) | ${bits};`,
        );
        break;
      }
      default:
        throw new TypeError(`a ${output.type} cannot be stored in a vector register`);
    }
  }

  #bind(expression: string, uniform: boolean): string {
    const name = this.#name();
    (uniform ? this.#before : this.#body).push(`const ${name} = ${expression};`);
    return name;
  }

  #simple(expression: string, uniform: boolean): Value {
    return { a: this.#bind(expression, uniform), b: '', uniform, raw: '' };
  }

  #value(node: Node): Value {
    const known = this.#memo.get(node);
    if (known !== undefined) return known;
    const made = this.#make(node);
    this.#memo.set(node, made);
    return made;
  }

  #input(position: number, type: ValueType): Value {
    const known = this.#inputs.get(position);
    if (known !== undefined) return known;
    const shape = this.#instruction.inputs[position];
    if (shape === undefined) throw new RangeError(`no operand ${position}`);
    const value = this.#read(shape, position, type);
    this.#inputs.set(position, value);
    return value;
  }

  #read(shape: InputShape, position: number, type: ValueType): Value {
    const p = `p${this.#firstParameter + position * 2}`;
    const q = `p${this.#firstParameter + position * 2 + 1}`;
    const uniform = shape.place === 'scalar' || shape.place === 'constant';
    const inArray = (array: string, floats: string, stride: number): { low: string; high: string; number: string } => ({
      low: `${array}[${p} + i]`,
      high: `${array}[${p} + i + ${stride}]`,
      number: `${floats}[${p} + i]`,
    });
    const cell =
      shape.place === 'vector'
        ? inArray('v', 'vf', REGISTER)
        : shape.place === 'temporary'
          ? { low: 'tv[i]', high: `tv[i + ${REGISTER}]`, number: 'tf[i]' }
          : shape.place === 'scalar'
            ? { low: `s[${p}]`, high: `s[${p} + 1]`, number: `sf[${p}]` }
            : { low: p, high: q, number: `asF32(${p})` };
    switch (shape.type) {
      case 'mask': {
        const word = this.#bind(shape.place === 'constant' ? p : `s[${p} + h]`, true);
        return { a: `((${word} >>> i & 1) !== 0)`, b: '', uniform: false, raw: '' };
      }
      case 'flag':
        return this.#simple(`${cell.low} !== 0`, uniform);
      case 'i32': {
        let e = cell.low;
        if (shape.absolute) e = `(${e} & 0x7fffffff)`;
        if (shape.negate) e = `(${e} ^ 0x80000000)`;
        return this.#simple(e, uniform);
      }
      case 'u16':
      case 's16': {
        let e = shape.high ? `${cell.low} >>> 16` : `${cell.low} & 0xffff`;
        if (shape.absolute) e = `(${e}) & 0x7fff`;
        if (shape.negate) e = `(${e}) ^ 0x8000`;
        return this.#simple(shape.type === 's16' ? `(${e}) << 16 >> 16` : e, uniform);
      }
      case 'i64': {
        let high = cell.high;
        if (shape.absolute) high = `(${high} & 0x7fffffff)`;
        if (shape.negate) high = `(${high} ^ 0x80000000)`;
        return { a: this.#bind(cell.low, uniform), b: this.#bind(high, uniform), uniform, raw: '' };
      }
      default:
        break;
    }
    // Floats.
    let e: string;
    let raw: string;
    if (shape.type === 'f32') {
      e = cell.number;
      raw = cell.low;
    } else if (shape.type === 'f64') {
      e = `asF64(${cell.low}, ${cell.high})`;
      raw = cell.high;
    } else {
      raw = shape.high ? `(${cell.low} >>> 16)` : `(${cell.low} & 0xffff)`;
      e = shape.type === 'f16' ? `asF16(${raw})` : `asBf16(${raw})`;
    }
    if (shape.absolute) e = `Math.abs(${e})`;
    if (shape.negate) e = `-${e}`;
    if (type === 'f32' && this.#mode.flushInput32) e = `flush32(${e})`;
    if (type === 'f64' && this.#mode.flushInput64) e = `flush64(${e})`;
    if (type === 'f16' && this.#mode.flushInput64) e = `flush16(${e})`;
    return { a: this.#bind(e, uniform), b: '', uniform, raw };
  }

  /** `operands` matter where an overflow saturates unless an operand was infinite. */
  #float(expression: string, type: ValueType, uniform: boolean, operands: readonly Value[]): Value {
    let e = expression;
    if (type === 'f32' && this.#mode.flushOutput32) e = `flush32(${e})`;
    if (type === 'f64' && this.#mode.flushOutput64) e = `flush64(${e})`;
    if (type === 'f16' && this.#mode.flushOutput64) e = `flush16(${e})`;
    if (type === 'f16' && this.#mode.saturate16)
      e = `saturate16(${e}, ${operands.map((o) => `${o.a} - ${o.a}`).join(' + ')})`;
    return this.#simple(e, uniform);
  }

  #make(node: Node): Value {
    const { kind, type } = node;
    switch (kind) {
      case 'input':
        return this.#input(node.value, type);
      case 'const':
        return this.#constant(node);
      case 'lane':
        return { a: 'i', b: '', uniform: !this.#lanes, raw: '' };
      case 'half':
        return { a: 'h', b: '', uniform: true, raw: '' };
      case 'shuffle':
        return this.#shuffle(node);
      default:
        break;
    }
    const args = node.args.map((argument) => this.#value(argument));
    const uniform = args.every((argument) => argument.uniform);
    const of = node.args[0]?.type ?? type;
    const [x, y, z] = args as [Value, Value, Value];
    const int = (e: string): Value => this.#simple(e, uniform);
    const wide = (a: string, b: string): Value => ({
      a: this.#bind(a, uniform),
      b: this.#bind(b, uniform),
      uniform,
      raw: '',
    });
    switch (kind) {
      case 'select':
        return type === 'i64'
          ? wide(`${x.a} ? ${y.a} : ${z.a}`, `${x.a} ? ${y.b} : ${z.b}`)
          : int(`${x.a} ? ${y.a} : ${z.a}`);
      case 'pack':
        return wide(x.a, y.a);
      case 'low':
        return { ...x, b: '', raw: '' };
      case 'high':
        return { a: x.b, b: '', uniform: x.uniform, raw: '' };
      case 'extendU':
        return { a: x.a, b: '0', uniform, raw: '' };
      case 'extendS':
        return wide(x.a, `${x.a} >> 31`);
      case 'eq':
        return int(of === 'i64' ? `${x.a} === ${y.a} && ${x.b} === ${y.b}` : `${x.a} === ${y.a}`);
      case 'ne':
        return int(of === 'i64' ? `${x.a} !== ${y.a} || ${x.b} !== ${y.b}` : `${x.a} !== ${y.a}`);
      case 'lt':
        return int(`${x.a} < ${y.a}`);
      case 'le':
        return int(`${x.a} <= ${y.a}`);
      case 'unordered':
        return int(`${x.a} !== ${x.a} || ${y.a} !== ${y.a}`);
      default:
        break;
    }
    if (of === 'bool') return int(this.#boolean(node, x, y));
    if (of === 'i64') {
      const parts = this.#integer64(node, x, y);
      if (parts !== undefined) return parts.length === 2 ? wide(parts[0]!, parts[1]!) : int(parts[0]!);
    }
    if (of === 'i32') {
      const e = this.#integer32(node, x, y, z);
      if (e !== undefined) return int(e);
    }
    return this.#floatNode(node, args, uniform);
  }

  #constant(node: Node): Value {
    const literal = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));
    const text = node.type === 'bool' ? String(node.value !== 0) : literal(node.value);
    return {
      a: node.value < 0 || Object.is(node.value, -0) ? `(${text})` : text,
      b: node.high < 0 ? `(${node.high})` : String(node.high),
      uniform: true,
      raw: '',
    };
  }

  /** Lanes may be overwritten while the loop runs, so the source register is copied first. */
  #shuffle(node: Node): Value {
    const position = node.args[0]!.value;
    const shape = this.#instruction.inputs[position]!;
    const lane = this.#value(node.args[1]!);
    const p = `p${this.#firstParameter + position * 2}`;
    if (shape.place !== 'vector') return this.#input(position, node.type);
    const copy = `c${this.#index}_${position}`;
    const line = `const ${copy} = v.slice(${p}, ${p} + ${REGISTER});`;
    if (!this.#before.includes(line)) this.#before.push(line);
    return this.#simple(`${copy}[${lane.a} & 31]`, false);
  }

  #boolean({ kind }: Node, x: Value, y: Value): string {
    switch (kind) {
      case 'and':
        return `${x.a} && ${y.a}`;
      case 'or':
        return `${x.a} || ${y.a}`;
      case 'xor':
        return `${x.a} !== ${y.a}`;
      case 'not':
        return `!${x.a}`;
      default:
        throw new TypeError(`${kind} of booleans`);
    }
  }

  #integer32(node: Node, x: Value, y: Value, z: Value): string | undefined {
    const { kind } = node;
    switch (kind) {
      case 'add':
        return `(${x.a} + ${y.a}) | 0`;
      case 'sub':
        return `(${x.a} - ${y.a}) | 0`;
      case 'mul':
        return `Math.imul(${x.a}, ${y.a})`;
      case 'and':
        return `${x.a} & ${y.a}`;
      case 'or':
        return `${x.a} | ${y.a}`;
      case 'xor':
        return `${x.a} ^ ${y.a}`;
      case 'not':
        return `~${x.a}`;
      case 'shl':
        return `${x.a} << ${y.a}`;
      case 'shr':
        return `(${x.a} >>> ${y.a}) | 0`;
      case 'sar':
        return `${x.a} >> ${y.a}`;
      case 'mulHighU':
        return `mulHighU(${x.a}, ${y.a})`;
      case 'mulHighS':
        return `mulHighS(${x.a}, ${y.a})`;
      case 'minU':
        return `(${x.a} >>> 0) < (${y.a} >>> 0) ? ${x.a} : ${y.a}`;
      case 'maxU':
        return `(${x.a} >>> 0) > (${y.a} >>> 0) ? ${x.a} : ${y.a}`;
      case 'minS':
        return `${x.a} < ${y.a} ? ${x.a} : ${y.a}`;
      case 'maxS':
        return `${x.a} > ${y.a} ? ${x.a} : ${y.a}`;
      case 'countLeadingZeros':
        return `Math.clz32(${x.a})`;
      case 'countTrailingZeros':
        return `countTrailingZeros(${x.a})`;
      case 'popCount':
        return `popCount(${x.a})`;
      case 'reverseBits':
        return `reverseBits(${x.a})`;
      case 'bytePermute':
        return `bytePermute(${x.a}, ${y.a}, ${z.a})`;
      case 'ltS':
        return `${x.a} < ${y.a}`;
      case 'leS':
        return `${x.a} <= ${y.a}`;
      case 'ltU':
        return `(${x.a} >>> 0) < (${y.a} >>> 0)`;
      case 'leU':
        return `(${x.a} >>> 0) <= (${y.a} >>> 0)`;
      default:
        return undefined;
    }
  }

  #integer64(node: Node, x: Value, y: Value): string[] | undefined {
    const { kind } = node;
    const parts = (names: string[]): string[] => names;
    switch (kind) {
      case 'add': {
        const low = this.#bind(`(${x.a} + ${y.a}) | 0`, x.uniform && y.uniform);
        return parts([low, `(${x.b} + ${y.b} + ((${low} >>> 0) < (${x.a} >>> 0) ? 1 : 0)) | 0`]);
      }
      case 'sub':
        return parts([`(${x.a} - ${y.a}) | 0`, `(${x.b} - ${y.b} - ((${x.a} >>> 0) < (${y.a} >>> 0) ? 1 : 0)) | 0`]);
      case 'mul':
        return parts([
          `Math.imul(${x.a}, ${y.a})`,
          `(mulHighU(${x.a}, ${y.a}) + Math.imul(${x.a}, ${y.b}) + Math.imul(${x.b}, ${y.a})) | 0`,
        ]);
      case 'and':
        return parts([`${x.a} & ${y.a}`, `${x.b} & ${y.b}`]);
      case 'or':
        return parts([`${x.a} | ${y.a}`, `${x.b} | ${y.b}`]);
      case 'xor':
        return parts([`${x.a} ^ ${y.a}`, `${x.b} ^ ${y.b}`]);
      case 'not':
        return parts([`~${x.a}`, `~${x.b}`]);
      case 'shl':
        return parts([`shl64Low(${x.a}, ${y.a})`, `shl64High(${x.a}, ${x.b}, ${y.a})`]);
      case 'shr':
        return parts([`shr64Low(${x.a}, ${x.b}, ${y.a})`, `shr64High(${x.b}, ${y.a})`]);
      case 'sar':
        return parts([`sar64Low(${x.a}, ${x.b}, ${y.a})`, `sar64High(${x.b}, ${y.a})`]);
      case 'reverseBits':
        return parts([`reverseBits(${x.b})`, `reverseBits(${x.a})`]);
      case 'countLeadingZeros':
        return parts([`${x.b} !== 0 ? Math.clz32(${x.b}) : 32 + Math.clz32(${x.a})`]);
      case 'countTrailingZeros':
        return parts([`${x.a} !== 0 ? countTrailingZeros(${x.a}) : 32 + countTrailingZeros(${x.b})`]);
      case 'popCount':
        return parts([`popCount(${x.a}) + popCount(${x.b})`]);
      case 'ltU':
        return parts([`(${x.b} >>> 0) < (${y.b} >>> 0) || (${x.b} === ${y.b} && (${x.a} >>> 0) < (${y.a} >>> 0))`]);
      case 'leU':
        return parts([`(${x.b} >>> 0) < (${y.b} >>> 0) || (${x.b} === ${y.b} && (${x.a} >>> 0) <= (${y.a} >>> 0))`]);
      case 'ltS':
        return parts([`${x.b} < ${y.b} || (${x.b} === ${y.b} && (${x.a} >>> 0) < (${y.a} >>> 0))`]);
      case 'leS':
        return parts([`${x.b} < ${y.b} || (${x.b} === ${y.b} && (${x.a} >>> 0) <= (${y.a} >>> 0))`]);
      case 'minU':
      case 'maxU':
      case 'minS':
      case 'maxS': {
        const signed = kind.endsWith('S');
        const less = signed ? `${x.b} < ${y.b}` : `(${x.b} >>> 0) < (${y.b} >>> 0)`;
        const c = this.#bind(
          `${less} || (${x.b} === ${y.b} && (${x.a} >>> 0) < (${y.a} >>> 0))`,
          x.uniform && y.uniform,
        );
        const [s, t] = kind.startsWith('min') ? [x, y] : [y, x];
        return parts([`${c} ? ${s.a} : ${t.a}`, `${c} ? ${s.b} : ${t.b}`]);
      }
      default:
        return undefined;
    }
  }

  #floatNode(node: Node, args: readonly Value[], uniform: boolean): Value {
    const result = this.#floatValue(node, args, uniform);
    if (this.#raises) this.#raise(node, args, uniform, result);
    return result;
  }

  /** Collects what an operation raises. Code that runs once a wave raises nothing where no lane is active. */
  #raise({ kind, type, args: nodes }: Node, args: readonly Value[], uniform: boolean, result: Value): void {
    const emit = (e: string): void => {
      if (uniform) this.#before.push(`if (${this.#lanes ? 'e !== 0' : 'true'}) raised |= ${e};`);
      else this.#body.push(`raised |= ${e};`);
    };
    if (!raising.has(kind)) return;
    const widthOf = (t: ValueType): string => (t === 'f32' ? '32' : t === 'f64' ? '64' : '16');
    args.forEach((x, n) => {
      if (x.raw !== '' && nodes[n]!.type.startsWith('f'))
        emit(`raisedByOperand${widthOf(nodes[n]!.type)}(${x.a}, ${x.raw})`);
    });
    const [a, b = '0', c = '0'] = args.map((x) => x.a) as [string, string, string];
    const width = type.startsWith('f') ? widthOf(type) : widthOf(nodes[0]!.type);
    emit(`raisedBy('${kind}', ${width}, ${a}, ${b}, ${c}, ${kind === 'toIntU' ? `${result.a} >>> 0` : result.a})`);
  }

  #floatValue(node: Node, args: readonly Value[], uniform: boolean): Value {
    const { kind, type } = node;
    const of = node.args[0]!.type;
    const mode = this.#mode;
    const [x, y, z] = args as [Value, Value, Value];
    const round = type === 'f32' ? mode.round32 : mode.round64;
    const plain = (e: string): Value => this.#simple(e, uniform);
    const float = (e: string): Value =>
      this.#float(
        e,
        type,
        uniform,
        args.filter((_, n) => node.args[n]!.type.includes('f')),
      );
    const width = type === 'f32' ? '32' : type === 'f64' ? '64' : '16';
    /** Rounds an f64 expression that holds the exact value, or enough of it. */
    const rounded = (e: string): string =>
      type === 'f64'
        ? e
        : type === 'bf16'
          ? `roundBf16(${e})`
          : round === 0
            ? type === 'f32'
              ? `fround(${e})`
              : `roundF16(${e})`
            : `roundF${width}In(${e}, ${round})`;
    switch (kind) {
      case 'add':
        if (round === 0 || type === 'bf16') return float(rounded(`${x.a} + ${y.a}`));
        return float(`add${width}In(${x.a}, ${y.a}, ${round})`);
      case 'sub':
        if (round === 0 || type === 'bf16') return float(rounded(`${x.a} - ${y.a}`));
        return float(`add${width}In(${x.a}, -${y.a}, ${round})`);
      case 'mul':
        if (round === 0 || type !== 'f64') return float(rounded(`${x.a} * ${y.a}`));
        return float(`mul64In(${x.a}, ${y.a}, ${round})`);
      case 'mulUnrounded':
        return plain(`${x.a} * ${y.a}`);
      case 'fma':
        if (type === 'bf16') return float(`roundBf16(${x.a} * ${y.a} + ${z.a})`);
        return float(
          round === 0 ? `fma${width}(${x.a}, ${y.a}, ${z.a})` : `fma${width}In(${x.a}, ${y.a}, ${z.a}, ${round})`,
        );
      case 'minNum':
      case 'maxNum': {
        const [less, other] = kind === 'minNum' ? ['<', 'minOfEqual'] : ['>', 'maxOfEqual'];
        const pick = `${x.a} ${less} ${y.a} ? ${x.a} : ${y.a} ${less} ${x.a} ? ${y.a} : `;
        // A quiet NaN loses against a number; a signalling one must be looked at bit by bit.
        const signalling =
          mode.ieee && (x.raw !== '' || y.raw !== '')
            ? `(${[x, y]
                .filter((o) => o.raw !== '')
                .map((o) => `isSignaling${width}(${o.raw})`)
                .join(' || ')}) ? NaN : `
            : '';
        return float(`${pick}${signalling}${other}(${x.a}, ${y.a})`);
      }
      case 'fmaScaled':
        return float(`fmaScaled${width}(${x.a}, ${y.a}, ${z.a}, ${args[3]!.a}, ${round})`);
      case 'neg':
        return plain(`-${x.a}`);
      case 'abs':
        return plain(`Math.abs(${x.a})`);
      case 'trunc':
        return plain(`Math.trunc(${x.a})`);
      case 'floor':
        return plain(`Math.floor(${x.a})`);
      case 'ceil':
        return plain(`Math.ceil(${x.a})`);
      case 'roundEven':
        return plain(`roundEven(${x.a})`);
      case 'fract':
        return float(`fract${width}(${x.a})`);
      case 'ldexp':
        return float(rounded(`ldexp64(${x.a}, ${y.a})`));
      case 'frexpMantissa':
        return plain(`frexpMantissa(${x.a})`);
      case 'frexpExponent':
        return plain(`frexpExponent(${x.a})`);
      case 'classify': {
        const w = of === 'f32' ? '32' : of === 'f64' ? '64' : '16';
        return plain(`classify${w}(${x.a}, ${x.raw === '' ? 0 : x.raw})`);
      }
      case 'flushDenormal':
        return plain(`flush${width}(${x.a})`);
      case 'clampUnit':
        return plain(
          `${x.a} > 1 ? 1 : ${x.a} > 0 ? ${x.a} : ${mode.clampNanToZero ? '0' : `${x.a} === ${x.a} ? 0 : NaN`}`,
        );
      case 'outputScale':
        return float(rounded(`(${x.a} * ${node.value}) + 0`));
      case 'sqrt':
        return float(rounded(`Math.sqrt(${x.a})`));
      case 'rcp':
        return float(rounded(`1 / ${x.a}`));
      case 'rsq':
        return float(rounded(`1 / Math.sqrt(${x.a})`));
      case 'exp2':
        return float(rounded(`exp2(${x.a})`));
      case 'log2':
        return float(rounded(`log2(${x.a})`));
      case 'sinTurns':
        return float(rounded(`sinTurns(${x.a})`));
      case 'cosTurns':
        return float(rounded(`cosTurns(${x.a})`));
      case 'divisionFixup':
        return float(rounded(`divisionFixup${width}(${x.a}, ${y.a}, ${z.a})`));
      case 'twoOverPi':
        return plain(`twoOverPi(${x.a}, ${y.a})`);
      case 'convert':
        return float(type === 'f64' ? x.a : rounded(x.a));
      case 'convertTowardZero':
        return float(type === 'f16' ? `towardZero16(${x.a})` : `towardZero32(${x.a})`);
      case 'toIntS':
        return plain(`toIntS(${x.a})`);
      case 'toIntU':
        return plain(`toIntU(${x.a})`);
      case 'fromIntS':
        return float(type === 'f64' ? `+${x.a}` : rounded(x.a));
      case 'fromIntU':
        return float(type === 'f64' ? `(${x.a} >>> 0)` : rounded(`(${x.a} >>> 0)`));
      case 'bits':
        if (of === 'f64') {
          return {
            a: this.#bind(`lowF64(${x.a})`, uniform),
            b: this.#bind(`highF64(${x.a})`, uniform),
            uniform,
            raw: '',
          };
        }
        return plain(of === 'f32' ? `bitsF32(${x.a})` : of === 'f16' ? `bitsF16(${x.a})` : `bitsBf16(${x.a})`);
      case 'fromBits':
        return plain(
          type === 'f32'
            ? `asF32(${x.a})`
            : type === 'f64'
              ? `asF64(${x.a}, ${x.b})`
              : type === 'f16'
                ? `asF16(${x.a})`
                : `asBf16(${x.a})`,
        );
      default:
        throw new TypeError(`${kind} of ${of} has no emission`);
    }
  }
}

/** Generated factories by shape. A cache of pure functions: holds no state of any card. */
export class Compiler {
  readonly #factories = new Map<string, Factory>();

  /** Number of distinct shapes generated so far. */
  get shapes(): number {
    return this.#factories.size;
  }

  /**
   * The factory for `instructions`, generated at the first request for `key`. Operand shapes and mode are part of
   * the key by themselves; `key` must tell the trees apart.
   */
  factory(key: string, options: CompileOptions, instructions: () => readonly TreeInstruction[]): Factory {
    const whole = `${key}|${floatModeKey(options.mode)}|${options.active ?? ''}|${options.gathered ? 1 : 0}`;
    let factory = this.#factories.get(whole);
    if (factory === undefined) {
      factory = (new Function('R', generate(instructions(), options)) as (r: typeof runtime) => Factory)(runtime);
      this.#factories.set(whole, factory);
    }
    return factory;
  }
}

/** Text for a shape key. */
export function shapeKey(inputs: readonly InputShape[], outputs: readonly OutputShape[]): string {
  let key = '';
  for (const i of inputs)
    key += `${i.place[0]}${i.type}${i.negate ? 'n' : ''}${i.absolute ? 'a' : ''}${i.high ? 'h' : ''},`;
  key += '>';
  for (const o of outputs) key += `${o.place[0]}${o.type}${o.high ? 'h' : ''},`;
  return key;
}
