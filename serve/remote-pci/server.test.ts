/**
 * The remote-PCI server on the wire: every command, what it refuses, who owns what, and how time passes.
 *
 * The protocol's layout is tinygrad's (see protocol.ts); the client here is of our own.
 */

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../pcie/index.ts';
import { Machine } from '../../sim/index.ts';
import type { MachineOptions } from '../../sim/index.ts';
import { expectReplay } from '../../sim/replay.ts';
import { TraceReader, TraceWriter } from '../../trace/index.ts';
import { serveRemotePci } from './index.ts';
import type { RemotePciServer, ServeOptions } from './index.ts';
import { GO_NS, MiB, Register, memoryCard } from './testing/memory-card.ts';
import { TestClient, request } from './testing/client.ts';

const PROBE = 0,
  MAP_BAR = 1,
  MAP_FD = 2,
  CFG_READ = 3,
  CFG_WRITE = 4,
  RESET = 5,
  READ = 6,
  WRITE = 7,
  MAP_SYSMEM = 8,
  SYS_READ = 9,
  SYS_WRITE = 10,
  RESIZE = 11,
  PING = 12;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Setup {
  readonly machine: Machine;
  readonly server: RemotePciServer;
  readonly client: TestClient;
  readonly errors: unknown[];
  /** Lets wall time pass, in ns. */
  sleep(ns: number): void;
  another(): Promise<TestClient>;
}

async function start(over: Partial<ServeOptions> = {}, cards = 1, machineOptions: MachineOptions = {}): Promise<Setup> {
  const machine = new Machine({ arenaBytes: 2 ** 28, traceLog2: 15, ...machineOptions });
  for (let i = 0; i < cards; i++) machine.plug(memoryCard, undefined as never);
  return serveMachine(machine, over);
}

async function serveMachine(machine: Machine, over: Partial<ServeOptions> = {}): Promise<Setup> {
  let wallNs = 5e9;
  const errors: unknown[] = [];
  const ports = Array.from({ length: machine.cardCount }, (_, i) => machine.port(i));
  const server = await serveRemotePci({
    ports,
    listen: { port: 0 },
    now: () => wallNs,
    onError: (error) => errors.push(error),
    ...over,
  });
  closing.push(() => server.close());
  const another = async (): Promise<TestClient> => {
    const client = await TestClient.open(server.port);
    closing.push(() => client.close());
    return client;
  };
  return { machine, server, client: await another(), errors, another, sleep: (ns) => void (wallNs += ns) };
}

const filter = (...pairs: number[]): Buffer => {
  const bytes = Buffer.alloc(pairs.length * 4);
  pairs.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, 4 * i));
  return bytes;
};

async function probe(
  client: TestClient,
  vendor: number,
  baseClass: number,
  pairs: Buffer,
): Promise<{ status: number; text: string; count: number }> {
  client.send(Buffer.concat([request(PROBE, 0, 0, baseClass, pairs.length, vendor), pairs]));
  const { status, r0, r1, text } = await client.reply();
  return { status, count: r1, text: status === 0 ? (await client.take(r0)).toString() : text };
}

