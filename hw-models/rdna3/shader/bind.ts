/**
 * One decoded instruction to one bound handler: looks up semantics by mnemonic, turns operands into shapes and
 * parameters, and lets the compiler make (or find) the code.
 *
 * Pure software.
 */
import { Compiler, shapeKey } from '../../exec/compile.ts';
import type { Gather, InputShape, InputType, OutputShape, OutputType, TreeInstruction } from '../../exec/compile.ts';
import { build } from '../../exec/expr.ts';
import type { Node, ValueType } from '../../exec/expr.ts';
import type { FloatMode } from '../../exec/float-mode.ts';
import { dppGather, laneOperation, ldsLaneOperation } from './cross-lane.ts';
import { isHint } from './control.ts';
import type { Decoded, Operand } from './isa/types.ts';
import { matrixOperation } from './matrix.ts';
import { bufferMemory } from './buffer-ops.ts';
import { ldsMemory, scalarLoad, vectorMemory } from './memory-ops.ts';
import { treeOf } from './semantics/index.ts';
import { memorySemantics } from './semantics/memory.ts';
import type { Semantics, TreeSemantics } from './semantics/define.ts';
import { EXEC, LANES, NULL, S, VCC } from './state.ts';
import type { RdnaHandler, RdnaStrip } from './strip.ts';

export interface BindContext {
  readonly semantics: Semantics;
  readonly compiler: Compiler;
  readonly mode: FloatMode;
  readonly vgprs: number;
  readonly wave64: boolean;
}
export interface Bound {
  readonly handler: RdnaHandler;
  /** Called once a wave instead of once a strip. */
  readonly perWave: boolean;
  /** `handler` is made each time it is asked for. */
  readonly lazy?: boolean;
  /** Leaves the exceptions it raises in the wave's RAISED scalar. */
  readonly raises?: boolean;
}

/** One tree instruction with its operands placed: what back ends make code from. */
export interface Shaped {
  readonly instruction: Omit<TreeInstruction, 'results'>;
  /** Two numbers an input (scalar index, vector register times 32, or constant; high dword), then one an output. */
  readonly parameters: readonly number[];
  readonly results: () => readonly Node[];
  /** Equal for equal trees and places. */
  readonly key: string;
  /** Handler to run first: values that no register holds. */
  readonly before: RdnaHandler | undefined;
}

/** Where output `n` goes: the index of a scalar, or of a vector register times 32. */
export const destinationOf = ({ instruction, parameters }: Shaped, n: number): number =>
  parameters[2 * instruction.inputs.length + n]!;
/** Does it take two dwords? */
export const isWide = (type: InputType | OutputType): boolean => type === 'i64' || type === 'f64';

const words: Record<string, InputType> = {
  f16: 'f16',
  bf16: 'bf16',
  f32: 'f32',
  f64: 'f64',
  b32: 'i32',
  b64: 'i64',
  u16: 'u16',
  s16: 's16',
  m: 'mask',
  vcc: 'mask',
  scc: 'flag',
  exec32: 'i32',
  exec64: 'i64',
};
const valueTypes: Record<InputType, ValueType> = {
  f16: 'f16',
  bf16: 'bf16',
  f32: 'f32',
  f64: 'f64',
  i32: 'i32',
  i64: 'i64',
  u16: 'i32',
  s16: 'i32',
  mask: 'bool',
  flag: 'bool',
};

function vccz(w: RdnaStrip): void {
  w.s[S.COMPUTED] = w.s[VCC] === 0 && (w.other === undefined || w.s[VCC + 1] === 0) ? 1 : 0;
}
/** SCC as 64 bits: what lies behind it among the scalars is something else. */
function wideScc(w: RdnaStrip): void {
  w.s[S.COMPUTED] = w.s[S.SCC]!;
}
function execz(w: RdnaStrip): void {
  w.s[S.COMPUTED] = w.s[EXEC] === 0 && (w.other === undefined || w.s[EXEC + 1] === 0) ? 1 : 0;
}

