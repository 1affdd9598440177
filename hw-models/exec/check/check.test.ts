/**
 * Shadow and knowledge against the definition: full vector clocks over random histories.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessLog, Flag } from './access-log.ts';
import { Knowledge, ReleaseLog } from './knowledge.ts';
import type { Waves } from './knowledge.ts';
import { Shadow } from './shadow.ts';

const ACTORS = 4;
const DWORDS = 3;
const BASE = 0x12_0000;

type Step =
  | { readonly kind: 'load' | 'store'; readonly actor: number; readonly dword: number }
  /** `actor` learns all that `from` has done and learnt. */
  | { readonly kind: 'join'; readonly actor: number; readonly from: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('load', 'store'),
      actor: fc.nat(ACTORS - 1),
      dword: fc.nat(DWORDS - 1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('join'), actor: fc.nat(ACTORS - 1), from: fc.nat(ACTORS - 1) }),
  },
) as fc.Arbitrary<Step>;

describe('the shadow of memory', () => {
  it('reports only races, and every race with the last writer', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (history) => {
        const log = new AccessLog(10);
        const shadow = new Shadow(log, 4);
        // by actor: newest access of every actor that it knows to be over
        const clocks = Array.from({ length: ACTORS }, () => new Array<number>(ACTORS).fill(0));
        const past: { n: number; actor: number; dword: number; writes: boolean }[] = [];
        let value = 1;
        for (const s of history) {
          if (s.kind === 'join') {
            const [mine, theirs] = [clocks[s.actor]!, clocks[s.from]!];
            for (let i = 0; i < ACTORS; i++) mine[i] = Math.max(mine[i]!, theirs[i]!);
            continue;
          }
          const writes = s.kind === 'store';
          const n = log.add(s.actor + 1, 0, writes ? Flag.writes : 0, 0, 0, 0);
          const known = clocks[s.actor]!;
          const over = (p: number, actor: number): boolean => p <= known[actor]!;
          const said: number[] = [];
          shadow.begin(
            {
              uid: s.actor + 1,
              knows: (p, row) => over(p, log.uid[row]! - 1),
              meets: () => {},
              races: (p) => void said.push(p),
              collides: () => {},
            },
            n,
            writes ? Flag.writes : 0,
          );
          const at = BASE + s.dword * 4;
          if (writes) shadow.store(at, 4, 0, value++);
          else shadow.load(at, 4, 0);
          const here = past.filter(({ dword }) => dword === s.dword);
          const race = (p: (typeof past)[number]): boolean =>
            p.actor !== s.actor && (p.writes || writes) && !over(p.n, p.actor);
          const all = here.filter(race).map((p) => p.n);
          for (const p of said) expect(all).toContain(p);
          const last = here.findLast((p) => p.writes);
          if (last !== undefined && race(last)) expect(said).toContain(last.n);
          // of those who loaded since the last store, at least one is found
          if (writes) {
            const readers = here.filter((p) => !p.writes && p.n > (last?.n ?? 0));
            const newest = readers.at(-1);
            if (newest !== undefined && race(newest)) expect(said).toContain(newest.n);
          }
          past.push({ n, actor: s.actor, dword: s.dword, writes });
          known[s.actor] = n;
        }
      }),
      { seed: 4, numRuns: 400 },
    );
  });

  it('tells bytes apart, takes equal values for harmless, and finds lanes that collide', () => {
    const log = new AccessLog(8);
    const shadow = new Shadow(log, 4);
    const said: string[] = [];
    const begin = (uid: number): void => {
      const n = log.add(uid, 0, Flag.writes, 0, 0, 0);
      shadow.begin(
        {
          uid,
          knows: () => false,
          meets: () => {},
          races: (p) => void said.push(`race ${log.uid[log.row(p)]}`),
          collides: (_dword, lane, other) => void said.push(`lanes ${other} ${lane}`),
        },
        n,
        Flag.writes,
      );
    };
    begin(1);
    shadow.store(BASE, 1, 0, 5);
    begin(2);
    shadow.store(BASE + 1, 1, 0, 6);
    expect(said).toEqual([]);
    shadow.store(BASE + 8, 4, 0, 7);
    begin(3);
    shadow.store(BASE + 8, 4, 0, 7);
    expect(said).toEqual([]);
    shadow.store(BASE + 8, 4, 1, 9);
    expect(said).toEqual(['lanes 0 1']);
    begin(4);
    shadow.store(BASE + 8, 4, 0, 8);
    expect(said).toEqual(['lanes 0 1', 'race 3']);
  });

  it('takes no value for equal to one that it does not know: what blocks have stored', () => {
    const log = new AccessLog(8);
    const shadow = new Shadow(log, 4);
    const raced: number[] = [];
    const begin = (uid: number): void =>
      shadow.begin(
        { uid, knows: () => false, meets: () => {}, races: (n) => void raced.push(n), collides: () => {} },
        log.add(uid, 0, Flag.writes, 0, 0, 0),
        Flag.writes,
      );
    begin(1);
    shadow.block(BASE, 6, true);
    shadow.block(0x20_0000, 0x1_0000, true);
    begin(2);
    shadow.store(BASE, 4, 0, 0);
    expect(raced).toEqual([1]);
    begin(3);
    shadow.store(BASE + 4, 2, 0, 0);
    expect(raced).toEqual([1, 1]);
    begin(4);
    shadow.store(0x20_0040, 4, 0, 0);
    expect(raced).toEqual([1, 1, 1]);
    // over what was known
    begin(5);
    shadow.store(BASE + 64, 4, 0, 7);
    begin(6);
    shadow.block(BASE + 64, 4, true);
    begin(7);
    shadow.store(BASE + 64, 4, 0, 7);
    expect(raced).toEqual([1, 1, 1, 5, 6]);
  });

  it('keeps whole chunks as one access, and forgets ranges', () => {
    const log = new AccessLog(8);
    const shadow = new Shadow(log, 4);
    let raced = 0;
    const actor = { uid: 2, knows: () => false, meets: () => {}, races: () => void raced++, collides: () => {} };
    shadow.begin({ ...actor, uid: 1 }, log.add(1, 0, Flag.writes, 0, 0, 0), Flag.writes);
    shadow.block(0x20_0000, 0x2_0000, true);
    expect(shadow.written(0x20_8000 / 4)).toBe(true);
    shadow.forget(0x20_8000, 64);
    expect(shadow.written(0x20_8000 / 4)).toBe(false);
    shadow.begin(actor, log.add(2, 0, 0, 0, 0, 0), 0);
    shadow.load(0x20_8000, 4, 0);
    expect(raced).toBe(0);
    shadow.load(0x21_0000, 4, 0);
    expect(raced).toBe(1);
  });
});

