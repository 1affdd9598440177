/**
 * Which trees can be lowered, and why others cannot: those are left to the interpreter.
 *
 * Pure software.
 */
import type { InputShape, TreeInstruction } from '../compile.ts';
import type { Node, NodeKind, ValueType } from '../expr.ts';
import type { FloatMode } from '../float-mode.ts';

const fround = Math.fround;
const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const integerKinds = set(
  'add sub mul and or xor not shl shr sar minU maxU minS maxS countLeadingZeros countTrailingZeros popCount reverseBits ' +
    'eq ne ltS leS ltU leU',
);
const integer32Kinds = set('mulHighU mulHighS bytePermute extendU extendS');
const booleanKinds = set('and or xor not eq ne');
const floatKinds = set(
  'add sub mul fma minNum maxNum neg abs trunc floor ceil roundEven fract ldexp frexpMantissa frexpExponent classify ' +
    'flushDenormal clampUnit outputScale sqrt rcp rsq mulUnrounded eq ne lt le unordered bits toIntS toIntU convert',
);
const transcendental = set('exp2 log2 sinTurns cosTurns');
const bf16Kinds = set('add sub mul fma neg abs mulUnrounded eq ne lt le unordered bits convert');
/** Kinds that round f64 in the mode's direction; for the narrower types far more do. */
const rounding64 = set('add sub mul fma');
const rounding = set(
  'add sub mul fma fmaScaled ldexp outputScale sqrt rcp rsq exp2 log2 sinTurns cosTurns divisionFixup convert fromIntS fromIntU',
);

const isFloat = (type: ValueType): boolean => type.includes('f');

function roundsWrong(node: Node, mode: FloatMode): boolean {
  if (!(node.type === 'f64' ? rounding64 : rounding).has(node.kind)) return false;
  if (node.type === 'f32') return mode.round32 !== 0;
  return node.type !== 'bf16' && mode.round64 !== 0;
}

/** Why lanes cannot compute this node (its arguments aside); undefined where they can. */
function nodeObstacle(node: Node, mode: FloatMode, fused: boolean): string | undefined {
  const { kind, type } = node;
  const of = node.args[0]?.type ?? type;
  const no = `${kind} of ${of}${type === of ? '' : ` to ${type}`}`;
  const when = (can: boolean): string | undefined => (can ? undefined : no);
  if (isFloat(type) && roundsWrong(node, mode)) return 'rounding other than to nearest even';
  switch (kind) {
    case 'input':
    case 'lane':
    case 'half':
    case 'select':
    case 'pack':
    case 'low':
    case 'high':
    case 'fromBits':
      return undefined;
    case 'const':
      return when(type !== 'f32' || node.value !== node.value || fround(node.value) === node.value);
    case 'fromIntS':
    case 'fromIntU':
      return when(of === 'i32');
    case 'convertTowardZero':
      return when((type === 'f16' || type === 'f32') && isFloat(of));
    case 'divisionFixup':
      return when(type === 'f32' || type === 'f16');
    case 'fmaScaled':
      return when(type === 'f32');
    case 'outputScale':
      return when(type === 'f64' || (isFloat(type) && type !== 'bf16' && Math.log2(node.value) % 1 === 0));
    default:
      break;
  }
  if (of === 'bool') return when(booleanKinds.has(kind));
  if (of === 'i64') return when(integerKinds.has(kind));
  if (of === 'i32') return when(integerKinds.has(kind) || integer32Kinds.has(kind));
  if (of === 'bf16') return when(bf16Kinds.has(kind));
  if (transcendental.has(kind)) return when(type === 'f32' || type === 'f16');
  if (kind === 'fma' && type === 'f64' && !fused) return `${no} where the host does not fuse`;
  return when(floatKinds.has(kind));
}

/** The first obstacle in trees that share nodes. */
function firstObstacle(roots: readonly Node[], obstacle: (node: Node) => string | undefined): string | undefined {
  const seen = new Set<Node>();
  const visit = (node: Node): string | undefined => {
    if (seen.has(node)) return undefined;
    seen.add(node);
    for (const argument of node.args) {
      const found = visit(argument);
      if (found !== undefined) return found;
    }
    return obstacle(node);
  };
  for (const root of roots) {
    const found = visit(root);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why an instruction cannot be lowered for lanes. */
export function laneObstacle(instruction: TreeInstruction, mode: FloatMode, fused: boolean): string | undefined {
  if (mode.exceptions === true) return 'exceptions are wanted';
  for (const { place, type } of instruction.outputs) {
    if (type !== 'mask' && (place !== 'vector' || type === 'flag')) return `a ${type} for a ${place}`;
  }
  return firstObstacle(instruction.results, (node) => nodeObstacle(node, mode, fused));
}

const scalarTypes: ReadonlySet<string> = set('bool i32 i64');
const scalarInputs: ReadonlySet<InputShape['type']> = new Set(['i32', 'i64', 'u16', 's16', 'flag']);
const scalarStructure: ReadonlySet<NodeKind> = new Set(['input', 'const', 'select', 'pack', 'low', 'high']);

function scalarNodeObstacle(node: Node): string | undefined {
  const of = node.args[0]?.type ?? node.type;
  const no = `${node.kind} of ${of}`;
  if (!scalarTypes.has(node.type) || !scalarTypes.has(of)) return no;
  if (scalarStructure.has(node.kind)) return undefined;
  if (of === 'bool') return booleanKinds.has(node.kind) ? undefined : no;
  if (integerKinds.has(node.kind)) return undefined;
  return of === 'i32' && integer32Kinds.has(node.kind) && node.kind !== 'bytePermute' ? undefined : no;
}
/** Why a tree cannot be computed by scalar code. */
export const scalarTreeObstacle = (root: Node): string | undefined => firstObstacle([root], scalarNodeObstacle);
/** Why scalar code cannot be lowered. */
export function scalarObstacle(instruction: TreeInstruction): string | undefined {
  for (const { type } of instruction.inputs) if (!scalarInputs.has(type)) return `${type} operand`;
  for (const { type } of instruction.outputs)
    if (type !== 'i32' && type !== 'i64' && type !== 'flag') return `${type} result`;
  return firstObstacle(instruction.results, scalarNodeObstacle);
}