function shapeOf(d: Decoded, semantics: TreeSemantics, mode: FloatMode, gathered: boolean): Shaped {
  const inputs: InputShape[] = [];
  const outputs: OutputShape[] = [];
  const parameters: number[] = [];
  let before: RdnaHandler | undefined;
  let nextSource = 0;
  const scalar = (type: InputType, index: number): void => {
    inputs.push({ place: 'scalar', type, negate: false, absolute: false, high: false });
    parameters.push(index, 0);
  };
  const constant = (type: InputType, low: number, high: number, o?: Operand): void => {
    inputs.push({
      place: 'constant',
      type,
      negate: !semantics.packed && o?.neg === true,
      absolute: !semantics.packed && o?.abs === true,
      high: false,
    });
    parameters.push(low | 0, high | 0);
  };
  const operand = (type: InputType, o: Operand, first: boolean): void => {
    const plain = semantics.packed;
    const modifiers = { negate: !plain && o.neg, absolute: !plain && o.abs, high: !plain && o.high };
    switch (o.kind) {
      case 'vgpr':
        inputs.push({ place: first && gathered ? 'temporary' : 'vector', type, ...modifiers });
        parameters.push(o.index * LANES, 0);
        break;
      case 'sgpr':
        if (o.index === NULL) constant(type, 0, 0, o);
        else {
          inputs.push({ place: 'scalar', type, ...modifiers });
          parameters.push(o.index, 0);
        }
        break;
      case 'special':
        inputs.push({ place: 'scalar', type, ...modifiers });
        if (o.index >= 235 && o.index <= 238) parameters.push(S.APERTURES + (o.index - 235) * 2, 0);
        else if (o.index === 253 && type !== 'i64' && type !== 'f64') parameters.push(S.SCC, 0);
        else {
          before = o.index === 251 ? vccz : o.index === 252 ? execz : o.index === 253 ? wideScc : before;
          parameters.push(o.index === 239 ? S.COMPUTED + 4 : S.COMPUTED, 0);
        }
        break;
      default:
        constant(type, o.lo, o.hi, o);
    }
  };
  const nodes: Node[] = [];
  for (const word of semantics.inputs) {
    const position = inputs.length;
    const [prefix, rest] = word.includes(':') ? (word.split(':') as [string, string]) : ['', word];
    if (word === 'imm') constant('i32', d.imm, 0);
    else if (word === 'scc') scalar('flag', S.SCC);
    else if (word === 'vcc') scalar('mask', VCC);
    else if (word === 'exec32' || word === 'exec64') scalar(words[word]!, EXEC);
    else if (prefix === 'd') operand(words[rest]!, d.dst[0]!, false);
    else if (prefix === 's2+2') operand(words[rest]!, { ...d.src[2]!, index: d.src[2]!.index + 2 }, false);
    else if (word === 'm') {
      const o = d.src[nextSource++];
      if (o === undefined) scalar('mask', VCC);
      else operand('mask', o, false);
    } else {
      const o = d.src[nextSource];
      if (o === undefined) throw new RangeError(`${d.row.name} has no source ${nextSource}`);
      operand(words[rest]!, o, nextSource === 0);
      nextSource++;
    }
    nodes.push(build.input(position, valueTypes[inputs[position]!.type]));
  }
  let nextDestination = 0;
  const put = (place: OutputShape['place'], type: OutputType, index: number, high: boolean): void => {
    outputs.push({ place, type, high });
    parameters.push(index);
  };
  for (const word of semantics.outputs) {
    if (word === 'scc') put('scalar', 'flag', S.SCC, false);
    else if (word === 'exec32' || word === 'exec64') put('scalar', word === 'exec32' ? 'i32' : 'i64', EXEC, false);
    else if (word === 'xm') put('scalar', 'mask', EXEC, false);
    else if (word.startsWith('s0:')) put('vector', outputType(word.slice(3)), d.src[0]!.index * LANES, d.src[0]!.high);
    else if (word.startsWith('d2:')) put('vector', outputType(word.slice(3)), (d.dst[0]!.index + 2) * LANES, false);
    else {
      const o = d.dst[nextDestination++];
      if (word === 'm') put('scalar', 'mask', o === undefined ? VCC : o.index === NULL ? S.SINK : o.index, false);
      else if (o === undefined) throw new RangeError(`${d.row.name} has no destination`);
      else if (o.kind === 'vgpr')
        put(
          'vector',
          outputType(word),
          o.index * LANES,
          word === 'f16h' || (!semantics.packed && o.high) || (semantics.packed && word === 'f16' && o.high),
        );
      else put('scalar', outputType(word), o.index === NULL ? S.SINK : o.index, false);
    }
  }
  const [first] = semantics.outputs as [string];
  // Output modifiers work only without IEEE mode and where denormal results are flushed; compilers know.
  const flushes = !mode.ieee && (first === 'f32' ? mode.flushOutput32 : mode.flushOutput64);
  const isFloat = first === 'f32' || first === 'f64' || ((first === 'f16' || first === 'bf16') && !semantics.packed);
  const scale = isFloat && flushes ? d.omod : 0;
  const clamps = isFloat && d.clamp;
  const results = (): readonly Node[] => {
    const made = [...semantics.tree(nodes, { clamp: d.clamp, decoded: d })];
    let top = made[0]!;
    if (scale !== 0) top = build.outputScale(top, [1, 2, 4, 0.5][scale]!);
    if (clamps) top = build.clampUnit(top);
    made[0] = top;
    return made;
  };
  let key = `${d.row.name}${d.clamp ? 'C' : ''}${scale}:${shapeKey(inputs, outputs)}`;
  if (semantics.packed) {
    for (const o of d.src) key += `${+o.neg}${+o.negHigh}${+o.abs}${+o.high}${+o.highOfPair}`;
  }
  return { instruction: { inputs, outputs }, parameters, results, key, before };
}

