/**
 * The shader core as the command processor drives it: what the card is made with reaches it, and a long grid gets along.
 * Expected values: the program's text.
 */
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCp } from '../cp/cp.ts';
import { QueueBench, VA, at, pkt } from '../cp/testing/queue-bench.ts';
import type { Navi31Options } from '../blocks.ts';
import { createComputeEngine } from './compute-engine.ts';
import { assemble } from './isa/index.ts';

const CODE = at.memory;
const RESULT = at.memory + 0x1_0000;
const FENCE = at.memory + 0x8_0000;
const GROUPS = 1024;
const ROUNDS = 400;

/** Every work-item stores its number times ROUNDS. */
const text = `v_lshl_add_u32 v1, s2, 5, v0
  v_lshlrev_b32_e32 v2, 2, v1
  v_mov_b32_e32 v3, 0
  s_movk_i32 s3, ${ROUNDS}
  again: v_add_nc_u32_e32 v3, v3, v1
  s_sub_i32 s3, s3, 1
  s_cmp_lg_u32 s3, 0
  s_cbranch_scc1 again
  global_store_b32 v2, v3, s[0:1]
  s_endpgm`;

function run(card: Navi31Options): { bench: QueueBench; ns: number } {
  const bench = new QueueBench({
    card,
    blocks: { cp: (made) => createCp(made, { engine: createComputeEngine(made) }) },
  });
  const { bytes } = assemble(text);
  bench.poke(CODE, ...new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4));
  bench.poke(FENCE, 0, 0);
  const entry = (VA + CODE) / 256;
  bench.submit(
    ...pkt(0x76, 0x20c, entry % 2 ** 32, Math.floor(entry / 2 ** 32)),
    ...pkt(0x76, 0x212, 0x60af_0000, (2 << 1) | (1 << 7)),
    ...pkt(0x76, 0x240, ...bench.va(RESULT)),
    ...pkt(0x76, 0x204, 0, 0, 0, 32, 1, 1, 0, 0),
    ...pkt(0x15, GROUPS, 1, 1, 0x8005),
    ...pkt(0x46, 0x407),
    ...pkt(0x49, 0x0070_f514, 1 << 29, ...bench.va(FENCE), 1, 0, 0),
  );
  let ns = 0;
  for (; ns < 100_000_000 && bench.peek(FENCE) === 0; ns += 100_000) bench.advance(100_000);
  return { bench, ns };
}

/** Work-items whose result is not what the text says. */
const wrong = (bench: QueueBench): number[] =>
  Array.from({ length: GROUPS * 32 }, (_, i) => i).filter((i) => bench.peek(RESULT + 4 * i) !== i * ROUNDS);

describe('a grid of 1.6 million instructions on a card', () => {
  const workers: Worker[] = [];
  const started = (worker: Worker): void => void workers.push(worker);
  beforeAll(() => void process.on('worker', started));
  afterAll(async () => {
    process.off('worker', started);
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  it('comes out right with one thread, in about an instruction a ns', () => {
    const { bench, ns } = run({ engine: 'auto' });
    expect(wrong(bench)).toEqual([]);
    expect(bench.codes).toEqual([]);
    expect(ns).toBeGreaterThan(1_500_000);
    expect(ns).toBeLessThan(3_000_000);
    expect(workers).toEqual([]);
  });

  it('with as many threads as the card is made with', async () => {
    const { bench } = run({ engine: 'wasm', threads: 2 });
    await new Promise(setImmediate); // until Node has told of them
    expect(wrong(bench)).toEqual([]);
    expect(bench.codes).toEqual([]);
    expect(workers.length).toBe(2);
  });

  it('in the same time of the card, whatever executes it', () => {
    const times = (['auto', 'wasm', 'interpreter'] as const).map((engine) => run({ engine }).ns);
    expect(new Set(times).size).toBe(1);
  });

  it('and with the interpreter, which has no threads', () => {
    workers.length = 0;
    const { bench } = run({ engine: 'interpreter', threads: 2 });
    expect(wrong(bench)).toEqual([]);
    expect(workers).toEqual([]);
  });
});
