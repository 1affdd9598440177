/**
 * The whole bring-up against the whole card: cold and warm, small and large BAR, copies, kernels, faults and recovery,
 * shutdown and reset. A driver that does everything right is told nothing.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AmdGpu } from '../driver-core/amd/index.ts';
import type { AmdStep, FirmwareSource, OpenOptions } from '../driver-core/amd/index.ts';
import { sdmaFill } from '../driver-core/amd/packets.ts';
import { loaderObject } from '../driver-core/fixtures/loader.object.ts';
import { navi31 } from '../hw-models/rdna3/index.ts';
import type { Navi31Options } from '../hw-models/rdna3/index.ts';
import type { PciDevice } from '../pcie/index.ts';
import { Machine } from '../sim/index.ts';
import type { MachineOptions } from '../sim/index.ts';
import { openLocal } from '../transport/local/index.ts';
import { forge } from './forge/index.ts';
import { firstLightCases, firstLightCode } from './kernels/first-light.ts';

const MIB = 2 ** 20;
const files = forge();
const synthetic: FirmwareSource = (name) => {
  const file = files.get(name);
  if (file === undefined) throw new Error(`no ${name}`);
  return file;
};
const loader = Uint8Array.from(atob(loaderObject), (c) => c.charCodeAt(0));

interface Slot {
  readonly machine: Machine;
  readonly device: PciDevice;
  open(options?: Partial<OpenOptions>): Promise<AmdGpu>;
  /** Codes and messages of every finding so far. */
  said(): string[];
}

function slot(card: Navi31Options = {}, options: MachineOptions = {}): Slot {
  const machine = new Machine(options);
  const device = openLocal(machine.plug(navi31, card));
  return {
    machine,
    device,
    open: (more) => AmdGpu.open(device, { firmware: synthetic, ...more }),
    said: () => machine.findings.list.map((f) => `${f.code}: ${f.message} [${f.at.step}]`),
  };
}

/** Bytes that tell where they came from. */
function pattern(bytes: number, seed = 1): Uint8Array {
  const out = new Uint8Array(bytes);
  let x = (seed * 0x9e37_79b9 + 1) >>> 0;
  for (let i = 0; i < bytes; i++) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    out[i] = x >>> 24;
  }
  return out;
}

async function runCases(gpu: AmdGpu, seed = 1): Promise<void> {
  const program = await gpu.load(firstLightCode());
  for (const c of firstLightCases(seed)) {
    const buffers = new Map<string, ReturnType<AmdGpu['allocate']>>();
    for (const [name, bytes] of Object.entries(c.buffers)) {
      const buffer = gpu.allocate(bytes.length, { name });
      await gpu.copyIn(buffer, bytes);
      buffers.set(name, buffer);
    }
    const args = c.args.map((arg) => ('buffer' in arg ? buffers.get(arg.buffer)! : arg));
    await gpu.launch(program.kernel(c.kernel), { groups: c.groups, workgroup: c.workgroup, args });
    for (const [name, bytes] of Object.entries(c.expected)) {
      const seen = await gpu.copyOut(buffers.get(name)!);
      expect(Buffer.compare(seen, bytes), `${c.kernel}: ${name}`).toBe(0);
    }
    for (const buffer of buffers.values()) await gpu.free(buffer);
  }
  await gpu.unload(program);
}

