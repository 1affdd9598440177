/** The transport against a server that somebody could have written in an afternoon: plain memory, no model. */

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRemote } from './device.ts';

let server: Worker;
let port: number;
beforeAll(async () => {
  server = new Worker(new URL('./testing/fake-server.mjs', import.meta.url));
  [{ port }] = (await once(server, 'message')) as [{ port: number }];
});
afterAll(() => server.terminate());

/** What the server was asked so far, and how many connections it has. */
async function serverSide(): Promise<{ log: string[]; open: number }> {
  server.postMessage('log');
  const [side] = (await once(server, 'message')) as [{ log: string[]; open: number }];
  return side;
}

async function wireLog(): Promise<string[]> {
  return (await serverSide()).log;
}

/** The log when nobody is connected any more. */
async function afterAllHungUp(): Promise<string[]> {
  for (;;) {
    const { log, open } = await serverSide();
    if (open === 0) return log;
  }
}

describe('remote transport', () => {
  it('finds out who is there, and what it cannot do', async () => {
    const device = await openRemote({ port });
    expect(device.identity).toMatchObject({ vendorId: 0x1002, deviceId: 0x744c });
    expect(device.abilities).toMatchObject({ interrupts: false, sharedDma: false, virtualClock: false });
    expect(() => device.bar(3)).toThrow(expect.objectContaining({ code: 'BAR_ABSENT' }));
    device.close();
  });

  it('keeps posted writes and reads in program order', async () => {
    const device = await openRemote({ port });
    const registers = device.bar(5);
    const vram = device.bar(0);
    for (let i = 0; i < 100; i++) {
      vram.write64(8 * i, i, 0xffff_ffff - i);
      registers.write32(4 * i, i * 3);
      expect(registers.read32(4 * i)).toBe(i * 3);
    }
    expect([...vram.read64(8 * 77)]).toEqual([77, 0xffff_ffff - 77]);
    registers.write(1, 1, 0xab);
    expect(registers.read(0, 4)).toBe(0xab00);
    device.close();
  });

  it('moves blocks larger than one message, and sends them without waiting', async () => {
    const device = await openRemote({ port });
    const vram = device.bar(0);
    const data = Uint8Array.from({ length: 700_001 }, (_, i) => i * 31);
    vram.writeBlock(5, data);
    const back = new Uint8Array(data.length);
    vram.readBlock(5, back);
    expect(Buffer.compare(back, data)).toBe(0);
    const log = await wireLog();
    expect(log.filter((line) => line.startsWith('7 0 5 '))).toEqual(['7 0 5 700001']);
    device.close();
  });

  it('makes segments of page lists, and has no view of the memory', async () => {
    const device = await openRemote({ port });
    const buffer = device.allocateDma(4 * 4096);
    expect(buffer.segments).toEqual([
      { busAddress: 0x1_0000, bytes: 8192 },
      { busAddress: 0x9_0000 + 2 * 8192, bytes: 4096 },
      { busAddress: 0x9_0000 + 3 * 8192, bytes: 4096 },
    ]);
    expect(buffer.view).toBeUndefined();
    buffer.write64(8192, 1, 2);
    expect([...buffer.read64(8192)]).toEqual([1, 2]);
    buffer.free();
    expect(() => buffer.read32(0)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
    device.close();
  });

  it('sends what was posted when the driver only pauses', async () => {
    const device = await openRemote({ port });
    device.bar(5).write32(0x800, 0x77);
    expect(await device.clock.pause(5e6)).toBe('elapsed');
    expect((await wireLog()).at(-1)).toBe('7 5 2048 4');
    device.close();
  });

  it('sends what was posted before it hangs up, however much, and its thread ends', async () => {
    const device = await openRemote({ port });
    const data = new Uint8Array(2 ** 20);
    const worker = (device.channel as unknown as { worker: Worker }).worker;
    const [vram, registers] = [device.bar(0), device.bar(5)];
    registers.write32(0x804, 0x78);
    for (let i = 0; i < 20; i++) vram.writeBlock(0, data);
    registers.write32(0x808, 0x79);
    device.close();
    await once(worker, 'exit');
    const log = await afterAllHungUp();
    expect(log.slice(-22)).toEqual(['7 5 2052 4', ...Array<string>(20).fill('7 0 0 1048576'), '7 5 2056 4']);
  });

  it("passes a refusal on in the server's own words", async () => {
    const device = await openRemote({ port });
    const registers = device.bar(5);
    expect(() => registers.read32(4096)).toThrow(expect.objectContaining({ code: 'ACCESS_OUT_OF_RANGE' }));
    expect(() => device.channel.request(6, 7, 5, 5000, 4, 0, true)).toThrow(
      expect.objectContaining({ code: 'PROTOCOL_VIOLATION', message: expect.stringContaining('beyond the end') }),
    );
    expect(registers.read32(0)).toBeTypeOf('number');
    device.close();
  });

  it('hangs up where it gets no device', async () => {
    const refused = expect.objectContaining({ code: 'PROTOCOL_VIOLATION' });
    await expect(openRemote({ port, vendorId: 0xdead })).rejects.toThrow(refused);
    const absent = expect.objectContaining({ code: 'DEVICE_UNSUPPORTED' });
    await expect(openRemote({ port, index: 1 })).rejects.toThrow(absent);
    await afterAllHungUp();
  }, 10_000);

  it('says DEVICE_GONE when the server hangs up in the middle of an answer, and for ever after', async () => {
    const device = await openRemote({ port });
    let told = 0;
    device.onGone(() => told++);
    const vram = device.bar(0);
    expect(() => vram.read32(0xdead)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
    expect(() => vram.write32(0, 1)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
    expect(() => device.config.read(0, 2)).toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
    await new Promise((resolve) => void setImmediate(resolve));
    expect(told).toBeLessThanOrEqual(1);
    device.close();
  });

  it('says DEVICE_GONE where nobody listens', async () => {
    await expect(openRemote({ port: 1 })).rejects.toThrow(expect.objectContaining({ code: 'DEVICE_GONE' }));
  });
});
