/**
 * Single blocks of the driver against the sequences that datasheets and public drivers have, register by register.
 * Offsets and values are those of the public register lists and of traces of other drivers.
 */

import { describe, expect, it } from 'vitest';
import { fakeCard } from '../testing/fake-card.ts';
import type { FakeCard } from '../testing/fake-card.ts';
import { Gmc } from './gmc.ts';
import { Hdp } from './hdp.ts';
import { Ih, decodeVector } from './ih.ts';
import { MemoryManager } from './memory.ts';
import { Nbio } from './nbio.ts';
import { Psp } from './psp.ts';
import { Smu } from './smu.ts';

const REG = {
  remap: 0x3934,
  hdpFlush: 0x7_f000,
  memsize: 0x378c,
  mmSem: 0x6_9d88,
  mmReq: 0x6_9dd0,
  mmAck: 0x6_9e18,
  gcReq: 0xa470,
  gcAck: 0xa4b8,
  mmReserved: 0x6_9c6c,
  fbBase: 0x6_a3b0,
  fbTop: 0x6_a3b4,
  ihWptr: 0x4490,
  ihRptr: 0x448c,
  ihCntl: 0x4480,
  smuMessage: 0x5_8a08,
  smuArgument: 0x5_8a48,
  smuResponse: 0x5_8a68,
  c2p35: 0x5_818c,
  c2p36: 0x5_8190,
  c2p64: 0x5_8200,
  c2p67: 0x5_820c,
  c2p69: 0x5_8214,
  c2p70: 0x5_8218,
  c2p71: 0x5_821c,
  c2p81: 0x5_8244,
} as const;

interface Blocks extends FakeCard {
  readonly hdp: Hdp;
  readonly gmc: Gmc;
}

function blocks(visibleBytes?: number): Blocks {
  const card = fakeCard(visibleBytes);
  const { registers } = card;
  registers.write32(REG.remap, REG.hdpFlush);
  registers.write32(REG.fbBase, 0x8000);
  registers.write32(REG.fbTop, 0x801f);
  const hdp = new Hdp(card.context);
  hdp.init();
  const gmc = new Gmc(card.context, hdp);
  registers.log.length = 0;
  return { ...card, hdp, gmc };
}

const hex = (...words: (number | string)[]): string =>
  words.map((w) => (typeof w === 'number' ? w.toString(16) : w)).join(' ');

describe('HDP', () => {
  it('is flushed by a store to the remapped page, then a read', () => {
    const { hdp, registers } = blocks();
    hdp.flush('test');
    expect(registers.log).toEqual([hex('w', REG.hdpFlush, 0), hex('r', REG.memsize)]);
  });

  it('gets a page of its own where firmware has set none', () => {
    const { context, registers } = fakeCard();
    const hdp = new Hdp(context);
    hdp.init();
    hdp.flush('test');
    expect(registers.read32(REG.remap)).toBe(REG.hdpFlush);
    expect(registers.log).toContain(hex('w', REG.hdpFlush, 0));
  });
});

describe('NBIO', () => {
  it('routes doorbells with the values that other drivers write', () => {
    const { context, registers } = fakeCard();
    const nbio = new Nbio(context);
    nbio.routeCompute();
    nbio.routeSdma();
    const window = registers.log.filter((l) => l.startsWith('w 50 ') || l.startsWith('w 54 '));
    expect(window).toEqual([
      'w 50 141e900',
      'w 54 30000007',
      'w 50 141e90c',
      'w 54 3000000d',
      'w 50 141e908',
      'w 54 3009001d',
    ]);
  });
});