describe('cold boot', () => {
  it('reaches the first fence, names what it loaded and what each stage took, and hears nothing', async () => {
    const s = slot();
    const gpu = await s.open();
    expect(gpu.boot).toBe('cold');
    expect(gpu.vramBytes).toBe(24_560 * MIB);
    expect(gpu.images.map((i) => i.type).filter((t) => t >= 0)).toEqual(
      expect.arrayContaining([7, 8, 18, 24, 25, 26, 48, 68, 69, 71, 72, 89, 94]),
    );
    expect(gpu.stages.find((st) => st.name === 'psp: load SOS')).toBeDefined();
    expect(gpu.discovery.gc.computeUnits).toBe(96);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('runs the same twice', async () => {
    const run = async (): Promise<string> => {
      const s = slot();
      const gpu = await s.open();
      await gpu.close();
      return s.machine.hash();
    };
    expect(await run()).toBe(await run());
  });

  it('refuses damaged files before it changes anything on the card', async () => {
    const s = slot();
    const written = (): number => s.machine.card(0).coverage!().written;
    const before = written();
    const good = synthetic('gc_11_0_0_mec.bin') as Uint8Array;
    const damaged = good.slice();
    damaged[0x500]! ^= 1;
    const files: [FirmwareSource, object][] = [
      [(name) => (name.endsWith('mec.bin') ? damaged : synthetic(name)), { field: 'crc32', file: 'gc_11_0_0_mec.bin' }],
      [(name) => (name.endsWith('mec.bin') ? good.slice(0, 0x4000) : synthetic(name)), { field: 'sizeBytes' }],
    ];
    for (const [firmware, facts] of files) {
      await expect(s.open({ firmware })).rejects.toMatchObject({ code: 'FIRMWARE_INVALID', facts });
    }
    const missing = { firmware: () => Promise.reject(new Error('gone')) };
    await expect(s.open(missing)).rejects.toMatchObject({ code: 'FIRMWARE_MISSING' });
    expect(written()).toBe(before);
    const gpu = await s.open();
    expect(written()).toBeGreaterThan(before + 100);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });
});

describe.each([
  ['32 GiB', 32 * 2 ** 30],
  ['256 MiB', 256 * MIB],
])('with a BAR0 of %s', (_name, bar0Bytes) => {
  it('moves data of any size and alignment', async () => {
    const s = slot({ bar0Bytes }, { scatter: true });
    const gpu = await s.open();
    expect(gpu.bar0Bytes).toBe(bar0Bytes);
    for (const bytes of [1, 2, 3, 4, 5, 63, 4095, 4096, 4097, 65_537, 5 * MIB + 3]) {
      const data = pattern(bytes, bytes);
      const a = gpu.allocate(bytes + 16);
      const b = gpu.allocate(bytes + 16);
      await gpu.fill(a, 0x5a);
      await gpu.copyIn(a, data, { offset: 3 });
      await gpu.copy(b, a, { toOffset: 5, fromOffset: 3, bytes });
      expect(Buffer.compare(await gpu.copyOut(b, { offset: 5, bytes }), data)).toBe(0);
      const around = await gpu.copyOut(a);
      expect([...around.subarray(0, 3), ...around.subarray(bytes + 3)].every((x) => x === 0x5a)).toBe(true);
      await gpu.free(a);
      await gpu.free(b);
    }
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('runs kernels that clang compiled, and gets what the host gets', async () => {
    const s = slot({ bar0Bytes });
    const gpu = await s.open();
    await runCases(gpu);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('boots warm after a clean end, and cold after a reset', async () => {
    const s = slot({ bar0Bytes });
    const first = await s.open();
    await runCases(first, 3);
    await first.close();
    const second = await s.open();
    expect(second.boot).toBe('warm');
    await runCases(second, 4);
    await second.close();
    const third = await s.open({ boot: 'cold' });
    expect(third.boot).toBe('cold');
    expect(third.stages.some((st) => st.name === 'smu: mode-1 reset')).toBe(true);
    await runCases(third, 5);
    await third.reset();
    const fourth = await s.open();
    expect(fourth.boot).toBe('cold');
    await runCases(fourth, 6);
    await fourth.close();
    expect(s.said()).toEqual([]);
  });
});

describe('kernels', () => {
  it('get their arguments, LDS, scratch, relocated pointers and dispatch packet', async () => {
    const s = slot();
    const gpu = await s.open();
    const program = await gpu.load(loader);
    const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(bytes.slice().buffer);
    const out = gpu.allocate(2048);
    const one = { groups: [1, 1, 1], workgroup: [1, 1, 1] } as const;

    await gpu.fill(out, 0);
    await gpu.launch(program.kernel('mixed'), {
      groups: [1, 1, 1],
      workgroup: [64, 1, 1],
      args: [out, { f32: 1.5 }, { u32: 1000 }, { f64: 2.25 }, { i32: 7 }],
    });
    expect([...words(await gpu.copyOut(out)).subarray(0, 65)]).toEqual([
      ...Array.from({ length: 64 }, () => 3 + 1000 + 7),
      0,
    ]);

    const data = Uint32Array.from({ length: 512 }, (_, i) => i * i);
    await gpu.copyIn(out, new Uint8Array(data.buffer));
    await gpu.launch(program.kernel('with_scratch'), { ...one, args: [out, { u32: 20 }] });
    const picked = [...data.subarray(0, 64)];
    picked[20] = 20;
    let sum = 0;
    for (let i = 0; i < 20; i++) sum += picked[(i * 7) % 64]!;
    expect(words(await gpu.copyOut(out))[0]).toBe(sum);

    for (const [n, expected] of [
      [0, 2],
      [1, 8],
      [2, 0],
    ] as const) {
      await gpu.launch(program.kernel('with_table'), { ...one, args: [out, { u32: n }] });
      expect(words(await gpu.copyOut(out))[0]).toBe(expected);
    }

    await gpu.launch(program.kernel('with_dispatch_pointer'), {
      groups: [3, 1, 1],
      workgroup: [40, 1, 1],
      args: [out],
    });
    expect(words(await gpu.copyOut(out))[0]).toBe(120);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('are refused with reasons before anything is sent', async () => {
    const s = slot();
    const gpu = await s.open();
    const program = await gpu.load(loader);
    const out = gpu.allocate(64);
    const kernel = program.kernel('with_lds');
    const invalid = { code: 'LAUNCH_INVALID' };
    await expect(gpu.launch(kernel, { groups: [1, 1, 1], workgroup: [2048, 1, 1], args: [out] })).rejects.toMatchObject(
      invalid,
    );
    await expect(gpu.launch(kernel, { groups: [0, 1, 1], workgroup: [64, 1, 1], args: [out] })).rejects.toMatchObject(
      invalid,
    );
    await expect(gpu.launch(kernel, { groups: [1, 1, 1], workgroup: [64, 1, 1], args: [] })).rejects.toMatchObject(
      invalid,
    );
    await expect(
      gpu.launch(kernel, { groups: [1, 1, 1], workgroup: [64, 1, 1], args: [{ u32: 1 }] }),
    ).rejects.toMatchObject(invalid);
    await expect(
      gpu.launch(kernel, { groups: [1, 1, 1], workgroup: [64, 1, 1], args: [out], dynamicLdsBytes: 65_536 }),
    ).rejects.toMatchObject(invalid);
    await gpu.free(out);
    await expect(gpu.launch(kernel, { groups: [1, 1, 1], workgroup: [64, 1, 1], args: [out] })).rejects.toMatchObject(
      invalid,
    );
    await expect(gpu.copyOut(out)).rejects.toMatchObject({ code: 'MAPPING_INVALID' });
    await gpu.close();
    expect(s.said()).toEqual([]);
    await expect(gpu.load(loader)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });
});

describe('when a kernel goes wrong', () => {
  it('tells where it reached, recovers, and runs the next one right', async () => {
    const s = slot();
    const gpu = await s.open();
    const program = await gpu.load(loader);
    const nowhere = 0x1234_5678_9000;
    await expect(
      gpu.launch(program.kernel('mixed'), {
        groups: [1, 1, 1],
        workgroup: [32, 1, 1],
        args: [{ u64: nowhere }, { f32: 0 }, { u32: 0 }, { f64: 0 }, { u32: 0 }],
      }),
    ).rejects.toMatchObject({ code: 'GPU_FAULT', facts: { kind: 'page-fault', address: nowhere, write: true } });
    expect(gpu.faults[0]).toMatchObject({ kind: 'page-fault', address: nowhere, write: true, vmid: 0 });
    await runCases(gpu, 9);
    await gpu.close();
  });

  it('finds an instruction that is none', async () => {
    const s = slot();
    const gpu = await s.open();
    const broken = loader.slice();
    // entry of `mixed`: file offset of the text segment is its address less one page
    const view = new DataView(broken.buffer);
    const at = fileOffset(view, 0x1f00);
    view.setUint32(at, 0xffff_ffff, true);
    view.setUint32(at + 4, 0xffff_ffff, true);
    const program = await gpu.load(broken);
    const out = gpu.allocate(256);
    await expect(
      gpu.launch(program.kernel('mixed'), {
        groups: [1, 1, 1],
        workgroup: [32, 1, 1],
        args: [out, { f32: 0 }, { u32: 0 }, { f64: 0 }, { u32: 0 }],
      }),
    ).rejects.toMatchObject({ code: 'GPU_FAULT', facts: { kind: 'illegal-instruction' } });
    await runCases(gpu, 10);
    await gpu.close();
  });
});

describe('with message-signalled interrupts', () => {
  it('a fault interrupts, and is told as without', async () => {
    const s = slot();
    // as an operating system does: address, data, enable
    const msi = 0xa0;
    s.device.config.write(msi + 4, 4, 0xfee0_0000);
    s.device.config.write(msi + 8, 4, 0);
    s.device.config.write(msi + 12, 2, 0x4021);
    s.device.config.write(msi + 2, 2, s.device.config.read(msi + 2, 2) | 1);
    let interrupts = 0;
    s.device.interrupts.on(() => void interrupts++);
    const gpu = await s.open();
    const program = await gpu.load(loader);
    const args = [{ u64: 0x1234_5678_9000 }, { f32: 0 }, { u32: 0 }, { f64: 0 }, { u32: 0 }];
    for (let i = 0; i < 3; i++) {
      await expect(
        gpu.launch(program.kernel('mixed'), { groups: [1, 1, 1], workgroup: [32, 1, 1], args }),
      ).rejects.toMatchObject({ code: 'GPU_FAULT', facts: { kind: 'page-fault' } });
    }
    await runCases(gpu, 17);
    expect(interrupts).toBeGreaterThanOrEqual(3);
    await gpu.close();
  });
});

describe('when a queue hangs', () => {
  it('a kernel without an end is named, taken off, and the next one runs', async () => {
    const s = slot();
    const gpu = await s.open();
    const endless = loader.slice();
    new DataView(endless.buffer).setUint32(fileOffset(new DataView(endless.buffer), 0x1f00), 0xbfa0_ffff, true); // s_branch to itself
    const program = await gpu.load(endless);
    const out = gpu.allocate(256);
    await expect(
      gpu.launch(program.kernel('mixed'), {
        groups: [2, 1, 1],
        workgroup: [32, 1, 1],
        args: [out, { f32: 0 }, { u32: 0 }, { f64: 0 }, { u32: 0 }],
        timeoutNs: 2e6,
      }),
    ).rejects.toMatchObject({ code: 'QUEUE_HUNG', facts: { queue: 'compute queue' } });
    expect(gpu.stages.some((st) => st.name === 'recovery: compute')).toBe(true);
    await runCases(gpu, 11);
    await gpu.close();
    expect(s.said()).toEqual([]);
    const again = await s.open();
    expect(again.boot).toBe('warm');
    await runCases(again, 12);
    await again.close();
  });

  it('a copy that nobody announces is told as such, and the next one goes through', async () => {
    const s = slot();
    let forget = false;
    const gpu = await s.open({
      steps: (step, run) => {
        if (!forget || step.name !== 'queue: doorbell' || step.args['queue'] !== 'SDMA0 queue 0') return run();
        forget = false;
        return undefined;
      },
    });
    const buffer = gpu.allocate(64);
    forget = true;
    await expect(gpu.fill(buffer, 1)).rejects.toMatchObject({ code: 'QUEUE_HUNG', facts: { queue: 'SDMA0 queue 0' } });
    expect(forget).toBe(false);
    await gpu.fill(buffer, 2);
    expect((await gpu.copyOut(buffer)).every((x) => x === 2)).toBe(true);
    await gpu.close();
  });
});

describe('when the IOMMU refuses', () => {
  it('the driver hears of it', async () => {
    const s = slot();
    let off = false;
    const gpu = await s.open({
      steps: (step, run) => {
        if (off && step.name === 'queue: doorbell') s.device.config.write(4, 2, 2); // bus master off
        return run();
      },
    });
    const buffer = gpu.allocate(64);
    off = true;
    await expect(gpu.fill(buffer, 1)).rejects.toMatchObject({
      facts: { dmaFault: expect.stringContaining('bus-master-off') },
    });
    expect(gpu.dmaFaults[0]).toMatchObject({ reason: 'bus-master-off' });
  });
});

describe('queues', () => {
  it('go round their rings many times', async () => {
    const s = slot({}, { strictness: 'strict' });
    const gpu = await s.open();
    const program = await gpu.load(loader);
    const out = gpu.allocate(256);
    const args = [out, { f32: 0 }, { u32: 0 }, { f64: 0 }] as const;
    for (let i = 0; i < 700; i++)
      await gpu.launch(program.kernel('mixed'), {
        groups: [1, 1, 1],
        workgroup: [32, 1, 1],
        args: [...args, { u32: i % 100 }],
      });
    for (let i = 0; i < 2500; i++) await gpu.fill(out, i, { offset: i % 256, bytes: 1 });
    const { gfx, sdma } = gpu.parts;
    expect(gfx.queue.ring.statistics().wraps).toBeGreaterThan(1);
    expect(sdma.queue.ring.statistics().wraps).toBeGreaterThan(0);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('take more than they hold: a caller waits for room', async () => {
    const s = slot();
    const gpu = await s.open();
    const out = gpu.allocate(4096);
    const { queue } = gpu.parts.sdma;
    let last = 0;
    for (let i = 0; i < 6000; i++) last = await queue.submit([sdmaFill(out.address + (i % 4096), i, 1)]);
    expect(queue.ring.statistics().wraps).toBeGreaterThan(2);
    await queue.wait(last, 1e9);
    const seen = await gpu.copyOut(out);
    for (let i = 6000 - 4096; i < 6000; i++) expect(seen[i % 4096]).toBe(i & 0xff);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('serve callers that do not wait for one another', async () => {
    const s = slot();
    const gpu = await s.open();
    const buffers = Array.from({ length: 20 }, (_, i) => gpu.allocate(1000 + i));
    await Promise.all(buffers.map((buffer, i) => gpu.copyIn(buffer, pattern(1000 + i, i))));
    const seen = await Promise.all(buffers.map((buffer) => gpu.copyOut(buffer)));
    seen.forEach((bytes, i) => expect(Buffer.compare(bytes, pattern(1000 + i, i))).toBe(0));
    await Promise.all([gpu.close(), gpu.close()]);
    expect(s.said()).toEqual([]);
  });
});

describe('steps', () => {
  // a step that is missing here does not compile, one that is never taken fails
  const expected: Record<AmdStep, true> = {
    'config: bus master': true,
    'dma: allocate': true,
    'dma: free': true,
    'nbio: strap': true,
    'nbio: doorbell aperture': true,
    'nbio: doorbell entry': true,
    'hdp: flush': true,
    'vram: write': true,
    'gmc: configure hub': true,
    'gmc: set context': true,
    'gmc: invalidate': true,
    'gmc: acquire semaphore': true,
    'gmc: invalidate request': true,
    'gmc: invalidate acknowledge': true,
    'gmc: release semaphore': true,
    'pte: store': true,
    'vram: allocate': true,
    'psp: load component': true,
    'psp: boot address': true,
    'psp: boot command': true,
    'psp: create ring': true,
    'psp: submit': true,
    'psp: write pointer': true,
    'psp: load toc': true,
    'psp: setup tmr': true,
    'psp: load firmware': true,
    'psp: autoload': true,
    'smu: message': true,
    'ih: configure ring': true,
    'ih: enable ring': true,
    'ih: read pointer': true,
    'gfx: wait for autoload': true,
    'gfx: select': true,
    'mec: configure': true,
    'mec: enable': true,
    'mec: doorbell range': true,
    'hqd: write mqd': true,
    'hqd: load registers': true,
    'hqd: activate': true,
    'hqd: dequeue': true,
    'gfx: soft reset': true,
    'sdma: configure queue': true,
    'sdma: enable queue': true,
    'sdma: unhalt': true,
    packet: true,
    'queue: write ring': true,
    'queue: write pointer': true,
    'queue: doorbell': true,
    'queue: wait': true,
    'kernel: state': true,
    'kernel: arguments': true,
  };

  it('are all met in a session, and a hook that only looks changes nothing', async () => {
    const seen = new Set<string>();
    const s = slot();
    const gpu = await s.open({ steps: (step, run) => (seen.add(step.name), run()) });
    await runCases(gpu);
    const program = await gpu.load(loader);
    await expect(
      gpu.launch(program.kernel('with_lds'), { groups: [1, 1, 1], workgroup: [32, 1, 1], args: [{ u64: 0x5000 }] }),
    ).rejects.toThrow();
    await gpu.close();
    expect([...seen].toSorted()).toEqual(Object.keys(expected).toSorted());

    const plain = slot();
    const other = await plain.open();
    await other.close();
    const watched = slot();
    const third = await watched.open({ steps: (_step, run) => run() });
    await third.close();
    expect(watched.machine.hash()).toBe(plain.machine.hash());
  });
});

describe('other slots', () => {
  it.each([
    ['16 KiB grants, scattered', { iommu: { granule: 16_384 as const }, scatter: true }],
    ['no IOMMU', { iommu: { passthrough: true } }],
  ])('%s', async (_name, options) => {
    const s = slot({}, options);
    const gpu = await s.open();
    await runCases(gpu);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it.each(['flr', 'hot', 'd3hot'] as const)('after a reset of the slot (%s) the card comes up again', async (kind) => {
    const s = slot();
    const before = await s.open();
    await runCases(before, 13);
    await before.close();
    await s.device.reset(kind);
    const gpu = await s.open();
    await runCases(gpu, 14);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('a driver that did not end is followed by one that starts from nothing', async () => {
    const s = slot();
    const lost = await s.open();
    await runCases(lost, 15);
    const gpu = await s.open();
    expect(gpu.boot).toBe('cold');
    await runCases(gpu, 16);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('a card that is not there is told at once', async () => {
    const s = slot();
    s.device.config.write(4, 2, 0); // memory space off: every read gives ones
    await expect(s.open()).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });

  it('a card that goes away in the middle is told as gone', async () => {
    const s = slot();
    let gone = false;
    const gpu = await s.open({
      steps: (step, run) => {
        if (gone && step.name === 'queue: doorbell') s.device.config.write(4, 2, 0);
        return run();
      },
    });
    const buffer = gpu.allocate(64);
    gone = true;
    await expect(gpu.fill(buffer, 1)).rejects.toMatchObject({ code: 'DEVICE_GONE' });
  });
});

describe('memory', () => {
  it('is given back: a thousand buffers leave the card as it was', async () => {
    const s = slot();
    const gpu = await s.open();
    const before = gpu.memoryStatistics();
    for (let i = 0; i < 1000; i++) {
      const buffer = gpu.allocate(1 + ((i * 37_123) % (3 * MIB)));
      if (i % 100 === 0) await gpu.copyIn(buffer, pattern(1, i));
      await gpu.free(buffer);
    }
    const after = gpu.memoryStatistics();
    expect(after.visible.usedBytes).toBe(before.visible.usedBytes);
    expect(after.addresses.usedBytes).toBe(before.addresses.usedBytes);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('says when there is none left, and goes on', async () => {
    const s = slot({ vramMib: 512 });
    const gpu = await s.open();
    expect(() => gpu.allocate(2 ** 30)).toThrow(expect.objectContaining({ code: 'OUT_OF_VRAM' }));
    await runCases(gpu);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });

  it('keeps its address when it is moved', async () => {
    const s = slot();
    const gpu = await s.open();
    const buffer = gpu.allocate(3 * MIB);
    const other = gpu.allocate(16);
    await gpu.copyIn(buffer, pattern(3 * MIB, 1));
    const { address } = buffer;
    const was = buffer.mapping!.vram;
    await gpu.move(buffer);
    expect(buffer.address).toBe(address);
    expect(buffer.mapping!.vram).not.toBe(was);
    await gpu.copyIn(buffer, pattern(3 * MIB, 2));
    await gpu.copyIn(other, pattern(16, 3));
    expect(Buffer.compare(await gpu.copyOut(buffer), pattern(3 * MIB, 2))).toBe(0);
    await gpu.close();
    expect(s.said()).toEqual([]);
  });
});

describe('any order of calls', () => {
  const size = fc.integer({ min: 1, max: 300_000 });
  const call = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('allocate' as const), bytes: size }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('free' as const), a: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), a: fc.nat() }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('in' as const),
        a: fc.nat(),
        at: fc.nat(),
        bytes: size,
        seed: fc.nat(1000),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('fill' as const),
        a: fc.nat(),
        at: fc.nat(),
        bytes: size,
        seed: fc.nat(255),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('copy' as const),
        a: fc.nat(),
        b: fc.nat(),
        at: fc.nat(),
        to: fc.nat(),
        bytes: size,
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('out' as const), a: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
  );

  it('leaves the same bytes as the same calls on arrays, and nothing to say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 5, maxLength: 40 }), async (calls) => {
        const s = slot({ vramMib: 1024 }, { scatter: true });
        let gpu = await s.open();
        let live: { buffer: ReturnType<AmdGpu['allocate']>; bytes: Uint8Array }[] = [];
        const pick = (n: number) => live[n % live.length]!;
        for (const c of calls) {
          if (c.do === 'allocate') {
            const buffer = gpu.allocate(c.bytes);
            await gpu.fill(buffer, 0);
            live.push({ buffer, bytes: new Uint8Array(c.bytes) });
          } else if (c.do === 'reopen') {
            await gpu.close();
            gpu = await s.open();
            expect(gpu.boot).toBe('warm');
            live = [];
          } else if (live.length > 0) {
            const one = pick(c.a);
            const at = 'at' in c ? c.at % one.bytes.length : 0;
            const bytes = 'bytes' in c ? Math.min(c.bytes, one.bytes.length - at) : 0;
            if (c.do === 'free') {
              await gpu.free(one.buffer);
              live = live.filter((x) => x !== one);
            } else if (c.do === 'move') {
              await gpu.move(one.buffer);
              await gpu.copyIn(one.buffer, one.bytes);
            } else if (c.do === 'in') {
              const data = pattern(bytes, c.seed);
              await gpu.copyIn(one.buffer, data, { offset: at });
              one.bytes.set(data, at);
            } else if (c.do === 'fill') {
              await gpu.fill(one.buffer, c.seed, { offset: at, bytes });
              one.bytes.fill(c.seed, at, at + bytes);
            } else if (c.do === 'copy') {
              const other = pick(c.b);
              if (other === one) continue;
              const to = c.to % other.bytes.length;
              const run = Math.min(bytes, other.bytes.length - to);
              await gpu.copy(other.buffer, one.buffer, { fromOffset: at, toOffset: to, bytes: run });
              other.bytes.set(one.bytes.subarray(at, at + run), to);
            } else {
              expect(Buffer.compare(await gpu.copyOut(one.buffer), one.bytes)).toBe(0);
            }
          }
        }
        for (const { buffer, bytes } of live) expect(Buffer.compare(await gpu.copyOut(buffer), bytes)).toBe(0);
        await gpu.close();
        expect(s.said()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

const real = process.env['EMPTYSLOT_FIRMWARE'];

describe.skipIf(real === undefined || !existsSync(join(real, 'psp_13_0_0_sos.bin')))(
  'with real firmware (EMPTYSLOT_FIRMWARE)',
  () => {
    it('boots, names the versions, runs kernels', async () => {
      const s = slot();
      const gpu = await s.open({ firmware: (name) => new Uint8Array(readFileSync(join(real!, name))) });
      const version = (name: string): string | undefined => gpu.images.find((i) => i.name === name)?.version;
      expect(version('SMU')).toMatch(/^78\.\d+\.\d+$/);
      expect(version('RS64_MEC')).toBe('2790');
      await runCases(gpu);
      await gpu.close();
      expect(s.said()).toEqual([]);
    });
  },
);

/** Where the byte at `address` of the loaded image lies in the file. */
function fileOffset(view: DataView, address: number): number {
  const headers = view.getUint32(0x20, true);
  for (let i = 0; i < view.getUint16(0x38, true); i++) {
    const at = headers + i * 56;
    const start = view.getUint32(at + 16, true);
    if (view.getUint32(at, true) === 1 && address >= start && address < start + view.getUint32(at + 32, true))
      return view.getUint32(at + 8, true) + address - start;
  }
  throw new RangeError(`nothing at ${address}`);
}