describe('commands', () => {
  it('PROBE lists matching devices, each ending in its number, and refuses where none matches', async () => {
    const { client } = await start({}, 2);
    expect(await probe(client, 0x1002, 0, filter(0xffff, 0x744c))).toEqual({
      status: 0,
      count: 2,
      text: '0000:03:00.0:0\n0000:04:00.0:1',
    });
    expect(await probe(client, 0x1002, 3, filter(0xffff, 0x1111, 0xff00, 0x7400))).toMatchObject({ count: 2 });
    expect(await probe(client, 0x10de, 0, filter(0xffff, 0x744c))).toMatchObject({
      status: 1,
      text: expect.stringContaining('1002:744c at 0000:03:00.0'),
    });
    expect(await probe(client, 0x1002, 2, filter(0xffff, 0x744c))).toMatchObject({ status: 1 });
    expect(await probe(client, 0x1002, 0, Buffer.alloc(5))).toMatchObject({
      status: 1,
      text: expect.stringContaining('pairs'),
    });
  });

  it('MAP_BAR tells bus address and size', async () => {
    const { client, machine } = await start();
    const { r0, r1 } = await client.call(MAP_BAR, 0, 0);
    expect(r1).toBe(16 * MiB);
    expect(r0).toBe(machine.port(0).function.config.barAddress(0));
    expect((await client.call(MAP_BAR, 0, 5)).r1).toBe(4096);
    for (const bar of [1, 3, 6, 256, 0xffff_ffff])
      expect((await client.call(MAP_BAR, 0, bar)).text).toBe(`the device has no BAR${bar}`);
  });

  it('CFG_READ and CFG_WRITE take 1, 2 and 4 bytes', async () => {
    const { client } = await start();
    expect((await client.call(CFG_READ, 0, 0, 0, 4)).r0).toBe(0x744c_1002);
    expect((await client.call(CFG_READ, 0, 0, 2, 2)).r0).toBe(0x744c);
    expect((await client.call(CFG_READ, 0, 0, 0x0b, 1)).r0).toBe(3);
    expect((await client.call(CFG_WRITE, 0, 0, 4, 2, 6)).status).toBe(0);
    expect((await client.call(CFG_READ, 0, 0, 4, 2)).r0).toBe(6);
    for (const [offset, width, value] of [
      [0, 0, 0],
      [0, 3, 0],
      [0, 8, 0],
      [2, 4, 0],
      [4096, 1, 0],
      [4094, 4, 0],
      [2n ** 64n - 2n, 4, 0],
    ] as const) {
      expect((await client.call(CFG_READ, 0, 0, offset, width)).status).toBe(1);
      expect((await client.call(CFG_WRITE, 0, 0, offset, width, value)).status).toBe(1);
    }
    expect((await client.call(CFG_WRITE, 0, 0, 4, 2, 0x1_0000)).text).toContain('does not fit');
  });

  it('MMIO_READ and MMIO_WRITE of every size, in stream order', async () => {
    const { client, machine } = await start();
    client.write32(5, Register.scratch, 0xfedc_ba98);
    expect(await client.read32(5, Register.scratch)).toBe(0xfedc_ba98);
    client.write(WRITE, 0, 0x1000, Buffer.from('0102030405060788', 'hex'));
    expect((await client.read(READ, 0, 0x1000, 8)).toString('hex')).toBe('0102030405060788');
    for (const bytes of [1, 2, 3, 5, 7, 12, 4097, 200_000]) {
      const data = Buffer.from(Array.from({ length: bytes }, (_, i) => (i * 7 + bytes) & 0xff));
      client.write(WRITE, 0, 0x20001, data);
      expect((await client.read(READ, 0, 0x20001, bytes)).equals(data)).toBe(true);
    }
    expect(await client.read(READ, 0, 0, 0)).toHaveLength(0);
    expect(machine.findings.list).toEqual([]);
  });

  it('an 8-byte doorbell is one access on the bus', async () => {
    const { client } = await start();
    client.write(WRITE, 2, 8, Buffer.from('1122334455667788', 'hex'));
    expect(await client.read32(5, Register.rings)).toBe(1);
    expect(await client.read32(5, Register.ringWide)).toBe(1);
    expect(await client.read32(5, Register.ringLo)).toBe(0x4433_2211);
    expect(await client.read32(5, Register.ringHi)).toBe(0x8877_6655);
  });

  it('MAP_SYSMEM gives zeroed pages that the device can reach, scattered or contiguous', async () => {
    const { client } = await start({}, 1, { scatter: true });
    client.send(request(CFG_WRITE, 0, 0, 4, 2, 6));
    await client.reply();
    for (const contiguous of [0, 1]) {
      const { r0, r1: handle } = await client.call(MAP_SYSMEM, 0, 0, 10_000, contiguous);
      expect(r0).toBe(3 * 8);
      const list = await client.take(r0);
      const pages = [0, 1, 2].map((i) => Number(list.readBigUInt64LE(8 * i)));
      expect(new Set(pages).size).toBe(3);
      for (const page of pages) expect(page % 4096).toBe(0);
      if (contiguous) expect(pages).toEqual([pages[0], pages[0]! + 4096, pages[0]! + 8192]);
      expect((await client.read(SYS_READ, handle, 0, 10_000)).every((byte) => byte === 0)).toBe(true);
      client.write(SYS_WRITE, handle, 2 * 4096 + 8, Buffer.from('efbeadde', 'hex'));
      // the device reads it by the address of the third page
      client.write32(5, Register.address, (pages[2]! + 8) >>> 0);
      client.write32(5, Register.addressHi, Math.floor((pages[2]! + 8) / 2 ** 32));
      client.write32(5, Register.load, 1);
      expect(await client.read32(5, Register.scratch)).toBe(0xdead_beef);
    }
  });

  it('RESIZE_BAR grows BAR0 to what card and server allow', async () => {
    const all = await start();
    expect((await all.client.call(RESIZE, 0, 0)).status).toBe(0);
    expect((await all.client.call(MAP_BAR, 0, 0)).r1).toBe(64 * MiB);
    all.client.write32(0, 63 * MiB, 5);
    expect(await all.client.read32(0, 63 * MiB)).toBe(5);
    expect((await all.client.call(RESIZE, 0, 2)).status).toBe(1);
    const machine = new Machine({ arenaBytes: 2 ** 26 });
    const port = machine.plug(memoryCard, undefined as never);
    const some = await serveMachine(machine, { ports: [{ port, bar0MaxBytes: 40 * MiB }] });
    await some.client.call(RESIZE, 0, 0);
    expect((await some.client.call(MAP_BAR, 0, 0)).r1).toBe(32 * MiB);
    const none = await serveMachine(new Machine({ arenaBytes: 2 ** 26 }), { ports: [{ port, bar0MaxBytes: 0 }] });
    expect((await none.client.call(RESIZE, 0, 0)).text).toContain('not resized');
  });

  it('RESET resets the card and keeps its configuration', async () => {
    const { client, machine } = await start();
    await client.call(RESIZE, 0, 0);
    await client.call(CFG_WRITE, 0, 0, 4, 2, 6);
    client.write32(5, Register.scratch, 7);
    const before = machine.nowNs;
    expect((await client.call(RESET)).status).toBe(0);
    expect(machine.nowNs - before).toBeGreaterThanOrEqual(100e6);
    expect(await client.read32(5, Register.scratch)).toBe(0);
    expect((await client.call(CFG_READ, 0, 0, 4, 2)).r0).toBe(6);
    expect((await client.call(MAP_BAR, 0, 0)).r1).toBe(64 * MiB);
  });

  it('PING answers; MAP_SYSMEM_FD and unknown commands are refused with a reason', async () => {
    const { client } = await start();
    expect(await client.call(PING)).toMatchObject({ status: 0, r0: 0, r1: 0 });
    expect((await client.call(MAP_FD, 0, 0, 4096)).text).toContain('do not travel over TCP');
    expect((await client.call(13)).text).toBe('there is no command 13');
    expect((await client.call(255)).status).toBe(1);
    expect((await client.call(PING)).status).toBe(0);
  });
});