function outputType(word: string): OutputType {
  return word === 'b32' ? 'i32' : word === 'b64' ? 'i64' : word === 'f16h' ? 'f16' : (word as OutputType);
}

const isVectorFormat = (d: Decoded): boolean => d.format.startsWith('VOP');

/** The tree instructions of `d` (two of a dual one); undefined where it is no tree instruction. */
export function shapesOf(d: Decoded, context: Pick<BindContext, 'semantics' | 'mode'>): Shaped[] | undefined {
  const semantics = treeOf(context.semantics, d.row.name);
  if (semantics === undefined) return undefined;
  const parts = [shapeOf(d, semantics, context.mode, d.dpp !== undefined)];
  if (d.second === undefined) return parts;
  const second = treeOf(context.semantics, d.second.row.name);
  if (second === undefined) return undefined;
  parts.push(shapeOf(d.second, second, context.mode, false));
  return parts;
}

/** The scalar pair that gets a lane mask and is a scalar source, too, or part of another mask; −1 where there is none. */
function maskReadToo(parts: readonly Shaped[]): number {
  for (const part of parts) {
    const { parameters } = part;
    const { inputs, outputs } = part.instruction;
    for (const [n, output] of outputs.entries()) {
      if (output.type !== 'mask') continue;
      const to = destinationOf(part, n);
      const read = inputs.some((input, i) => {
        if (input.place !== 'scalar') return false;
        const from = parameters[2 * i]!;
        const mask = input.type === 'mask';
        // each half reads its own part of the same pair before it writes it
        if (mask && from === to) return false;
        const last = mask || isWide(input.type) ? from + 1 : from;
        return from <= to + 1 && last >= to;
      });
      if (read) return to;
    }
  }
  return -1;
}
/** Both halves of a wave see the scalars as they were before the instruction. */
function bothHalves(handler: RdnaHandler, mask: number): RdnaHandler {
  return (w) => {
    const { s } = w;
    const before = s[mask]!;
    handler(w);
    const low = s[mask]!;
    s[mask] = before;
    handler(w.other!);
    s[mask] = low;
  };
}