describe('GMC', () => {
  it('programs a hub with the values that other drivers write', () => {
    const { gmc, registers } = blocks();
    gmc.initHub('GC');
    // offsets and values of the graphics hub as another driver was seen to write them (table base and range are ours)
    expect(registers.log).toEqual(
      expect.arrayContaining([
        'w a370 0',
        'w a36c ffffff',
        'w a368 0',
        'w a374 200000',
        'w a020 1',
        'w a0ac 2',
        'w a37c 1859',
        'w a070 80801',
        'w a074 3',
        'w a078 80130009',
        'w a0d0 1',
        'w a0e8 3fe0',
        'w a3a0 1fffe07',
        'w a54c 1',
        'w a550 0',
        'w a64c ffffffff',
        'w a650 7',
        'w a0b8 ffffffff',
        'w a0bc f',
      ]),
    );
    // the invalidation ranges of all 18 engines
    expect(registers.log.filter((l) => l.endsWith(' 1f'))).toHaveLength(18);
  });

  it('forgets translations: semaphore, request, acknowledge, semaphore back; MMHUB only has one', async () => {
    const { gmc, registers } = blocks();
    gmc.assumeReady('GC');
    gmc.assumeReady('MM');
    let polls = 0;
    registers.onRead = (offset) =>
      offset === REG.mmSem ? (++polls > 2 ? 1 : 0) : offset === REG.mmAck || offset === REG.gcAck ? 1 : undefined;
    await gmc.invalidate(0, 'test');
    expect(registers.log).toEqual([
      hex('w', REG.hdpFlush, 0),
      hex('r', REG.memsize),
      hex('w', REG.gcReq, 0xf8_0001),
      hex('r', REG.gcAck),
      hex('r', REG.mmSem),
      hex('r', REG.mmSem),
      hex('r', REG.mmSem),
      hex('w', REG.mmReq, 0xf8_0001),
      hex('r', REG.mmAck),
      hex('w', REG.mmSem, 0),
      hex('r', REG.mmReserved),
      hex('w', REG.mmReserved, 0x200_0000),
      hex('r', REG.mmReserved),
    ]);
  });

  it('tells hub, address, client and kind of a fault', () => {
    const { gmc, registers } = blocks();
    expect(gmc.fault('GC')).toBeUndefined();
    // more faults, permission bit 1, client 8, write, VMID 3; page 0xf_1234_5678 of 4 KiB
    registers.write32(0xa0a0, 1 | (2 << 4) | (8 << 9) | (1 << 18) | (3 << 20));
    registers.write32(0xa0a4, 0x1234_5678);
    registers.write32(0xa0a8, 0xf);
    expect(gmc.fault('GC')).toMatchObject({
      address: 0xf123_4567_8000,
      write: true,
      vmid: 3,
      client: 8,
      clientName: 'TCP',
      moreFaults: true,
      permissionFaults: 2,
    });
  });
});

describe('IH', () => {
  const vector = (client: number, source: number): Uint32Array =>
    Uint32Array.of(client | (source << 8) | (5 << 24), 1000, 0, 0x17, 0xaaaa, 0xbbbb, 0, 0);

  it('decodes vectors', () => {
    expect(
      decodeVector(new DataView(Uint32Array.of(0x8a02_b514, 7, 0x8000_0009, 0x0003_8001, 1, 2, 3, 4).buffer)),
    ).toEqual({
      client: 0x14,
      source: 0xb5,
      ringId: 2,
      vmid: 0xa,
      vmidType: 1,
      timestampLo: 7,
      timestampHi: 9,
      pasid: 0x8001,
      node: 3,
      context: [1, 2, 3, 4],
    });
  });

  it('reads up to the write pointer and writes it back in bytes', () => {
    const { context, gmc, registers, vram } = blocks();
    const ih = new Ih(context, gmc);
    ih.init();
    [vector(10, 0x31), vector(20, 0xb5), vector(10, 0xef)].forEach((v, i) =>
      vram.data.set(new Uint8Array(v.buffer), 0x3000 + i * 32),
    );
    registers.write32(REG.ihWptr, 3 * 32);
    expect(ih.pending()).toBe(true);
    expect(ih.drain().map((v) => [v.client, v.source, v.vmid])).toEqual([
      [10, 0x31, 5],
      [20, 0xb5, 5],
      [10, 0xef, 5],
    ]);
    expect(registers.read32(REG.ihRptr)).toBe(96);
    expect(ih.pending()).toBe(false);
  });

  it('goes round the end of the ring', () => {
    const { context, gmc, registers, vram } = blocks();
    const ih = new Ih(context, gmc);
    registers.write32(REG.ihRptr, 0x3_ffe0);
    registers.write32(REG.ihWptr, 0x3_ffe0);
    ih.resume();
    vram.data.set(new Uint8Array(vector(7, 1).buffer), 0x3000 + 0x3_ffe0);
    vram.data.set(new Uint8Array(vector(7, 2).buffer), 0x3000);
    registers.write32(REG.ihWptr, 0x20);
    expect(ih.drain().map((v) => v.source)).toEqual([1, 2]);
    expect(registers.read32(REG.ihRptr)).toBe(0x20);
  });

  it('after an overflow goes on behind the write pointer and clears it with a pulse', () => {
    const { context, gmc, registers } = blocks();
    const ih = new Ih(context, gmc);
    ih.init();
    registers.write32(REG.ihCntl, 0x4033_0021);
    registers.write32(REG.ihWptr, 0x1001);
    registers.log.length = 0;
    const vectors = ih.drain();
    expect(vectors).toHaveLength(0x4_0000 / 32 - 1);
    expect(ih.overflows).toBe(1);
    expect(registers.log.filter((l) => l.startsWith(hex('w', REG.ihCntl)))).toEqual([
      hex('w', REG.ihCntl, 0xc033_0021),
      hex('w', REG.ihCntl, 0x4033_0021),
    ]);
  });

  it('sees nothing in a device that answers all ones', () => {
    const { context, gmc, registers } = blocks();
    const ih = new Ih(context, gmc);
    registers.onRead = () => 0xffff_ffff;
    expect([ih.pending(), ih.drain()]).toEqual([false, []]);
  });
});

