/**
 * V_CMP and V_CMPX: sixteen predicates over nine types, and the class tests.
 *
 * A compare writes one bit a lane, 0 for inactive lanes; the X forms write EXEC and nothing else.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", VOPC.
 * Fidelity: from-public-source.
 */
import { build as b } from '../../../exec/expr.ts';
import type { Node } from '../../../exec/expr.ts';
import { notZero, tree } from './define.ts';
import type { Semantics } from './define.ts';

type Predicate = (x: Node, y: Node) => Node;

const floatPredicates: Record<string, Predicate> = {
  f: () => b.bool(false),
  lt: (x, y) => b.lt(x, y),
  eq: (x, y) => b.eq(x, y),
  le: (x, y) => b.le(x, y),
  gt: (x, y) => b.lt(y, x),
  lg: (x, y) => b.or(b.lt(x, y), b.lt(y, x)),
  ge: (x, y) => b.le(y, x),
  o: (x, y) => b.not(b.unordered(x, y)),
  u: (x, y) => b.unordered(x, y),
  nge: (x, y) => b.not(b.le(y, x)),
  nlg: (x, y) => b.not(b.or(b.lt(x, y), b.lt(y, x))),
  ngt: (x, y) => b.not(b.lt(y, x)),
  nle: (x, y) => b.not(b.le(x, y)),
  neq: (x, y) => b.ne(x, y),
  nlt: (x, y) => b.not(b.lt(x, y)),
  t: () => b.bool(true),
};
const integerPredicates = (signed: boolean): Record<string, Predicate> => {
  const less = signed ? b.ltS : b.ltU;
  const lessOrEqual = signed ? b.leS : b.leU;
  return {
    f: () => b.bool(false),
    lt: less,
    eq: b.eq,
    le: lessOrEqual,
    gt: (x, y) => less(y, x),
    ne: b.ne,
    ge: (x, y) => lessOrEqual(y, x),
    t: () => b.bool(true),
  };
};

/** Builds the table; a few hundred small closures. */
export function compareSemantics(): Semantics {
  const table: Semantics = {};

  function add(type: string, word: string, predicates: Record<string, Predicate>): void {
    for (const [name, predicate] of Object.entries(predicates)) {
      table[`v_cmp_${name}_${type}`] = tree(`m = ${word} ${word}`, (_, [x, y]) => predicate(x!, y!));
      table[`v_cmpx_${name}_${type}`] = tree(`xm = ${word} ${word}`, (_, [x, y]) => predicate(x!, y!));
    }
  }

  for (const type of ['f16', 'f32', 'f64']) {
    add(type, type, floatPredicates);
    for (const [form, out] of [
      ['cmp', 'm'],
      ['cmpx', 'xm'],
    ]) {
      table[`v_${form}_class_${type}`] = tree(`${out} = ${type} b32`, (_, [x, y]) =>
        notZero(b.and(b.classify(x!), y!)),
      );
    }
  }
  add('i16', 's16', integerPredicates(true));
  add('u16', 'u16', integerPredicates(false));
  add('i32', 'b32', integerPredicates(true));
  add('u32', 'b32', integerPredicates(false));
  add('i64', 'b64', integerPredicates(true));
  add('u64', 'b64', integerPredicates(false));
  return table;
}
