/** The PSP against what public drivers do and see, and against everything that can be done wrong. Software. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forge, forgePayload, forgedVersions, seal } from '../../../conformance/forge/index.ts';
import { MP0 } from '../../../registers/amd/mp0.ts';
import { createPsp } from './index.ts';
import { FB_BASE, testCard } from './testing/card.ts';
import type { TestCard } from './testing/card.ts';
import {
  RING,
  STAGING,
  TMR,
  bootSos,
  createRing,
  firmwareOrder,
  fullBoot,
  loadFirmware,
  loadToc,
  payloads,
  settle,
  setupTmr,
  stage,
  submit,
} from './testing/driver.ts';

const R = MP0.registers;
const images = payloads(forge());
const fresh = (): TestCard => testCard({ psp: createPsp });
const withRing = (): TestCard => {
  const t = fresh();
  bootSos(t, images);
  createRing(t);
  return t;
};
const withTmr = (): TestCard => {
  const t = withRing();
  setupTmr(t, loadToc(t, images['TOC']!).tmrBytes);
  return t;
};
const first = (t: TestCard) => t.machine.findings.list[0];

describe('bootloader', () => {
  it('is ready after power-on, and nothing else is', () => {
    const t = fresh();
    expect(t.read(R.MP0_SMN_C2PMSG_33)).toBe(0x8000_0000);
    expect(t.read(R.MP0_SMN_C2PMSG_35)).toBe(0x8000_0000);
    expect(t.read(R.MP0_SMN_C2PMSG_81)).toBe(0);
    expect(t.read(R.MP0_SMN_C2PMSG_64)).toBe(0);
  });

  it('takes time over a command, with bit 31 clear', () => {
    const t = fresh();
    t.store(STAGING, images['KDB']!);
    t.write(R.MP0_SMN_C2PMSG_36, (FB_BASE + STAGING) / 0x10_0000);
    t.write(R.MP0_SMN_C2PMSG_35, 0x8_0000);
    expect(t.read(R.MP0_SMN_C2PMSG_35) >>> 31).toBe(0);
    settle(t);
    expect(t.read(R.MP0_SMN_C2PMSG_35)).toBe(0x8000_0000);
  });

  it('starts the secure OS after KDB, KDB as SPL, SYS_DRV, SOS', () => {
    const t = fresh();
    bootSos(t, images);
    expect(t.read(R.MP0_SMN_C2PMSG_81)).not.toBe(0);
    expect(t.read(R.MP0_SMN_C2PMSG_58)).toBe(forgedVersions.sos);
    expect(t.read(R.MP0_SMN_C2PMSG_64)).toBe(0x8000_0000);
    expect(t.card.psp.alive).toBe(true);
    expect(t.codes()).toEqual([]);
  });

  it('takes the SPL image as SPL too', () => {
    const t = fresh();
    stage(t, 0x8_0000, images['KDB']!);
    expect(stage(t, 0x1000_0000, images['SPL']!)).toBe(0x8000_0000);
    expect(t.codes()).toEqual([]);
  });

  const refusals: readonly (readonly [name: string, code: string, drive: (t: TestCard) => void])[] = [
    ['SOS before anything', 'PSP_STAGE_ORDER', (t) => stage(t, 0x2_0000, images['SOS']!)],
    [
      'SYS_DRV before SPL',
      'PSP_STAGE_ORDER',
      (t) => {
        stage(t, 0x8_0000, images['KDB']!);
        stage(t, 0x1_0000, images['SYS_DRV']!);
      },
    ],
    ['a command that does not exist', 'PSP_BOOT_COMMAND_UNKNOWN', (t) => stage(t, 0x12_3456, images['KDB']!)],
    [
      'an image not on a MiB boundary',
      'PSP_IMAGE_MISSING',
      (t) => stage(t, 0x8_0000, images['KDB']!, STAGING + 0x1000),
    ],
    ['no image at all', 'PSP_IMAGE_MISSING', (t) => stage(t, 0x8_0000, new Uint8Array(16))],
    [
      'SOS where SYS_DRV belongs',
      'PSP_IMAGE_KIND',
      (t) => {
        stage(t, 0x8_0000, images['KDB']!);
        stage(t, 0x1000_0000, images['KDB']!);
        stage(t, 0x1_0000, images['SOS']!);
      },
    ],
    ['KDB with a magic and another kind', 'PSP_IMAGE_KIND', (t) => stage(t, 0x8_0000, images['SYS_DRV']!)],
    [
      'a body size that does not fit',
      'PSP_IMAGE_SIZE',
      (t) => {
        const image = images['KDB']!.slice();
        new DataView(image.buffer).setUint32(0x14, 0x1400, true);
        stage(t, 0x8_0000, image);
      },
    ],
    [
      'a bit flipped in the body',
      'PSP_IMAGE_DIGEST',
      (t) => {
        const image = images['KDB']!.slice();
        image[0x777]! ^= 4;
        stage(t, 0x8_0000, image);
      },
    ],
    [
      'a bit flipped in the header',
      'PSP_IMAGE_DIGEST',
      (t) => {
        const image = images['KDB']!.slice();
        image[0x60]! ^= 4;
        stage(t, 0x8_0000, image);
      },
    ],
    [
      'a bit flipped in the signature',
      'PSP_IMAGE_DIGEST',
      (t) => {
        const image = images['KDB']!.slice();
        image[0x1603]! ^= 4;
        stage(t, 0x8_0000, image);
      },
    ],
    ['half of the image copied', 'PSP_IMAGE_DIGEST', (t) => stage(t, 0x8_0000, images['KDB']!.slice(0, 0xb80))],
    [
      'an address that is a VRAM offset',
      'PSP_ADDRESS',
      (t) => {
        t.store(STAGING, images['KDB']!);
        t.write(R.MP0_SMN_C2PMSG_36, STAGING / 0x10_0000);
        t.write(R.MP0_SMN_C2PMSG_35, 0x8_0000);
        settle(t);
      },
    ],
  ];
  it.each(refusals)('refuses %s: %s', (_name, code, drive) => {
    const t = fresh();
    const close = t.machine.port(0).annotate('psp: load');
    drive(t);
    close();
    expect(t.codes()).toEqual([code]);
    expect(t.read(R.MP0_SMN_C2PMSG_35) >>> 31).toBe(0);
    expect(first(t)!.at.where).toContain('MP0_SMN_C2PMSG_35');
    expect(first(t)!.at.step).toBe('psp: load');
    expect(t.machine.events.pending).toBe(0);
  });

  it('sees the bytes of before when the copy was not flushed', () => {
    const t = fresh();
    t.holdBack = true;
    t.store(STAGING, images['KDB']!);
    t.write(R.MP0_SMN_C2PMSG_36, (FB_BASE + STAGING) / 0x10_0000);
    t.write(R.MP0_SMN_C2PMSG_35, 0x8_0000);
    settle(t);
    expect(t.codes()).toEqual(['PSP_IMAGE_MISSING']);
  });

  it('loses a command that comes while it works', () => {
    const t = fresh();
    t.store(STAGING, images['KDB']!);
    t.write(R.MP0_SMN_C2PMSG_36, (FB_BASE + STAGING) / 0x10_0000);
    t.write(R.MP0_SMN_C2PMSG_35, 0x8_0000);
    t.write(R.MP0_SMN_C2PMSG_35, 0x1000_0000);
    settle(t);
    expect(t.codes()).toEqual(['PSP_MAILBOX_BUSY']);
    expect(first(t)!.because).toHaveLength(1);
    expect(t.read(R.MP0_SMN_C2PMSG_35)).toBe(0x8000_0000);
  });

  it('is gone once the secure OS runs', () => {
    const t = fresh();
    bootSos(t, images);
    stage(t, 0x8_0000, images['KDB']!);
    expect(t.codes()).toEqual(['PSP_BOOTLOADER_GONE']);
  });
});

describe('ring', () => {
  it('is created for type 2 only', () => {
    const t = fresh();
    bootSos(t, images);
    expect(createRing(t, 1) & 0xffff).not.toBe(0);
    expect(t.codes()).toEqual(['RING_TYPE_WRONG']);
    expect(createRing(t, 2)).toBe(0x8000_0000);
  });

  it('forgets what it was doing when it is destroyed', () => {
    const t = withRing();
    submit(t, 0x22, [0, 2]);
    t.store(RING + 64, t.load(RING, 64));
    t.write(R.MP0_SMN_C2PMSG_67, 32);
    t.write(R.MP0_SMN_C2PMSG_64, 0x3_0000);
    settle(t);
    createRing(t);
    expect(t.read(R.MP0_SMN_C2PMSG_67)).toBe(0);
    expect(submit(t, 0x22, [0, 2])).toMatchObject({ fence: 1, status: 0 });
    expect(t.codes()).toEqual([]);
  });

  it('is destroyed and created again', () => {
    const t = withRing();
    t.write(R.MP0_SMN_C2PMSG_64, 0x3_0000);
    settle(t);
    expect(t.read(R.MP0_SMN_C2PMSG_64)).toBe(0x8000_0000);
    expect(createRing(t)).toBe(0x8000_0000);
    expect(loadToc(t, images['TOC']!).status).toBe(0);
    expect(t.codes()).toEqual([]);
  });

  it('answers in the command buffer, then at the fence', () => {
    const t = withRing();
    const answer = loadToc(t, images['TOC']!);
    expect(answer).toMatchObject({ status: 0, fence: 1 });
  });

  it('wraps at its size, and also takes a pointer left at the end', () => {
    const t = fresh();
    bootSos(t, images);
    createRing(t, 2, 4096);
    for (let i = 0; i < 64; i++) expect(submit(t, 0x22, [0, 2]).fence).toBe(1);
    expect(t.read(R.MP0_SMN_C2PMSG_67)).toBe(1024);
    t.write(R.MP0_SMN_C2PMSG_67, 16);
    settle(t);
    for (let i = 1; i < 64; i++) submit(t, 0x22, [0, 2]);
    expect(t.codes()).toEqual([]);
  });

  const mistakes: readonly (readonly [name: string, code: string, drive: (t: TestCard) => void])[] = [
    ['control before the secure OS', 'PSP_SOS_DEAD', (t) => createRing(t)],
    [
      'a pointer without a ring',
      'PSP_NO_RING',
      (t) => {
        bootSos(t, images);
        t.write(R.MP0_SMN_C2PMSG_67, 16);
      },
    ],
    [
      'a ring of size 0',
      'PSP_RING_GEOMETRY',
      (t) => {
        bootSos(t, images);
        createRing(t, 2, 0);
      },
    ],
    [
      'a ring outside video memory',
      'PSP_RING_GEOMETRY',
      (t) => {
        bootSos(t, images);
        t.write(R.MP0_SMN_C2PMSG_69, RING);
        t.write(R.MP0_SMN_C2PMSG_70, 0);
        t.write(R.MP0_SMN_C2PMSG_71, 4096);
        t.write(R.MP0_SMN_C2PMSG_64, 0x2_0000);
        settle(t);
      },
    ],
    [
      'a second ring',
      'PSP_RING_EXISTS',
      (t) => {
        bootSos(t, images);
        createRing(t);
        createRing(t);
      },
    ],
    [
      'two control commands at once',
      'PSP_CONTROL_BUSY',
      (t) => {
        bootSos(t, images);
        t.write(R.MP0_SMN_C2PMSG_64, 0x3_0000);
        t.write(R.MP0_SMN_C2PMSG_64, 0x2_0000);
        settle(t);
      },
    ],
    [
      'an unknown control command',
      'PSP_CONTROL_UNKNOWN',
      (t) => {
        bootSos(t, images);
        t.write(R.MP0_SMN_C2PMSG_64, 0x55_0000);
        settle(t);
      },
    ],
    [
      'half a frame',
      'PSP_RING_POINTER',
      (t) => {
        bootSos(t, images);
        createRing(t);
        t.write(R.MP0_SMN_C2PMSG_67, 8);
      },
    ],
    [
      'a pointer past the end',
      'PSP_RING_POINTER',
      (t) => {
        bootSos(t, images);
        createRing(t);
        t.write(R.MP0_SMN_C2PMSG_67, 0x4010);
      },
    ],
    [
      'a pointer in bytes',
      'PSP_RING_POINTER',
      (t) => {
        bootSos(t, images);
        createRing(t, 2, 4096);
        t.write(R.MP0_SMN_C2PMSG_67, 1024 + 16);
      },
    ],
    [
      'a pointer that goes back',
      'PSP_RING_POINTER',
      (t) => {
        bootSos(t, images);
        createRing(t);
        submit(t, 0x22, [0, 2]);
        submit(t, 0x22, [0, 2]);
        t.write(R.MP0_SMN_C2PMSG_67, 0x10);
      },
    ],
    [
      'a pointer over a frame that was not written',
      'PSP_FRAME',
      (t) => {
        bootSos(t, images);
        createRing(t);
        t.write(R.MP0_SMN_C2PMSG_67, 16);
      },
    ],
    [
      'a frame for VMID 3',
      'PSP_FRAME',
      (t) => {
        bootSos(t, images);
        createRing(t);
        submit(t, 0x22, [0, 2], { vmid: 3 });
      },
    ],
    [
      'a command buffer that is a VRAM offset',
      'PSP_FRAME',
      (t) => {
        bootSos(t, images);
        createRing(t);
        submit(t, 0x22, [0, 2], { at: 0x8_5000 });
      },
    ],
    [
      'a fence nowhere',
      'PSP_FENCE_ADDRESS',
      (t) => {
        bootSos(t, images);
        createRing(t);
        submit(t, 0x22, [0, 2], { fence: 0x8_6000 });
      },
    ],
  ];
  it.each(mistakes)('finds %s: %s', (_name, code, drive) => {
    const t = fresh();
    drive(t);
    settle(t);
    expect(t.codes()).toEqual([code]);
  });

  it('resets the card', () => {
    const t = withRing();
    t.write(R.MP0_SMN_C2PMSG_64, 0x7_0000);
    settle(t);
    expect(t.told).toEqual(['reset mode1']);
    expect(t.read(R.MP0_SMN_C2PMSG_81)).toBe(0);
    expect(t.read(R.MP0_SMN_C2PMSG_71)).toBe(0);
    expect(t.read(R.MP0_SMN_C2PMSG_35)).toBe(0x8000_0000);
    expect(t.read(R.MP0_SMN_C2PMSG_33)).toBe(0x8000_0000);
    bootSos(t, images);
    expect(t.codes()).toEqual([]);
  });
});

describe('commands', () => {
  it('boots everything, as a public driver does', () => {
    const t = fresh();
    const answer = fullBoot(t, images);
    expect(answer.status).toBe(0);
    expect(t.codes()).toEqual([]);
    expect(t.told).toEqual(['smu 0x1854e00', 'protect 0x200000 0x1300000', 'autoload']);
    for (const [type] of firmwareOrder) expect(t.card.psp.loaded(type)).toBe(true);
  });

  it('asks for the TMR size that real boards report', () => {
    expect(loadToc(withRing(), images['TOC']!).tmrBytes).toBe(0x130_0000);
  });

  it('says where firmware went', () => {
    const t = withTmr();
    const { address } = loadFirmware(t, 89, images['MEC']!);
    expect(address).toBeGreaterThanOrEqual(FB_BASE + TMR);
    expect(address).toBeLessThan(FB_BASE + TMR + 0x130_0000);
  });

  it('keeps sessions of trusted applications', () => {
    const t = withRing();
    t.store(STAGING, images['SYS_DRV']!);
    const address = [(FB_BASE + STAGING) % 2 ** 32, Math.floor((FB_BASE + STAGING) / 2 ** 32), 0x1000];
    const { session, status } = submit(t, 1, address);
    expect(status).toBe(0);
    expect(submit(t, 2, [session]).status).toBe(0);
    expect(t.codes()).toEqual([]);
    expect(submit(t, 2, [session]).status).not.toBe(0);
    expect(t.codes()).toEqual(['PSP_SESSION_UNKNOWN']);
  });

  it('keeps the boot configuration', () => {
    const t = withRing();
    submit(t, 0x22, [0, 1, 5, 7]);
    expect(submit(t, 0x22, [0, 2]).extra).toBe(5);
    submit(t, 0x22, [0, 3]);
    expect(submit(t, 0x22, [0, 2]).extra).toBe(0);
  });

  it('answers 0x100 to a command that does not exist', () => {
    const t = withRing();
    expect(submit(t, 0x77, []).status).toBe(0x100);
    expect(t.codes()).toEqual(['PSP_COMMAND_UNKNOWN']);
  });

  it('takes a TMR away again', () => {
    const t = withTmr();
    expect(submit(t, 7, []).status).toBe(0);
    expect(setupTmr(t, 0x130_0000).status).toBe(0);
    expect(t.codes()).toEqual([]);
  });

  const wrong: readonly (readonly [
    name: string,
    code: string,
    before: 'ring' | 'tmr',
    drive: (t: TestCard) => { status: number },
  ])[] = [
    [
      'TMR smaller than the table needs',
      'TMR_SIZE',
      'ring',
      (t) => {
        const { tmrBytes } = loadToc(t, images['TOC']!);
        return setupTmr(t, tmrBytes - 0x10_0000);
      },
    ],
    ['TMR not on a MiB', 'TMR_PLACEMENT', 'ring', (t) => setupTmr(t, 0x130_0000, FB_BASE + TMR + 0x1000)],
    ['TMR outside video memory', 'TMR_PLACEMENT', 'ring', (t) => setupTmr(t, 0x130_0000, TMR, TMR)],
    [
      'TMR with addresses that disagree',
      'TMR_PLACEMENT',
      'ring',
      (t) => setupTmr(t, 0x130_0000, FB_BASE + TMR, FB_BASE + TMR),
    ],
    ['TMR over the ring', 'TMR_PLACEMENT', 'ring', (t) => setupTmr(t, 0x130_0000, FB_BASE)],
    [
      'TMR over the discovery table',
      'TMR_PLACEMENT',
      'ring',
      (t) => setupTmr(t, 0x130_0000, FB_BASE + 0x2000_0000 - 0x130_0000),
    ],
    ['a second TMR', 'TMR_EXISTS', 'tmr', (t) => setupTmr(t, 0x130_0000, FB_BASE + 0x400_0000)],
    ['firmware before the TMR', 'TMR_MISSING', 'ring', (t) => loadFirmware(t, 89, images['MEC']!)],
    [
      'a firmware type that does not exist',
      'FIRMWARE_TYPE_UNKNOWN',
      'tmr',
      (t) => loadFirmware(t, 121, images['MEC']!),
    ],
    ['firmware of the wrong type', 'PSP_IMAGE_KIND', 'tmr', (t) => loadFirmware(t, 68, images['IMU_D']!)],
    ['a known image as a type that nobody saw', 'PSP_IMAGE_KIND', 'tmr', (t) => loadFirmware(t, 87, images['MEC']!)],
    ['a firmware size cut short', 'PSP_IMAGE_SIZE', 'tmr', (t) => loadFirmware(t, 89, images['MEC']!, 0x1000)],
    [
      'firmware damaged in the copy',
      'PSP_IMAGE_DIGEST',
      'tmr',
      (t) => {
        const image = images['MEC']!.slice();
        image[0x3_0000]! ^= 0x80;
        return loadFirmware(t, 89, image);
      },
    ],
    [
      'firmware too large for its place',
      'FIRMWARE_TOO_LARGE',
      'tmr',
      (t) => loadFirmware(t, 8, forgePayload({ kind: 'RLC_G', version: 1, body: 0x6100 })),
    ],
    [
      'a container instead of a payload',
      'PSP_IMAGE_MISSING',
      'tmr',
      (t) => loadFirmware(t, 89, forge().get('gc_11_0_0_mec.bin')!),
    ],
    [
      'a table of contents without entries',
      'TOC_INVALID',
      'ring',
      (t) => loadToc(t, forgePayload({ kind: 'TOC', version: 0, body: new Uint8Array(0x700) })),
    ],
    ['autoload before the firmware', 'AUTOLOAD_INCOMPLETE', 'tmr', (t) => submit(t, 0x21, [])],
  ];
  it.each(wrong)('refuses %s: %s', (_name, code, before, drive) => {
    const t = before === 'ring' ? withRing() : withTmr();
    const answer = drive(t);
    expect(answer.status).not.toBe(0);
    expect(answer).toMatchObject({ fence: 1 });
    expect(t.codes()).toEqual([code]);
    expect(first(t)!.at.where).toContain('MP0_SMN_C2PMSG_67');
  });

  it('names firmware that was loaded twice, and takes it', () => {
    const t = withTmr();
    loadFirmware(t, 89, images['MEC']!);
    expect(loadFirmware(t, 89, images['MEC']!).status).toBe(0);
    expect(t.codes()).toEqual(['FIRMWARE_TWICE']);
  });

  it('reads frames although nobody flushed, and images only when somebody did', () => {
    const t = withTmr();
    t.holdBack = true;
    expect(submit(t, 0x22, [0, 1, 1, 1]).status).toBe(0);
    t.store(STAGING, images['MEC']!);
    const { status } = submit(t, 6, [
      (FB_BASE + STAGING) % 2 ** 32,
      Math.floor((FB_BASE + STAGING) / 2 ** 32),
      images['MEC']!.length,
      89,
    ]);
    expect(status).not.toBe(0);
    expect(t.codes()).toEqual(['PSP_IMAGE_KIND']); // the table of contents still lies there
  });
});

describe('properties', () => {
  it('random mailbox operations never throw, and always come to rest', () => {
    const registers = [
      R.MP0_SMN_C2PMSG_35,
      R.MP0_SMN_C2PMSG_36,
      R.MP0_SMN_C2PMSG_64,
      R.MP0_SMN_C2PMSG_67,
      R.MP0_SMN_C2PMSG_69,
      R.MP0_SMN_C2PMSG_70,
      R.MP0_SMN_C2PMSG_71,
    ];
    const value = fc.oneof(
      fc.constantFrom(
        0x8_0000,
        0x1000_0000,
        0x1_0000,
        0x2_0000,
        0x3_0000,
        0x5_0000,
        0x6_0000,
        16,
        32,
        0x8_0001,
        0x80,
        0x1000,
        RING,
      ),
      fc.nat(0xffff_ffff),
    );
    const operation = fc.tuple(fc.constantFrom(...registers), value, fc.nat(30_000));
    fc.assert(
      fc.property(fc.boolean(), fc.array(operation, { maxLength: 40 }), (alive, operations) => {
        const t = alive ? withRing() : fresh();
        t.store(RING, images['SYS_DRV']!.subarray(0, 0x1_0000));
        for (const [register, store, wait] of operations) {
          t.write(register, store);
          t.machine.advance(wait);
        }
        let steps = 0;
        for (; t.machine.events.pending > 0 && steps < 20_000; steps++)
          t.machine.events.advanceTo(t.machine.events.nextNs);
        expect(steps).toBeLessThan(20_000);
      }),
      { numRuns: 60 },
    );
  });

  it('random commands never throw', () => {
    const t = withTmr();
    fc.assert(
      fc.property(
        fc.nat(0x30),
        fc.array(fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(FB_BASE % 2 ** 32, STAGING, 0x80, 0x1000)), {
          maxLength: 8,
        }),
        (id, words) => {
          if (t.read(R.MP0_SMN_C2PMSG_67) > 0x3f00) createRing(t);
          expect(submit(t, id, words).fence).toBe(1);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('a restored boot goes on as the first did', () => {
    const run = (t: TestCard): string => {
      loadFirmware(t, 89, images['MEC']!);
      return t.machine.hash();
    };
    const t = withTmr();
    const saved = t.machine.snapshot();
    const { next } = t.machine.trace;
    const once = run(t);
    t.machine.restore(saved);
    t.machine.trace.next = next; // the trace is no part of a snapshot, and state holds numbers of its records
    expect(run(t)).toBe(once);
  });

  it('any single damaged byte is found', () => {
    const good = images['SPL']!;
    fc.assert(
      fc.property(fc.nat(good.length - 0xe1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const t = fresh();
        stage(t, 0x8_0000, images['KDB']!);
        const image = good.slice();
        image[at]! ^= flip;
        expect(stage(t, 0x1000_0000, image) >>> 31).toBe(0);
        expect(t.codes()).toHaveLength(1);
      }),
      { numRuns: 80 },
    );
  });

  it('a sealed change is good again', () => {
    const t = fresh();
    const image = images['KDB']!.slice();
    image[0x200]! ^= 1;
    seal(image, 0x0100_004f, 9, 0x1500);
    expect(stage(t, 0x8_0000, image)).toBe(0x8000_0000);
  });
});

const folder = process.env['EMPTYSLOT_FIRMWARE'];
describe.skipIf(folder === undefined)('real images', () => {
  const names = ['psp_13_0_0_sos', 'smu_13_0_0', 'sdma_6_0_0', 'gc_11_0_0_mec', 'gc_11_0_0_imu', 'gc_11_0_0_rlc'];
  const real = () =>
    payloads(new Map(names.map((name) => [`${name}.bin`, new Uint8Array(readFileSync(join(folder!, `${name}.bin`)))])));

  it('boot, with no finding', () => {
    const t = fresh();
    expect(fullBoot(t, real()).status).toBe(0);
    expect(t.codes()).toEqual([]);
    expect(t.read(R.MP0_SMN_C2PMSG_58)).toBe(0x31_0036);
  });

  it('are found damaged in any body byte', () => {
    const p = real();
    const image = p['SYS_DRV']!.slice();
    image[0x2_0000]! ^= 1;
    const t = fresh();
    stage(t, 0x8_0000, p['KDB']!);
    stage(t, 0x1000_0000, p['KDB']!);
    stage(t, 0x1_0000, image);
    expect(t.codes()).toEqual(['PSP_IMAGE_DIGEST']);
  });
});