describe('SMU', () => {
  it('clears the response, sets the argument, then the message', async () => {
    const { context, gmc, registers } = blocks();
    const smu = new Smu(context, gmc);
    registers.onWrite = (offset) =>
      void (offset === REG.smuMessage && registers.data.set([1, 0, 0, 0], REG.smuResponse));
    await smu.send(0x19, 0x2_ffff);
    expect(registers.log.slice(0, 3)).toEqual([
      hex('w', REG.smuResponse, 0),
      hex('w', REG.smuArgument, 0x2_ffff),
      hex('w', REG.smuMessage, 0x19),
    ]);
  });

  it.each([
    [0xff, 'failed'],
    [0xfe, 'unknown message'],
    [0xfc, 'busy'],
  ])('tells answer %i: %s', async (answer, text) => {
    const { context, gmc, registers } = blocks();
    registers.onWrite = (offset) =>
      void (offset === REG.smuMessage && registers.data.set([answer, 0, 0, 0], REG.smuResponse));
    await expect(new Smu(context, gmc).send(2, 0)).rejects.toMatchObject({
      code: 'FIRMWARE_REFUSED',
      message: expect.stringContaining(text),
    });
  });
});

describe('PSP', () => {
  const image = (bytes: number) => ({
    name: 'RLC_G',
    type: 8,
    file: 'x',
    version: '1',
    bytes: new Uint8Array(bytes).fill(0x77),
  });

  /** A secure OS that takes every command and answers `status`. */
  function answering(status: number, tmrBytes = 0x130_0000): Blocks & { psp: Psp; frames: Uint32Array[] } {
    const b = blocks();
    const frames: Uint32Array[] = [];
    b.registers.onWrite = (offset, value) => {
      if (offset === REG.c2p64) b.registers.data.set([0, 0, 0, 0x80], REG.c2p64);
      if (offset !== REG.c2p67) return;
      const at = 0x8_7000 + ((value + 0x4000 - 16) % 0x4000) * 4;
      const frame = new Uint32Array(b.vram.data.slice(at, at + 64).buffer);
      frames.push(frame);
      const view = new DataView(b.vram.data.buffer);
      view.setUint32(0x8_5000 + 0x360, status, true);
      view.setUint32(0x8_5000 + 0x370, tmrBytes, true);
      view.setUint32(0x8_6000, frame[5]!, true);
    };
    b.registers.data.set([0, 0, 0, 0x80], REG.c2p64);
    return { ...b, psp: new Psp(b.context, b.gmc, b.hdp), frames };
  }

  it('creates its ring: address, size, then the kernel-mode command', async () => {
    const { psp, registers } = answering(0);
    await psp.createRing();
    const order = registers.log.filter((l) => l.startsWith('w 582'));
    expect(order).toEqual([
      hex('w', REG.c2p69, 0x8_7000),
      hex('w', REG.c2p70, 0x80),
      hex('w', REG.c2p71, 0x1_0000),
      hex('w', REG.c2p64, 0x2_0000),
    ]);
  });

  it('destroys a ring that is left over, and lets it settle', async () => {
    const { psp, registers, device } = answering(0);
    registers.data.set([0, 0, 1, 0], REG.c2p71);
    await psp.createRing();
    expect(registers.log.indexOf(hex('w', REG.c2p64, 0x3_0000))).toBeGreaterThan(-1);
    expect(device.timeNs).toBeGreaterThanOrEqual(40e6);
  });

  it('sends frames and commands as the public structures have them', async () => {
    const { psp, frames, vram, registers } = answering(0);
    await psp.createRing();
    await psp.loadFirmware(image(0x6200));
    // command buffer and fence by memory-controller address, 1 KiB command, fence 1
    expect([...frames[0]!.subarray(0, 6)]).toEqual([0x8_5000, 0x80, 0x400, 0x8_6000, 0x80, 1]);
    const command = new DataView(vram.data.buffer, 0x8_5000);
    expect([0x8, 0x1c, 0x20, 0x24, 0x28].map((at) => command.getUint32(at, true))).toEqual([
      6, 0x10_0000, 0x80, 0x6200, 8,
    ]);
    expect(registers.read32(REG.c2p67)).toBe(16);
    await psp.loadFirmware(image(0x100));
    expect([frames[1]![5], registers.read32(REG.c2p67)]).toEqual([2, 32]);
  });

  it('flushes stores before the write pointer moves', async () => {
    const { psp, registers, vram } = answering(0);
    await psp.createRing();
    registers.log.length = 0;
    vram.log.length = 0;
    let flushedAfter = -1;
    registers.onRead = (offset) => {
      if (offset === REG.memsize) flushedAfter = vram.log.length;
      return undefined;
    };
    await psp.autoload();
    expect(registers.log.indexOf(hex('w', REG.hdpFlush, 0))).toBeLessThan(
      registers.log.findIndex((l) => l.startsWith(hex('w', REG.c2p67))),
    );
    expect(flushedAfter).toBe(2); // command and frame
  });

  it('goes round its ring', async () => {
    const { psp, registers, frames } = answering(0);
    await psp.createRing();
    registers.data.set([0xf0, 0x3f, 0, 0], REG.c2p67); // the last frame of 0x4000 dwords
    await psp.autoload();
    expect([registers.read32(REG.c2p67), frames.length]).toEqual([0, 1]);
  });

  it('names what was refused, with the status', async () => {
    const { psp } = answering(0xffff_000a);
    await psp.createRing();
    await expect(psp.loadFirmware(image(0x100))).rejects.toMatchObject({
      code: 'FIRMWARE_REFUSED',
      lastSeen: '0xffff000a',
      message: expect.stringContaining('RLC_G'),
    });
  });

  it('does not give away memory that it does not have', async () => {
    const { psp } = answering(0, 0x200_0000);
    await psp.createRing();
    await expect(psp.loadToc(image(0x900))).rejects.toMatchObject({
      code: 'FIRMWARE_REFUSED',
      lastSeen: String(0x200_0000),
    });
  });
});