/** Makes the code of a tree instruction, or finds it. */
function treeHandler(d: Decoded, context: BindContext, mask: number): RdnaHandler {
  const vector = isVectorFormat(d);
  const parts = shapesOf(d, context)!;
  const options = {
    mode: context.mode,
    active: vector ? EXEC : undefined,
    gathered: d.dpp !== undefined,
    raised: raisesExceptions(d, context) ? S.RAISED : undefined,
  };
  const factory = context.compiler.factory(parts.map((part) => part.key).join('&'), options, () =>
    parts.map((part) => ({ ...part.instruction, results: part.results() })),
  );
  const gather = d.dpp === undefined ? undefined : (dppGather(d.dpp, d.src[0]!.index) as Gather);
  const handler = factory(
    parts.flatMap((part) => part.parameters),
    gather,
  ) as RdnaHandler;
  if (mask >= 0) return bothHalves(handler, mask);
  const first = parts.find((part) => part.before !== undefined)?.before;
  if (first === undefined) return handler;
  return (w) => {
    first(w);
    handler(w);
  };
}

const raisesExceptions = (d: Decoded, context: BindContext): boolean =>
  context.mode.exceptions === true && isVectorFormat(d);

function bindTree(d: Decoded, context: BindContext): Bound | undefined {
  if (d.second !== undefined && treeOf(context.semantics, d.second.row.name) === undefined) return undefined;
  const vector = isVectorFormat(d);
  const mask = vector && context.wave64 ? maskReadToo(shapesOf(d, context)!) : -1;
  return {
    // Code is made when it is first needed: what is translated never runs here.
    get handler() {
      return treeHandler(d, context, mask);
    },
    lazy: true,
    perWave: !vector || mask >= 0,
    ...(mask < 0 && raisesExceptions(d, context) && { raises: true }),
  };
}

/** Highest vector register named, plus one. */
export function vgprsNamed(d: Decoded, wave64 = false): number {
  let most = 0;
  // The tile that a matrix operation adds to and makes takes half as many registers where a wave has 64 lanes.
  const halves = wave64 && d.row.flags?.includes('wmma') === true;
  for (const o of [...d.dst, ...d.src])
    if (o.kind === 'vgpr')
      most = Math.max(most, o.index + (halves && (o === d.dst[0] || o === d.src[2]) ? 4 : o.dwords));
  return d.second === undefined ? most : Math.max(most, vgprsNamed(d.second));
}

/** The handler of a straight-line instruction; undefined where this model has no semantics for it. Control is not handled here. */
export function bind(d: Decoded, context: BindContext): Bound | undefined {
  const { name } = d.row;
  if (isHint(name)) return { handler: () => {}, perWave: true };
  const most = vgprsNamed(d, context.wave64);
  if (most > context.vgprs) return { handler: outOfRange(name, most - 1), perWave: true };
  const semantics = treeOf(context.semantics, name);
  if (semantics !== undefined) return bindTree(d, context);
  const lane = laneOperation(d);
  if (lane !== undefined) return { handler: lane, perWave: true };
  const matrix = matrixOperation(d, context.wave64);
  if (matrix !== undefined) return { handler: matrix, perWave: true };
  const memory = memorySemantics(name);
  if (memory === undefined || d.gds) return undefined;
  if (memory.space === 'scalar' || memory.space === 'scalarBuffer')
    return { handler: scalarLoad(d, memory), perWave: true };
  if (memory.space === 'buffer') return { handler: bufferMemory(d, memory), perWave: false };
  if (memory.space !== 'lds') return { handler: vectorMemory(d, memory), perWave: false };
  if (memory.action === 'swizzle' || memory.action === 'permute' || memory.action === 'bpermute') {
    return { handler: ldsLaneOperation(d, memory), perWave: true };
  }
  return { handler: ldsMemory(d, memory), perWave: memory.action === 'append' || memory.action === 'consume' };
}

/** A register beyond the wave's allocation: said once an execution, and nothing is done. */
function outOfRange(mnemonic: string, register: number): RdnaHandler {
  return (w) => {
    const { core, s } = w;
    core.report({ kind: 'vgprOutOfRange', ...core.place(), register, allocated: s[S.VGPRS]!, mnemonic });
  };
}
