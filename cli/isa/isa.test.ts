/**
 * What is behind the `isa` commands, without a process around it: reading and linking code objects, launches, faults,
 * steps, arguments. Kernels are those of fixtures/relocatable.c, as clang 19 compiled them; results are worked out here.
 */

import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { EmptyslotError } from '../../pcie/index.ts';
import { UsageError } from '../exit.ts';
import { element, parseArgument, shortest } from './arguments.ts';
import type { Argument, ElementName } from './arguments.ts';
import { Debugger } from './debugger.ts';
import { describeKernel } from './descriptor.ts';
import { wordsFromText } from './input.ts';
import { kernelOf } from './kernel.ts';
import { launch } from './launch.ts';
import type { Launched } from './launch.ts';
import { labelsOf, listCode, listRange, printFunction } from './listing.ts';
import { readObject } from './object.ts';
import { explainEvent, Session } from './session.ts';

const file = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./fixtures/${name}.o`, import.meta.url)));
const objects = { 32: readObject(file('relocatable')), 64: readObject(file('relocatable.wave64')) };

function start(
  lanes: 32 | 64,
  name: string,
  args: readonly string[],
  shape: { grid?: number; block?: number; engine?: 'auto' | 'wasm' | 'interpreter'; races?: boolean } = {},
): Launched {
  const object = objects[lanes];
  return launch(object, kernelOf(object, name), {
    grid: [shape.grid ?? 2, 1, 1],
    block: [shape.block ?? 64, 1, 1],
    args: args.map(parseArgument),
    dynamicLds: 0,
    stack: 2048,
    engine: shape.engine ?? 'auto',
    checkRaces: shape.races ?? false,
    slots: 64,
  });
}

const session = (launched: Launched, lanes: 32 | 64, name: string): Session => {
  const object = objects[lanes];
  const image = object.relocate(0);
  const labels = labelsOf(object.code.flatMap((range) => listCode(image, range, object.symbols, () => lanes === 64)));
  return new Session(launched, kernelOf(object, name), labels);
};

function output(launched: Launched, type: ElementName = 'u32', index = 0): string[] {
  const bytes = launched.memory.bytesOf(launched.buffers[index]!);
  const size = { u32: 4, f32: 4 }[type as 'u32' | 'f32'];
  return Array.from({ length: bytes.length / size }, (_, i) => element(bytes, type, i));
}
const expected = (make: (i: number) => number, count = 128): string[] =>
  Array.from({ length: count }, (_, i) => String(make(i) >>> 0));

describe('relocatable code objects', () => {
  it('are linked: calls through a table, data, descriptors', () => {
    const object = objects[32];
    expect(object).toMatchObject({ machine: 'gfx1100', linked: false });
    expect(object.kernels.map((k) => k.name)).toEqual([
      'steps',
      'mixed',
      'sizes',
      'reverse',
      'racy',
      'outside',
      'behind',
      'stuck',
      'scratch',
    ]);
    expect(object.symbols.filter((s) => s.code).map((s) => s.name)).toContain('collatz');
    expect(describeKernel(kernelOf(object, 'reverse'))).toMatchObject({ wave64: false, ldsBytes: 256 });
    expect(describeKernel(kernelOf(objects[64], 'reverse')).wave64).toBe(true);
    // relative addresses hold wherever the image lies
    const [low, high] = [object.relocate(0), object.relocate(0x1234_5000)];
    const text = object.code[0]!;
    expect(low.subarray(text.address, text.address + text.bytes)).toEqual(
      high.subarray(text.address, text.address + text.bytes),
    );
  });

  const collatz = (n: number): number => {
    let steps = 0;
    for (let x = n; x !== 1; steps++) x = x % 2 === 1 ? 3 * x + 1 : x / 2;
    return steps;
  };
  const wanted: [string, string[], (i: number) => number][] = [
    ['steps', ['out:u32:128'], (i) => collatz(i + 1)],
    ['mixed', ['out:u32:128', 'u8=200', 'u64=0x700000000', 'f32=2.5'], (i) => 10 * ((i & 3) + 1) + 200 + 7 + 2],
    ['sizes', ['out:u32:128'], () => 128],
    ['reverse', ['out:u32:128'], (i) => (63 - (i & 63)) ** 2],
    ['scratch', ['out:u32:128'], (i) => (i & 63) + (((i & 63) * 7) & 15)],
  ];
  for (const lanes of [32, 64] as const)
    it.each(wanted)(`%s runs, waves of ${lanes} lanes`, (name, args, make) => {
      for (const engine of ['interpreter', 'wasm'] as const) {
        const launched = start(lanes, name, args, { engine });
        while (launched.engine.run(1 << 20) === 'busy');
        expect(launched.events).toEqual([]);
        expect(launched.done()).toBe(true);
        expect(output(launched)).toEqual(expected(make));
      }
    });

  it('that are damaged are told so, whatever was damaged', () => {
    const good = file('relocatable');
    let x = 99;
    const random = (n: number): number => {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      return (x >>> 0) % n;
    };
    let refused = 0;
    for (let i = 0; i < 600; i++) {
      const bytes = i % 4 === 0 ? good.slice(0, random(good.length)) : good.slice();
      for (let n = 0; n < 3 && bytes.length > 0; n++) {
        const at =
          i % 2 === 0 ? random(Math.min(64, bytes.length)) : bytes.length - 1 - random(Math.min(2600, bytes.length));
        bytes[at] = [0, 0xff, 0x80, random(256)][random(4)]!;
      }
      try {
        const object = readObject(bytes);
        object.kernels.map(describeKernel);
        object.relocate(0);
      } catch (error) {
        expect(error).toBeInstanceOf(EmptyslotError);
        expect((error as EmptyslotError).code).toBe('CODE_OBJECT_INVALID');
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(150);
  });
});

describe('faults', () => {
  const said = (launched: Launched, lanes: 32 | 64, name: string): string => {
    const s = session(launched, lanes, name);
    while (launched.engine.run(1 << 20) === 'busy');
    return launched.events.map((event) => explainEvent(event, launched, (at) => s.position(at)).join('\n')).join('\n');
  };
  it('outside of LDS and of buffers name instruction and lanes', () => {
    expect(said(start(32, 'outside', ['out:u32:64'], { grid: 1, block: 32 }), 32, 'outside')).toMatch(
      /^LDS access at byte \d+, outside of the 512 bytes of the workgroup[^\n]*\n {2}at outside\+0x[0-9a-f]+ \(0x[0-9a-f]+\): ds_store_b32 v\d+, v0, lanes 2-31$/,
    );
    expect(said(start(64, 'behind', ['out:u32:64'], { grid: 1, block: 64 }), 64, 'behind')).toMatch(
      /^memory violation: write at 0x[0-9a-f]+, 65344 bytes behind the end of argument 0 \(out:u32:64\)[^\n]*\n {2}at behind\+0x[0-9a-f]+ \(0x[0-9a-f]+\): global_store_b32 .*, lanes 16-63$/,
    );
  });
  it('races are found where asked for, and only there', () => {
    expect(said(start(32, 'racy', ['out:u32:64'], { grid: 1, races: true }), 32, 'racy')).toMatch(
      /^(UNINITIALISED|LDS_RACE): [\s\S]*LDS_RACE: .*\n {2}at instruction at racy\+0x/,
    );
    expect(said(start(32, 'reverse', ['out:u32:64'], { grid: 1, races: true }), 32, 'reverse')).toBe('');
    expect(said(start(32, 'racy', ['out:u32:64'], { grid: 1 }), 32, 'racy')).toBe('');
  });
  it('a wave that nobody wakes is a hang, not an endless loop', () => {
    const launched = start(32, 'stuck', ['out:u32:64'], { grid: 1 });
    expect(launched.engine.run(1 << 20)).toBe('hung');
    expect(
      session(launched, 32, 'stuck')
        .waves()
        .map((w) => w.status),
    ).toEqual(['halted', 'at a barrier']);
  });
});

describe('steps', () => {
  it('tell which wave ran what, and every register it changed', () => {
    const launched = start(32, 'reverse', ['out:u32:128'], { engine: 'interpreter' });
    const s = session(launched, 32, 'reverse');
    const names = new Set<string>();
    let count = 0;
    let ended = 0;
    for (let e = s.step(true); e !== undefined; e = s.step(true)) {
      names.add(s.nameOf(e.wave.slot));
      if (e.ended) ended++;
      if (count++ === 0) expect(e.pc).toBe(s.entry);
      if (e.text.startsWith('v_mul_u32_u24')) expect(e.changed.join()).toMatch(/^v\d+ = /);
      if (e.text === 's_barrier') expect(e.changed).toEqual([]);
    }
    expect(s.result).toBe('idle');
    expect(count).toBe(launched.engine.executed);
    expect(ended).toBe(4);
    expect([...names].toSorted()).toEqual([
      'workgroup 0 wave 0',
      'workgroup 0 wave 1',
      'workgroup 1 wave 0',
      'workgroup 1 wave 1',
    ]);
    expect(output(launched)).toEqual(expected((i) => (63 - (i & 63)) ** 2));
  });

  async function debug(lines: readonly string[], kernel = 'steps'): Promise<string> {
    const launched = start(32, kernel, ['out:u32:64'], { grid: 1, block: 32, engine: 'interpreter' });
    const s = session(launched, 32, kernel);
    const out = new PassThrough();
    let text = '';
    out.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    const input = new PassThrough();
    input.end(`${lines.join('\n')}\n`);
    const debug_ = new Debugger(s, out, { breakpoints: [], limit: 100_000, onEnd: () => {} });
    await debug_.run(input, false);
    if (kernel === 'steps' && !lines.includes('q')) expect(output(launched).slice(0, 4)).toEqual(['0', '1', '7', '2']);
    return text;
  }
  it('obey a script', async () => {
    const text = await debug([
      'b',
      's 4',
      'b collatz',
      'b',
      'c',
      'l 2',
      'v0',
      'v 0 3',
      'v0 32',
      'v 0 x',
      'exec',
      'vcc_lo',
      'w',
      'r',
      'd',
      'lds',
      'x 0x100000000 2',
      'x 5',
      'n',
      'b collatz',
      'b nowhere',
      'what',
      'h',
      'c',
    ]);
    expect(text).toMatch(/^about to start at steps \(0x/);
    expect(text).toContain('breakpoint at collatz (0x');
    expect(text).toMatch(/breakpoint: workgroup 0 wave 0 at collatz \(0x[0-9a-f]+\): /);
    expect(text).toMatch(/^> [0-9a-f]{8} {2}s_waitcnt/m);
    expect(text).toContain('    0: 00000001 00000002 00000003');
    expect(text).toContain('v0, lane 3 = 0x00000004 (4)');
    expect(text).toMatch(/ {2}exec ffffffff {2}vcc [0-9a-f]{8} {2}scc [01]/);
    expect(text).toContain('32: expected a lane, 0 to 31');
    expect(text).toContain('x: expected a lane, 0 to 31');
    expect(text).toMatch(/^no breakpoints$/m);
    expect(text).toMatch(/^ {2}0x100000000: [0-9a-f]{8} [0-9a-f]{8}$/m);
    expect(text).toContain('nothing lies at 0x5: a null pointer');
    expect(text).toContain('no breakpoint at collatz');
    expect(text).toContain('nowhere: expected a label');
    expect(text).toContain('what: no such command');
  });
  it('tell of faults as they happen, each once', async () => {
    // relocatable.c: tile[LID * 100], of 128 dwords
    const fault =
      /^LDS access at byte \d+, outside of the 512 bytes of the workgroup.*\n {2}at outside\+0x[0-9a-f]+ /gm;
    const stopped = await debug(['c', 'c'], 'outside');
    expect(stopped.match(fault)).toHaveLength(1);
    expect(stopped).toMatch(/^stopped: workgroup 0 wave 0 at outside\+0x/m);
    const stepped = await debug(['s 100'], 'outside');
    expect(stepped.match(fault)).toHaveLength(1);
    expect(stepped).toMatch(/ds_store_b32 .*\n(?: {4}.*\n)*LDS access/);
  });
  it('end with the input, or when told to', async () => {
    await debug(['s']);
    expect(await debug(['s', 'q'])).toContain('s_clause');
  });
});

describe('listings', () => {
  it('name targets, fold padding, and keep what is no instruction', () => {
    const words = Uint32Array.of(
      0xbe800080,
      0xbfa1fffe,
      0xffffffff,
      0xf0000000,
      0,
      0x8203ff03,
      0,
      0xbfb00000,
      0xbf9f0000,
      0xbf9f0000,
    );
    const listed = listRange(new Uint8Array(words.buffer), 0, words.length * 4, '', false);
    expect([...printFunction(listed, labelsOf([listed]))].map((line) => line.replace(/\s+/g, ' ').trim())).toEqual([
      'L0:',
      's_mov_b32 s0, 0 ; 00000000: be800080',
      's_cbranch_scc0 L0 ; 00000004: bfa1fffe',
      '.long 0xffffffff ; 00000008: ffffffff not an instruction',
      '.long 0xf0000000, 0x0 ; 0000000c: f0000000 00000000 image_load, not modelled',
      's_addc_u32 s3, s3, lit(0) ; 00000014: 8203ff03 00000000',
      's_endpgm ; 0000001c: bfb00000',
      '.fill 2, 4, 0xbf9f0000 ; s_code_end',
    ]);
  });
  it('of matrices for 64 lanes can be assembled again', () => {
    const words = Uint32Array.of(0xcc404010, 0x1c421100);
    const listed = listRange(new Uint8Array(words.buffer), 0, 8, '', true);
    expect([...printFunction(listed, new Map())].join()).toMatch(
      /^\tv_wmma_f32_16x16x16_f16 v\[16:19\], v\[0:7\], v\[8:15\], v\[16:19\] +; 00000000: cc404010 1c421100$/,
    );
  });
  it('read words as people paste them', () => {
    const fma = Uint32Array.of(0xd6130003, 0x040a0300);
    for (const text of [
      'd6130003 040a0300',
      '0xd6130003, 0x040a0300 ; v_fma',
      '[0x03,0x00,0x13,0xd6,0x00,0x03,0x0a,0x04]',
      '1500: d6130003 040a0300 // x',
    ])
      expect(wordsFromText(text), text).toEqual(fma);
    for (const text of ['', 'hello', '0x12', 'd6130003 0x12', 'd613000'])
      expect(wordsFromText(text), text).toBeUndefined();
  });
});

describe('arguments', () => {
  const values = (text: string): string[] => {
    const a = parseArgument(text) as Extract<Argument, { kind: 'buffer' }>;
    return Array.from({ length: a.count }, (_, i) => element(a.contents, a.type, i));
  };
  it('are numbers of a type, and buffers with contents', () => {
    expect(parseArgument('i32=-5')).toMatchObject({ kind: 'value', bytes: Uint8Array.of(0xfb, 0xff, 0xff, 0xff) });
    expect(parseArgument('f16=1')).toMatchObject({ bytes: Uint8Array.of(0, 0x3c) });
    expect(parseArgument('u64=0xffffffffffffffff')).toMatchObject({ bytes: new Uint8Array(8).fill(255) });
    expect(parseArgument('bytes=0102ff')).toMatchObject({ bytes: Uint8Array.of(1, 2, 255) });
    expect(values('buf:f32:3=iota')).toEqual(['0', '1', '2']);
    expect(values('in:i8:3=-1')).toEqual(['-1', '-1', '-1']);
    expect(values('in:f16:3=1.5,-inf,6e-8')).toEqual(['1.5', '-Infinity', '5.960464477539063e-8']);
    expect(values('out:f64:2')).toEqual(['0', '0']);
    expect(values('in:u32:2=random:7')).toEqual(values('in:u32:2=random:7'));
    expect(values('in:u32:2=random:7')).not.toEqual(values('in:u32:2=random:8'));
  });
  it('that make no sense are refused with what was expected', () => {
    for (const text of [
      '',
      'f33=1',
      'i32',
      'i32=',
      'i32=1.5',
      'u8=256',
      'buf:f32',
      'buf:f32:0',
      'buf:f32:x',
      'buf:f32:2=1,2,3',
      'buf:f32:2=one',
      'bytes=1',
      'buf:f32:1e12',
      'in:u8:4=@/nowhere/at/all',
      'what:f32:4',
      'constructor=1',
      'out:toString:4',
    ])
      expect(() => parseArgument(text), text).toThrow(UsageError);
  });
  it('are printed with the digits it takes', () => {
    expect([0.1, 3.4028234663852886e38, 1 / 3, 16777216, -0].map((x) => shortest(Math.fround(x)))).toEqual([
      '0.1',
      '3.4028235e+38',
      '0.33333334',
      '16777216',
      '-0',
    ]);
  });
});