describe('who owns what', () => {
  it('a second client is told who has the device; devices are free again when their client leaves', async () => {
    const { client, another, machine } = await start({}, 2);
    client.write32(5, 0, 42);
    expect(await client.read32(5, 0)).toBe(42);
    const second = await another();
    expect(await probe(second, 0x1002, 0, filter(0xffff, 0x744c))).toMatchObject({ count: 2 });
    expect((await second.call(MAP_BAR, 0, 0)).text).toMatch(
      /^device 0 \(0000:03:00\.0\) is in use by 127\.0\.0\.1:\d+$/,
    );
    expect((await second.call(MAP_BAR, 1, 0)).status).toBe(0);
    expect((await client.call(MAP_BAR, 1, 0)).status).toBe(1);
    expect((await client.call(MAP_BAR, 2, 0)).text).toContain('there is no device 2');
    await client.call(MAP_SYSMEM, 0, 0, 5000);
    expect(machine.grantsOf(0)).toHaveLength(1);
    await client.close();
    while (machine.grantsOf(0).length > 0) await new Promise((resolve) => setImmediate(resolve));
    // warm: the card is as its driver left it
    expect((await second.read(READ, 5, 0, 4, 0)).readUInt32LE()).toBe(42);
  });

  it('system memory belongs to its connection and device', async () => {
    const { client, another } = await start({}, 2);
    const { r0, r1: handle } = await client.call(MAP_SYSMEM, 0, 0, 4096);
    await client.take(r0);
    const second = await another();
    expect((await second.call(SYS_READ, 1, handle, 0, 4)).text).toContain(`no system memory ${handle}`);
    expect((await client.call(SYS_READ, 1, handle, 0, 4)).status).toBe(1);
    expect(await client.read(SYS_READ, handle, 0, 4)).toHaveLength(4);
  });

  it('gives back all memory, however often clients come and go', async () => {
    const { another, machine, client } = await start();
    await client.close();
    for (let i = 0; i < 20; i++) {
      const next = await another();
      let made;
      do made = await next.call(MAP_SYSMEM, 0, 0, 2 * MiB);
      while (made.status !== 0);
      next.write(SYS_WRITE, made.r1, 0, new Uint8Array(2 * MiB).fill(1));
      await next.call(PING);
      await next.close();
    }
    while (machine.grantsOf(0).length > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(machine.arena.used).toBeLessThan(40);
  });
});

describe('refusals', () => {
  it('bounds are exact, also near 2^64', async () => {
    const { client } = await start();
    const { r0, r1: handle } = await client.call(MAP_SYSMEM, 0, 0, 5000);
    await client.take(r0);
    const outside: [number, number | bigint, number | bigint][] = [
      [READ, 16 * MiB, 1],
      [READ, 16 * MiB - 3, 4],
      [READ, 2n ** 64n - 4n, 4],
      [READ, 2n ** 64n - 4n, 8],
      [READ, 0, 16 * MiB + 1],
      [READ, 4, 2n ** 64n - 4n],
      [READ, 2n ** 63n, 4],
    ];
    for (const [command, offset, bytes] of outside)
      expect((await client.call(command, 0, 0, offset, bytes)).text).toContain('past the end of BAR0');
    for (const [offset, bytes] of [
      [5000, 1],
      [4999, 2],
      [2n ** 64n - 1n, 2],
      [0, 5001],
    ] as const)
      expect((await client.call(SYS_READ, 0, handle, offset, bytes)).text).toContain('past the end');
    expect(await client.read(READ, 0, 16 * MiB - 4, 4)).toHaveLength(4);
    expect(await client.read(SYS_READ, handle, 4999, 1)).toHaveLength(1);
    for (const bar of [1, 4, 6, 7, 256, 0xffff_ffff])
      expect((await client.call(READ, 0, bar, 0, 4)).text).toBe(`the device has no BAR${bar}`);
  });

  it('a refused write is told with the next reply, once, and the stream goes on', async () => {
    const { client, server } = await start();
    client.write(WRITE, 0, 16 * MiB, Buffer.alloc(4));
    client.write(WRITE, 9, 0, Buffer.alloc(100_000));
    client.write(SYS_WRITE, 77, 0, Buffer.alloc(8));
    client.write32(5, 0, 3);
    const told = await client.call(PING);
    expect(told.status).toBe(1);
    expect(told.text).toMatch(/^an earlier write was refused \(and 2 more\): 4 bytes at 0x1000000 reach past/);
    expect(await client.read32(5, 0)).toBe(3);
    expect(server.stats.refusals).toBe(4);
  });

  it('a payload above the limit ends the connection with a reason; others go on', async () => {
    const { client, another } = await start({ bulkBytes: 1000 });
    const second = await another();
    expect((await client.call(READ, 0, 0, 0, 1001)).text).toContain('at most 1000');
    for (const length of [1001, 2 ** 40, 2n ** 64n - 1n]) {
      const victim = await another();
      victim.send(request(WRITE, 0, 0, 0, length));
      expect((await victim.reply()).text).toContain('The connection closes');
      await victim.gone();
    }
    const prober = await another();
    prober.send(request(PROBE, 0, 0, 0, 2 ** 30));
    expect((await prober.reply()).status).toBe(1);
    expect((await second.call(PING)).status).toBe(0);
  });

  it('system memory is bounded per connection', async () => {
    const { client } = await start({ sysmemBytes: 100_000 });
    expect((await client.call(MAP_SYSMEM, 0, 0, 0)).text).toContain('0 bytes');
    expect((await client.call(MAP_SYSMEM, 0, 0, 2n ** 64n - 1n)).status).toBe(1);
    const { r0 } = await client.call(MAP_SYSMEM, 0, 0, 90_000);
    await client.take(r0);
    expect((await client.call(MAP_SYSMEM, 0, 0, 20_000)).text).toContain('9888 more');
  });

  it('one connection too many is hung up on, with a word in the log; the next finds room', async () => {
    const said: string[] = [];
    const { client, another } = await start({ maxConnections: 2, onEvent: (line) => said.push(line) });
    const second = await another();
    expect((await second.call(PING)).status).toBe(0);
    await (await another()).gone();
    expect(said).toContainEqual(expect.stringMatching(/^127\.0\.0\.1:\d+ refused: 2 are connected$/));
    expect((await client.call(PING)).status).toBe(0);
    await second.close();
    while (!said.some((line) => line.endsWith(' disconnected'))) await client.call(PING);
    expect((await (await another()).call(PING)).status).toBe(0);
  });

  it('half a header, or a disconnect in the middle of bulk, harms nobody', async () => {
    const { another, client, machine } = await start();
    const half = await another();
    half.send(request(WRITE).subarray(0, 17));
    await half.close();
    const bulk = await another();
    bulk.send(Buffer.concat([request(WRITE, 0, 0, 0, 10 * MiB), Buffer.alloc(3 * MiB, 1)]));
    await new Promise((resolve) => setImmediate(resolve));
    await bulk.close();
    let answer;
    do answer = await client.call(READ, 0, 0, 0, 4);
    while (answer.status !== 0);
    expect((await client.take(4)).readUInt32LE()).toBe(0); // nothing of the unfinished write arrived
    expect(machine.findings.list).toEqual([]);
  });

  it('an error in a model reaches the client as text and the server goes on', async () => {
    const { client, errors } = await start();
    expect((await client.call(READ, 0, 5, Register.broken, 4)).text).toContain('the model is broken here');
    expect(errors).toHaveLength(1);
    expect(await client.read32(5, 0)).toBe(0);
  });

  it('a finding under `fatal` is the refusal of the access that made it', async () => {
    const { client } = await start({}, 1, { strictness: 'fatal' });
    expect((await client.call(READ, 0, 5, 0, 2)).text).toContain('ACCESS_WIDTH');
    expect(await client.read32(5, 0)).toBe(0);
  });

  it('a client that asks and does not listen waits; nothing is lost', async () => {
    const { client } = await start({ backlogBytes: 1000 });
    client.write(WRITE, 0, 0, Buffer.alloc(MiB, 7));
    client.socket.pause();
    for (let i = 0; i < 40; i++) client.send(request(READ, 0, 0, 0, MiB));
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
    client.socket.resume();
    for (let i = 0; i < 40; i++) {
      expect((await client.reply()).r0).toBe(MiB);
      expect((await client.take(MiB))[MiB - 1]).toBe(7);
    }
  });

  it('messages in any pieces mean the same', async () => {
    const { client } = await start();
    const stream = Buffer.concat([
      request(WRITE, 0, 0, 0, 8),
      Buffer.from('0011223344556677', 'hex'),
      request(PING),
      request(WRITE, 0, 0, 8, 3),
      Buffer.from('8899aa', 'hex'),
      request(READ, 0, 0, 0, 11),
      request(CFG_READ, 0, 0, 0, 4),
    ]);
    for (const size of [1, 5, 16, 33, 34, 40, 1000]) {
      for (let at = 0; at < stream.length; at += size) {
        client.send(stream.subarray(at, at + size));
        if (size < 40) await new Promise((resolve) => setImmediate(resolve));
      }
      expect((await client.reply()).status).toBe(0);
      expect((await client.reply()).r0).toBe(11);
      expect((await client.take(11)).toString('hex')).toBe('00112233445566778899aa');
      expect((await client.reply()).r0).toBe(0x744c_1002);
    }
  });

  it('random messages: the server answers each that has an answer, in order, and lives', async () => {
    const { client, another, errors } = await start({ bulkBytes: 5000, sysmemBytes: 100_000 });
    await client.close();
    const number = fc.oneof(
      fc.constantFrom(0n, 1n, 2n, 4n, 8n, 4096n, 2n ** 24n - 4n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
      fc.bigInt({ min: 0n, max: 5000n }),
    );
    const message = fc.record({
      command: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 13 }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
      ),
      device: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }) },
      ),
      bar: fc.oneof(fc.constantFrom(0, 2, 5), fc.integer({ min: 0, max: 8 })),
      arg0: number,
      arg1: number,
      arg2: number,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 40 }), async (messages) => {
        const victim = await another();
        const answered: number[] = [];
        for (const m of messages) {
          const carries = m.command === WRITE || m.command === SYS_WRITE || m.command === PROBE;
          const bytes = carries && m.arg1 > 5000n ? 12n : m.arg1;
          victim.send(request(m.command, m.device, m.bar, m.arg0, bytes, m.arg2));
          if (carries) victim.send(Buffer.alloc(Number(bytes), Number(m.arg0 & 0xffn)));
          if (m.command !== WRITE && m.command !== SYS_WRITE) answered.push(m.command);
        }
        victim.send(request(PING));
        victim.send(request(PING));
        for (const command of [...answered, PING, PING]) {
          const { status, r0, text } = await victim.reply();
          expect(status).toBeLessThanOrEqual(1);
          if (status === 1) expect(text.length).toBeGreaterThan(5);
          else if (command === READ || command === SYS_READ || command === MAP_SYSMEM || command === PROBE)
            await victim.take(r0);
          if (command === PING && status === 0) expect(r0).toBe(0);
        }
        await victim.close();
      }),
      { numRuns: 100 },
    );
    // a read may have hit the register that is broken on purpose
    expect(errors.filter((error) => !String(error).includes('broken here'))).toEqual([]);
  });
});

