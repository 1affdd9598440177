/**
 * Planted mistakes in kernels: each is found, at the right two instructions, and its repaired twin is not spoken of.
 */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Flag } from '../../../exec/check/access-log.ts';
import { Access } from '../../../exec/memory.ts';
import type { ShaderEvent } from '../events.ts';
import { Bench } from '../testing/bench.ts';
import { RaceChecker } from './index.ts';
import { run, start, twoGroups, words } from './testing/pairs.ts';
import { racePairs } from './testing/races.ts';
import { valuePairs } from './testing/values.ts';
import { waitPairs } from './testing/waits.ts';

const all = [...waitPairs, ...valuePairs, ...racePairs];
const codeOf = (event: ShaderEvent): string => (event.kind === 'checkFailed' ? event.code : event.kind);

describe('planted pairs', () => {
  it('are enough', () => {
    expect(all.length).toBeGreaterThanOrEqual(55);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  it.each(all.map((pair) => [pair.name, pair] as const))('%s', (_name, pair) => {
    const found = run(pair.racy, pair.launch);
    const hit = found.find((event) => codeOf(event) === pair.code);
    expect(hit, JSON.stringify(found)).toBeDefined();
    // nothing else is said of the same mistake
    expect(found.map(codeOf).filter((code) => code !== pair.code)).toEqual([]);
    if (hit?.kind === 'checkFailed') {
      const places = found.filter((event) => event.kind === 'checkFailed');
      const right = places.some(
        ({ at, because }) =>
          pair.at.test(at.what) &&
          at.where.startsWith('instruction at 0x1000') &&
          (pair.because === undefined ? true : because.some(({ what }) => pair.because!.test(what))),
      );
      expect(right, JSON.stringify(places)).toBe(true);
    }
    expect(run(pair.repaired, pair.repairedLaunch ?? pair.launch)).toEqual([]);
  });

  it('name dispatches that overlap, and none that wait for each other', () => {
    const text = 'v_mov_b32_e32 v3, s9\n global_store_b32 v1, v3, s[4:5]';
    const launches = (between: boolean): string[] => {
      const bench = new Bench({ watcher: new RaceChecker() });
      const entry = bench.code(words(`s_mov_b32 s9, s2\n ${text}`));
      const { buffer } = bench.start(entry, 4096);
      if (between) bench.run();
      const argument = bench.memory.place(Uint32Array.of(buffer, 0));
      bench.start(entry, 4096, { userData: [argument, 0], start: [1, 0, 0], dim: [2, 1, 1] });
      bench.run();
      return bench.problems.map((event) =>
        event.kind === 'checkFailed' ? `${event.code} ${event.message}` : event.kind,
      );
    };
    const [said, ...more] = launches(false);
    expect(more).toEqual([]);
    expect(said).toMatch(/^RACE_BETWEEN_DISPATCHES .*dispatch 2 .*dispatch 1 /);
    expect(launches(true)).toEqual([]);
  });

  it('are told apart from races with engines, whose accesses have numbers like those of instructions', () => {
    const checker = new RaceChecker();
    const bench = new Bench({ watcher: checker });
    const entry = bench.code(words('s_add_i32 s9, s2, 5\n v_mov_b32_e32 v3, s9\n global_store_b32 v1, v3, s[4:5]'));
    const { buffer } = bench.start(entry, 4096, twoGroups);
    const { log, memory } = checker;
    const actor = { uid: -2, knows: () => true, meets: () => {}, races: () => {}, collides: () => {} };
    for (let number = 0; number < 32; number++) {
      memory.begin(actor, log.add(actor.uid, number, Flag.writes, 0, 0, 0), Flag.writes);
      memory.block(bench.memory.translate(buffer, Access.write) + 4 * number, 4, true);
    }
    bench.run();
    const codes = new Set(bench.problems.map(codeOf));
    expect(codes).toEqual(new Set(['RACE_WITH_ENGINE', 'RACE_BETWEEN_WORKGROUPS']));
  });

  it('are found without the name of a register, once there were more than names are kept of', () => {
    const checker = new RaceChecker();
    for (let i = 0; i < 100_100; i++) checker.unwritten(0, 'v9');
    const bench = new Bench({ watcher: checker });
    bench.execute(words('global_store_b32 v1, v5, s[4:5]'), 4096);
    const [said] = bench.problems;
    expect(said?.kind === 'checkFailed' && said.message).toMatch(/ depends on a register, which nothing has written$/);
  });

  it('mean to llvm-mc what they mean here', ({ skip }) => {
    let ask: (text: string) => string;
    try {
      ask = (text) =>
        execFileSync('llvm-mc-19', ['-arch=amdgcn', '-mcpu=gfx1100', '-show-encoding'], {
          input: text,
          encoding: 'utf8',
          stdio: ['pipe', 'pipe', 'ignore'],
        });
      ask('s_endpgm');
    } catch {
      skip('llvm-mc-19 is not on the PATH');
      return;
    }
    const texts = all.flatMap(({ racy, repaired }) => [racy, repaired]);
    // one run: labels are local to a program, branches are compared by their opcodes
    const listing = ask(
      texts
        .map((text, i) => `${start}${text}\n s_endpgm`.replaceAll(/\b(again|other|over|done)\b/g, `$1_${i}`))
        .join('\n'),
    );
    const theirs = [...listing.matchAll(/encoding: \[(.*?)\]/g)].flatMap(([, bytes]) =>
      bytes!.split(',').map((byte) => (byte.startsWith('0x') ? parseInt(byte, 16) : -1)),
    );
    const ours = texts.flatMap((text) =>
      words(text)
        .split(' ')
        .flatMap((word) => [6, 4, 2, 0].map((at) => parseInt(word.slice(at, at + 2), 16))),
    );
    expect(theirs.length).toBe(ours.length);
    expect(theirs.findIndex((byte, i) => byte >= 0 && byte !== ours[i])).toBe(-1);
  });
});
