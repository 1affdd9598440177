/**
 * A unit: the blocks of one kernel as one WebAssembly function.
 *
 * The function is entered at any block and left at any block: all of a wave lies in its state in between. Blocks stand
 * in the order of their addresses, each behind the label that leads to it, so forward branches go straight there; a
 * block that branches to itself is a loop; other backward branches go through one `br_table` at the top. Before every
 * block the instructions executed are held against the limit, so a spinning kernel comes back.
 *
 * Pure software.
 */
import { ModuleWriter, Type } from '../../../exec/wasm/writer.ts';
import type { BindContext } from '../bind.ts';
import { instructionsOf } from '../code-cache.ts';
import type { Block } from '../code-cache.ts';
import { S, WaveState } from '../state.ts';
import { BlockTranslator } from './block.ts';
import type { Tally } from './block.ts';
import { behind, endOf, onlyBefore } from './graph.ts';
import { Engine } from './layout.ts';
import { importMemoryFunctions } from './memory.ts';
import { writeMatrixFunction } from './matrix.ts';
import { OuterLocals } from './outer-locals.ts';
import { Ramps } from './ramps.ts';

/** Why a unit's function returns, in the low two bits of its result; a block's number is above. */
export const Left = {
  /** Before the block, the PC at it: the limit is reached. */
  limit: 0,
  /** Behind the block's straight instructions: its ending is the engine's. */
  ending: 1,
  /** At S_ENDPGM, the PC behind it. */
  end: 2,
  /** At S_BARRIER, the PC behind it; the number is that of the block to go on with. */
  barrier: 3,
} as const;

export interface UnitModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly tally: Tally;
}

/** Parameters: context, scalars, vector registers (addresses), block to enter, limit of instructions. */
export const unitType = {
  parameters: [Type.i32, Type.i32, Type.i32, Type.i32, Type.i32],
  results: [Type.i32],
} as const;

/** Module with one exported function `run` for these blocks. `pages`: size of the memory it imports. */
export function translateUnit(
  blocks: readonly Block[],
  bind: BindContext,
  options: {
    readonly fused: boolean;
    readonly pages: { min: number; max: number; shared: boolean };
    readonly translates?: ((name: string) => boolean) | undefined;
  },
): UnitModule {
  const module = new ModuleWriter();
  module.importMemory('host', 'memory', options.pages);
  const interpret = module.importFunction('host', 'interpret', [Type.i32, Type.i32], []);
  const instructions = blocks.map(instructionsOf);
  const memory = importMemoryFunctions(module, instructions.flat());
  const { index, code } = module.function(unitType.parameters, unitType.results);
  module.exportFunction('run', index);
  const [context, scalars, vectors, entry, limit] = [0, 1, 2, 3, 4];
  const locals = new OuterLocals(code);
  const used = locals.take(Type.i32);
  const tally: Tally = { vector: 0, scalar: 0, memory: 0, interpreted: new Map(), written: new Set() };
  const numbers = new Map(blocks.map((block, n) => [block.pc, n]));
  const count = blocks.length;
  const before = onlyBefore(blocks);
  const ramps: Ramps[] = [];
  const unknown = new Ramps(code);

  /** The wave's program counter is `pc` from here on. */
  const setPc = (pc: number): void => {
    code.get(scalars);
    code.get(context);
    code.memory('i64.load', Engine.CODE_BASE);
    code.i64(BigInt(pc - blocks[0]!.pc));
    code.op('i64.add');
    code.memory('i64.store', S.PC_LO * 4, 2);
  };
  const matrixFunctions = new Map<'f16' | 'bf16', number>();
  const matrix = (element: 'f16' | 'bf16'): number => {
    const known = matrixFunctions.get(element);
    if (known !== undefined) return known;
    const made = writeMatrixFunction(module, element);
    matrixFunctions.set(element, made);
    return made;
  };

  const leave = (block: number, why: number): void => {
    code.get(context);
    code.get(used);
    code.memory('i32.store', Engine.EXECUTED);
    code.i32(block * 4 + why);
    code.op('return');
  };

  code.loop();
  for (let n = 0; n < count; n++) code.block();
  code.get(entry);
  code.brTable(
    blocks.map((_, n) => n),
    0,
  );
  // After `end` of label n stands block n; labels n+1 … are still open, the outermost is the loop.
  for (const [n, block] of blocks.entries()) {
    code.end();
    const end = endOf(block);
    const self = block.target === block.pc && end.kind !== 'next' && end.kind !== 'engine';
    if (self) code.loop();
    const inside = self ? 1 : 0;
    /** Branches to block `to`, with `extra` more labels open than between blocks; to one of another unit by the engine. */
    const goTo = (to: number | undefined, extra: number): void => {
      if (to === undefined) leave(n, Left.ending);
      else if (self && to === n) code.br(extra);
      else if (to > n) code.br(to - n - 1 + inside + extra);
      else {
        code.i32(to);
        code.set(entry);
        code.br(count - n - 1 + inside + extra);
      }
    };
    code.get(used);
    code.get(limit);
    code.op('i32.ge_s');
    code.if();
    setPc(block.pc);
    leave(n, Left.limit);
    code.end();
    const from = before[n];
    ramps[n] = new Ramps(code, typeof from === 'number' ? ramps[from]! : unknown);
    const translator = new BlockTranslator(
      {
        code,
        locals,
        ramps: ramps[n]!,
        first: from === 'nothing',
        context,
        scalars,
        vectors,
        bind,
        fused: options.fused,
        translates: options.translates,
        memory,
        matrix,
        interpret,
        instructions: instructions[n]!,
        number: n,
      },
      tally,
    );
    translator.straight();
    code.get(used);
    code.i32(block.length);
    code.op('i32.add');
    code.set(used);
    if (translator.mayHalt) {
      code.get(scalars);
      code.memory('i32.load', S.STATE * 4);
      code.i32(WaveState.halted);
      code.op('i32.eq');
      code.get(scalars);
      code.memory('i32.load', S.FAULTED * 4);
      code.op('i32.or');
      code.if();
      leave(n, Left.ending);
      code.end();
    }
    const next = numbers.get(behind(block));
    const taken = numbers.get(block.target);
    switch (end.kind) {
      case 'next':
        goTo(next, 0);
        break;
      case 'branch':
        goTo(taken, 0);
        break;
      case 'conditional':
        translator.condition(end.condition);
        code.if();
        goTo(taken, 1);
        code.end();
        goTo(next, 0);
        break;
      case 'end':
        setPc(behind(block));
        leave(n, Left.end);
        break;
      case 'barrier':
        if (next === undefined) leave(n, Left.ending);
        else {
          setPc(behind(block));
          leave(next, Left.barrier);
        }
        break;
      case 'engine':
        leave(n, Left.ending);
    }
    translator.close();
    if (self) code.end();
  }
  code.end();
  code.op('unreachable');
  return { bytes: module.finish(), tally };
}