describe('time', () => {
  it('a silent client finds that time passed, in whole milliseconds; a busy one does not', async () => {
    const { client, machine, sleep, server } = await start();
    client.write32(5, Register.go, 1);
    expect(await client.read32(5, Register.done)).toBe(0);
    sleep(0.9e6);
    const before = machine.nowNs;
    await client.read32(5, Register.done);
    expect(machine.nowNs - before).toBeLessThan(1e5);
    sleep(GO_NS + 0.5e6);
    expect(await client.read32(5, Register.done)).toBe(1);
    expect(server.stats.silenceNs).toBe(GO_NS);
    sleep(3600e9);
    await client.read32(5, Register.done);
    expect(server.stats.silenceNs).toBe(GO_NS + 10e9);
  });

  it('silence before a bulk write counts, though the write comes in pieces', async () => {
    const { client, machine, sleep } = await start();
    await client.call(PING);
    await client.read32(5, 0);
    sleep(500e6);
    const before = machine.nowNs;
    client.send(Buffer.concat([request(WRITE, 0, 0, 0, 10), Buffer.alloc(4)]));
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
    client.send(Buffer.alloc(6));
    await client.read32(5, 0);
    expect(machine.nowNs - before).toBeGreaterThanOrEqual(500e6);
    expect(machine.nowNs - before).toBeLessThan(501e6);
  });

  it('a pulse whose halves come together after a silence has the silence in between, too', async () => {
    const { client, machine, sleep } = await start();
    await client.read32(5, 0);
    const times: number[] = [];
    const fn = machine.port(0).function;
    const write = fn.writeBar.bind(fn);
    fn.writeBar = (bar, offset, width, value) => {
      times.push(machine.nowNs);
      write(bar, offset, width, value);
    };
    const four = (value: number): Buffer => Buffer.concat([request(WRITE, 0, 5, 0, 4), Buffer.from([value, 0, 0, 0])]);
    sleep(10e6);
    client.send(Buffer.concat([four(1), four(0), four(1)]));
    await client.read32(5, 0);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(10e6);
    expect(times[2]! - times[1]!).toBeLessThan(1000);
    // without a silence nothing is made up
    client.send(Buffer.concat([four(1), four(0)]));
    await client.read32(5, 0);
    expect(times[4]! - times[3]!).toBeLessThan(1000);
  });

  it('two clients of one machine that sleep at once make it older once', async () => {
    const { client, another, machine, sleep } = await start({}, 2);
    const second = await another();
    await client.call(MAP_BAR, 0, 0);
    await second.call(MAP_BAR, 1, 0);
    sleep(500e6);
    const before = machine.nowNs;
    await client.call(MAP_BAR, 0, 0);
    await second.call(MAP_BAR, 1, 0);
    expect(machine.nowNs - before).toBe(500e6);
  });

  it('polling jumps to the next event after a few reads, whatever else was read before', async () => {
    const { client, server } = await start();
    for (const offset of [0, 12, 16, 20]) await client.read32(5, offset);
    for (const loop of [[Register.done], [Register.done, Register.scratch, Register.rings]]) {
      client.write32(5, Register.go, 1);
      let reads = 0;
      for (let done = 0; done === 0;) {
        for (const offset of loop) {
          const value = await client.read32(5, offset);
          if (offset === Register.done) done = value;
          reads++;
        }
        expect(reads).toBeLessThan(30);
      }
      expect(reads).toBeGreaterThan(1);
    }
    expect(server.stats.jumps).toBe(2);
  });

  it('polling system memory jumps too; with nothing pending it is counted', async () => {
    const { client, server } = await start();
    const { r0, r1: handle } = await client.call(MAP_SYSMEM, 0, 0, 4096);
    await client.take(r0);
    for (let i = 0; i < 10; i++) await client.read(SYS_READ, handle, 8, 8);
    expect(server.stats.idlePolls).toBe(7);
    client.write32(5, Register.go, 1);
    for (let i = 0; i < 4; i++) await client.read(SYS_READ, handle, 8, 8);
    expect(await client.read32(5, Register.done)).toBe(1);
  });

  it('a loop that stores the same thing every time round is polling too', async () => {
    const { client, server } = await start();
    client.write32(5, Register.go, 1);
    let rounds = 0;
    for (let done = 0; done === 0; rounds++) {
      done = await client.read32(5, Register.done);
      await client.read32(5, Register.rings);
      client.write32(5, Register.scratch, 0x18);
      expect(rounds).toBeLessThan(10);
    }
    expect(rounds).toBeGreaterThan(2);
    expect(server.stats.jumps).toBe(1);
  });

  it('writes of other values between the reads are no polling', async () => {
    const { client, server } = await start();
    client.write32(5, Register.go, 1);
    for (let i = 0; i < 20; i++) {
      client.write32(5, Register.scratch, i);
      expect(await client.read32(5, Register.done)).toBe(0);
    }
    expect(server.stats.jumps).toBe(0);
  });
});