describe('the memory manager', () => {
  function manager(visibleBytes?: number): Blocks & { memory: MemoryManager } {
    const b = blocks(visibleBytes);
    b.gmc.assumeReady('MM');
    b.registers.onRead = (offset) => (offset === REG.mmSem || offset === REG.mmAck ? 1 : undefined);
    return { ...b, memory: new MemoryManager(b.context, b.gmc, 512 * 2 ** 20) };
  }

  it('hands nothing out again before the hubs have forgotten it', async () => {
    const { memory, device } = manager();
    const a = memory.allocateVram(4096, { name: 'a' });
    const host = memory.allocateHost(4096, { name: 'host' });
    await memory.commit();
    memory.free(a);
    memory.free(host);
    const b = memory.allocateVram(4096, { name: 'b' });
    expect([b.vram === a.vram, b.address === a.address]).toEqual([false, false]);
    expect(device.dma[0]!.freed).toBe(false);
    await memory.commit();
    expect(device.dma[0]!.freed).toBe(true);
    expect(memory.statistics().waitingBytes).toBe(0);
    const c = memory.allocateVram(4096, { name: 'c' });
    expect(c.vram === a.vram || c.address === a.address).toBe(true);
  });

  it('keeps page tables where the CPU reaches them, and buffers where it need not', () => {
    const { memory, vram } = manager(64 * 2 ** 20);
    const mapping = memory.allocateVram(8 * 2 ** 20, { name: 'a' });
    expect(mapping.vram).toBeGreaterThanOrEqual(64 * 2 ** 20);
    // every entry went through BAR0, eight bytes at a time
    expect(vram.log.filter((l) => l.startsWith('q')).length).toBeGreaterThan(3);
    expect(memory.statistics().hidden!.usedBytes).toBe(8 * 2 ** 20);
  });

  it('maps large buffers with large pages, small ones where they fit', () => {
    const { memory } = manager();
    const large = memory.allocateVram(6 * 2 ** 20, { name: 'large' });
    expect(large.address % (2 * 2 ** 20)).toBe(0);
    expect(memory.translate(large.address)!.level).toBe(2);
    const small = memory.allocateVram(5000, { name: 'small' });
    expect(small.bytes).toBe(8192);
    expect(memory.translate(small.address)!.level).toBe(3);
    expect(memory.find(small.address + 8191)).toBe(small);
    expect(memory.find(small.address + 8192)).not.toBe(small);
  });

  it('stays clear of the frame buffer’s own range of memory-controller addresses', () => {
    const { memory, gmc } = manager();
    const { address } = memory.allocateVram(4096, { name: 'a' });
    expect(address < gmc.fbBase || address > gmc.fbEnd + 2 ** 24).toBe(true);
  });

  it('refuses to free twice', () => {
    const { memory } = manager();
    const a = memory.allocateVram(4096, { name: 'a' });
    memory.free(a);
    expect(() => memory.free(a)).toThrow(expect.objectContaining({ code: 'MAPPING_INVALID' }));
  });
});
