/**
 * Which blocks belong together: everything that direct branches reach from a kernel's first instruction.
 *
 * Blocks are the interpreter's own (code-cache.ts), overlaps included, so both engines count, stop and resume at the
 * same places.
 *
 * Pure software.
 */
import type { Block } from '../code-cache.ts';

/** A translated function has at most so many instructions and blocks; what lies beyond is a unit of its own. */
const MAX_INSTRUCTIONS = 6000;
const MAX_BLOCKS = 500;

/** How a block ends, as far as translated code takes care of it. */
export type BlockEnd =
  /** Goes on behind the ending. */
  | { readonly kind: 'next' }
  | { readonly kind: 'branch' }
  | { readonly kind: 'conditional'; readonly condition: Condition }
  /** S_ENDPGM; S_BARRIER, behind which the wave goes on later. */
  | { readonly kind: 'end' }
  | { readonly kind: 'barrier' }
  /** The engine has to look: jumps, modes, messages, what cannot be executed. */
  | { readonly kind: 'engine' };
export type Condition = 'scc0' | 'scc1' | 'vccz' | 'vccnz' | 'execz' | 'execnz';

const conditions: Record<string, Condition> = {
  s_cbranch_scc0: 'scc0',
  s_cbranch_scc1: 'scc1',
  s_cbranch_vccz: 'vccz',
  s_cbranch_vccnz: 'vccnz',
  s_cbranch_execz: 'execz',
  s_cbranch_execnz: 'execnz',
};
/** Messages that change nothing here: all but the one that raises an interrupt. */
const INTERRUPT_MESSAGE = 1;

export function endOf(block: Block): BlockEnd {
  if (block.broken !== undefined) return { kind: 'engine' };
  if (block.ending === undefined) return { kind: 'next' };
  const name = block.endingName!;
  const condition = conditions[name];
  if (condition !== undefined) return { kind: 'conditional', condition };
  if (name === 's_endpgm') return { kind: 'end' };
  if (name === 's_barrier') return { kind: 'barrier' };
  if (name === 's_branch') return { kind: 'branch' };
  if (name.startsWith('s_cbranch_cdbg')) return { kind: 'next' };
  if (name === 's_sendmsg' && (block.endingImmediate & 0xff) !== INTERRUPT_MESSAGE) return { kind: 'next' };
  return { kind: 'engine' };
}

/** Address behind the block's last instruction. */
export const behind = (block: Block): number => block.pcs[block.pcs.length - 1]!;

/** Addresses of the blocks that a block leads to. Behind a barrier the wave goes on later. */
function leadsTo(block: Block): number[] {
  switch (endOf(block).kind) {
    case 'next':
    case 'barrier':
      return [behind(block)];
    case 'branch':
      return [block.target];
    case 'conditional':
      return [behind(block), block.target];
    default:
      return [];
  }
}

/**
 * By block: the number of the only one that leads to it, if that one comes before it and the function stays in between;
 * 'nothing' where none does; undefined otherwise.
 */
export function onlyBefore(blocks: readonly Block[]): (number | 'nothing' | undefined)[] {
  const numbers = new Map(blocks.map((block, n) => [block.pc, n]));
  const before: (number | 'nothing' | undefined)[] = blocks.map(() => 'nothing');
  for (const [n, block] of blocks.entries()) {
    const stays = endOf(block).kind !== 'barrier';
    for (const pc of leadsTo(block)) {
      const to = numbers.get(pc);
      if (to !== undefined) before[to] = before[to] === 'nothing' && stays && n < to ? n : undefined;
    }
  }
  return before;
}

/** Blocks reached from `root` by direct branches, in the order of their addresses. `find`: undefined where there is none. */
export function collect(root: Block, find: (pc: number) => Block | undefined): Block[] {
  const found = new Map<number, Block>([[root.pc, root]]);
  const open = [root];
  let instructions = 0;
  for (let block = open.pop(); block !== undefined; block = open.pop()) {
    instructions += block.length;
    if (instructions > MAX_INSTRUCTIONS || found.size >= MAX_BLOCKS) break;
    for (const pc of leadsTo(block)) {
      if (found.has(pc)) continue;
      const reached = find(pc);
      if (reached === undefined) continue;
      found.set(pc, reached);
      open.push(reached);
    }
  }
  return [...found.values()].sort((a, b) => a.pc - b.pc);
}