describe('recording', () => {
  it('of a session with silence, polling, reset, resizing and two clients replays without a difference', async () => {
    const machine = new Machine({ arenaBytes: 2 ** 27, traceLog2: 15, scatter: true });
    machine.plug(memoryCard, undefined as never);
    const parts: Uint8Array[] = [];
    const writer = new TraceWriter((part) => void parts.push(part), {
      device: 'memory-card',
      options: {},
      versions: {},
    });
    machine.trace.attach(writer);
    const { client, another, sleep, server } = await serveMachine(machine);
    await client.call(RESIZE, 0, 0);
    await client.call(CFG_WRITE, 0, 0, Config.command, 2, 6);
    const { r0, r1: handle } = await client.call(MAP_SYSMEM, 0, 0, 9000);
    await client.take(r0);
    client.write(SYS_WRITE, handle, 5, Buffer.alloc(4000, 3));
    client.write(WRITE, 0, 77, Buffer.alloc(70_000, 9));
    client.write32(5, Register.go, 1);
    while ((await client.read32(5, Register.done)) === 0);
    client.write32(5, Register.go, 1);
    await client.call(PING);
    sleep(20.7e6);
    await client.read32(5, Register.done);
    sleep(40e6);
    expect(await client.read32(5, Register.done)).toBe(1);
    await client.read(SYS_READ, handle, 0, 9000);
    await client.call(RESET);
    await client.close();
    while (machine.grantsOf(0).length > 0) await new Promise((resolve) => setImmediate(resolve));
    const second = await another();
    await second.read(READ, 0, 70, 100);
    await server.close();
    machine.trace.attach(undefined);
    writer.end();
    const fresh = new Machine({ arenaBytes: 2 ** 27, traceLog2: 15, scatter: true });
    fresh.plug(memoryCard, undefined as never);
    const reader = new TraceReader(new Uint8Array(Buffer.concat(parts)));
    expect(expectReplay(reader, fresh, { times: true }).records).toBe(reader.length);
    expect(fresh.nowNs).toBe(machine.nowNs);
  });
});