describe('knowledge', () => {
  /** Groups of four waves; launch queue 1, launch 9. */
  const waves: Waves = { groupOf: (uid) => uid - ((uid - 1) % 4), queueOf: () => 1, launchOf: () => 9 };

  it('of a wave covers what it had complete, and of its group what a barrier has covered', () => {
    const log = new AccessLog(8);
    const early = log.add(2, 0, Flag.writes | Flag.storeQueue, 0, 0, 0);
    const own = log.add(1, 0, Flag.writes | Flag.storeQueue, 0, 0, 1);
    const late = log.add(2, 0, Flag.writes | Flag.storeQueue, 0, 0, 1);
    const knowledge = new Knowledge();
    const knows = (n: number): boolean => knowledge.knows(n, log.row(n), log, waves);
    expect([early, own, late].map(knows)).toEqual([false, false, false]);
    knowledge.wave({ uid: 1, group: 1, load: 0, store: own, epoch: 1 });
    expect([early, own, late].map(knows)).toEqual([true, true, false]);
    knowledge.launches[1] = 9;
    expect(knows(late)).toBe(true);
  });

  it('of a place is what was released there by then, whoever else comes later', () => {
    const log = new AccessLog(8);
    const place = new ReleaseLog();
    const first = log.add(1, 0, Flag.writes, 0, 0, 0);
    place.add({ uid: 1, group: 1, load: first, store: first, epoch: 0 }, undefined);
    const knowledge = new Knowledge();
    knowledge.place(place);
    const second = log.add(5, 0, Flag.writes, 0, 0, 0);
    place.add({ uid: 5, group: 5, load: second, store: second, epoch: 0 }, knowledge);
    expect(knowledge.knows(first, log.row(first), log, waves)).toBe(true);
    expect(knowledge.knows(second, log.row(second), log, waves)).toBe(false);
    // a place whose releasers knew of the place itself ends the question
    knowledge.place(place);
    expect(knowledge.knows(second, log.row(second), log, waves)).toBe(true);
    const stranger = log.add(9, 0, Flag.writes, 0, 0, 0);
    expect(knowledge.knows(stranger, log.row(stranger), log, waves)).toBe(false);
  });
});
