/** Packets, tables and descriptors against bytes that other people's software produced and public headers describe. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Layout, Part } from '../layout.ts';
import { bitsOf, decode, encodeDwords, readPart } from '../layout.ts';
import {
  assembledDescriptor,
  capturedLaunch,
  computeMqdDwords,
  pm4HeaderShifts,
  sdmaHeaderFields,
} from './fixtures/packets.ts';
import {
  aql,
  descriptor,
  discovery,
  findRegister,
  firmware,
  gcr,
  interrupts,
  mqd,
  pageTables,
  pm4,
  psp,
  sdmaPackets,
  smu,
} from './index.ts';

const words = (text: string) => text.trim().split(/\s+/);
const view = (dwords: readonly number[]) => new DataView(Uint32Array.from(dwords).buffer);

/** `dword:hi:lo` of every bit field of a packet; parts without fields take the whole dword. */
function positions(packet: Layout): Set<string> {
  return new Set(
    Object.values<Part>(packet.parts).flatMap((part) => {
      if (part.kind !== 'scalar') return [];
      const fields = Object.values(part.bits);
      const at = part.at / 4;
      if (fields.length === 0) return [`${at}:31:0`];
      return fields.map(({ hi, lo }) => (hi === lo ? `${at}:${hi}` : `${at}:${hi}:${lo}`));
    }),
  );
}

describe('PM4', () => {
  const launch = words(capturedLaunch).map((word) => parseInt(word, 16));

  /** Cuts the stream into packets: opcode name and dwords. */
  const packets = () => {
    const found: { name: string; at: number; dwords: number[] }[] = [];
    for (let at = 0; at < launch.length; ) {
      const header = bitsOf(pm4.packetHeader, launch[at] ?? 0);
      expect(header.TYPE).toBe(3);
      const dwords = launch.slice(at, at + header.COUNT + 2);
      found.push({ name: pm4.opcodeName(header.OPCODE) ?? '?', at, dwords });
      at += header.COUNT + 2;
    }
    return found;
  };

  it('reads the captured launch of a stock driver as that driver’s source has it', () => {
    expect(packets().map(({ name }) => name)).toEqual([
      'WAIT_REG_MEM',
      'WAIT_REG_MEM',
      'ACQUIRE_MEM',
      'ACQUIRE_MEM',
      ...Array.from({ length: 9 }, () => 'SET_SH_REG'),
      'DISPATCH_DIRECT',
    ]);
    for (const { name, dwords } of packets()) {
      const layout = pm4.packets[name as keyof typeof pm4.packets];
      expect(dwords.length * 4).toBeGreaterThanOrEqual(layout.bytes);
      if (name !== 'SET_SH_REG') expect(dwords.length * 4).toBe(layout.bytes);
    }
  });

  it('names the registers the launch sets', () => {
    const set = packets()
      .filter(({ name }) => name === 'SET_SH_REG')
      .map(({ dwords }) => {
        const control = decode(pm4.packets.SET_SH_REG, view(dwords)).control;
        const { offset } = bitsOf(pm4.packets.SET_SH_REG.parts.control, control);
        return [findRegister((pm4.registerWindows.SET_SH_REG.first + offset) * 4)?.name, dwords.length - 2];
      });
    expect(set).toEqual([
      ['COMPUTE_PGM_LO', 2],
      ['COMPUTE_PGM_RSRC1', 2],
      ['COMPUTE_PGM_RSRC3', 1],
      ['COMPUTE_TMPRING_SIZE', 1],
      ['COMPUTE_DISPATCH_SCRATCH_BASE_LO', 2],
      ['COMPUTE_RESTART_X', 3],
      ['COMPUTE_USER_DATA_0', 2],
      ['COMPUTE_RESOURCE_LIMITS', 1],
      ['COMPUTE_START_X', 8],
    ]);
  });

  it('decodes waits, cache control and the dispatch of the launch', () => {
    const [timeline, hdp, acquire] = packets();
    const wait = decode(pm4.packets.WAIT_REG_MEM, view(timeline?.dwords ?? []));
    expect(bitsOf(pm4.packets.WAIT_REG_MEM.parts.control, wait.control)).toMatchObject({ function: 5, memory: 1, operation: 0 });
    expect([wait.addressLo, wait.addressHi, wait.reference, wait.mask]).toEqual([0x0100_3ff0, 0x2000, 3, 0xffff_ffff]);

    const flush = decode(pm4.packets.WAIT_REG_MEM, view(hdp?.dwords ?? []));
    expect(bitsOf(pm4.packets.WAIT_REG_MEM.parts.control, flush.control)).toMatchObject({ function: 5, memory: 0, operation: 1 });
    expect(findRegister(flush.addressLo * 4)?.name).toBe('BIF_BX_PF0_GPU_HDP_FLUSH_REQ');
    expect(findRegister(flush.addressHi * 4)?.name).toBe('BIF_BX_PF0_GPU_HDP_FLUSH_DONE');

    // tinygrad asks for: L2 write-back and invalidate, L1, vector, scalar and instruction caches invalidated, metadata both.
    const cache = decode(pm4.packets.ACQUIRE_MEM, view(acquire?.dwords ?? []));
    expect(cache.gcr).toBe(0xc3f1);
    expect(bitsOf(gcr.GCR_CNTL, cache.gcr)).toEqual({
      GLI_INV: 1,
      GL1_RANGE: 0,
      GLM_WB: 1,
      GLM_INV: 1,
      GLK_WB: 1,
      GLK_INV: 1,
      GLV_INV: 1,
      GL1_INV: 1,
      GL2_US: 0,
      GL2_RANGE: 0,
      GL2_DISCARD: 0,
      GL2_INV: 1,
      GL2_WB: 1,
      SEQ: 0,
      RANGE_IS_PA: 0,
    });

    const dispatch = packets().at(-1)?.dwords ?? [];
    expect(decode(pm4.packets.DISPATCH_DIRECT, view(dispatch))).toEqual({ x: 1, y: 1, z: 1, initiator: 0x8005 });
    const { computeShaderEnable, forceStartAt000, wave32 } = pm4.dispatchInitiator;
    expect(computeShaderEnable | forceStartAt000 | wave32).toBe(0x8005);
  });

  it('writes the header that a stock driver writes', () => {
    expect(pm4.packet3(pm4.opcodes.WAIT_REG_MEM, 6)).toBe(0xc005_3c00);
    expect(pm4.packet3(pm4.opcodes.SET_SH_REG, 9)).toBe(0xc008_7600);
  });

  const shifts = pm4HeaderShifts.trim().split('\n').map(words);

  it.each(shifts.map(([name, size, ...fields]) => [name ?? '', Number(size), fields] as const))(
    '%s has %i dwords and its fields where the public header has them',
    (name, size, fields) => {
      const packet = pm4.packets[name as keyof typeof pm4.packets];
      expect(packet.bytes).toBe(size * 4);
      const begins = new Set([...positions(packet)].map((at) => at.replace(/^(\d+):(?:\d+:)?(\d+)$/, '$1:$2')));
      expect(fields.filter((field) => !begins.has(field))).toEqual([]);
    },
  );

  it('makes the fence words that the stock kernel driver sends', () => {
    // End of pipe, L2 and metadata written back, metadata dropped, in order, bypassing; then 64 bits and an interrupt.
    const [, control, select] = encodeDwords(pm4.packets.RELEASE_MEM, {
      control: {
        eventType: pm4.events.CACHE_FLUSH_AND_INV_TS_EVENT,
        eventIndex: pm4.eventIndex.endOfPipe,
        GLM_WB: 1,
        GLM_INV: 1,
        GL2_WB: 1,
        SEQ: 1,
        cachePolicy: 3,
      },
      select: { data: pm4.releaseMemData.all64, interrupt: pm4.releaseMemInterrupt.afterWriteConfirm },
    });
    expect(control).toBe(0x0660_3514);
    expect(select).toBe(0x4200_0000);
  });
});

describe('SDMA packets', () => {
  const lines = sdmaHeaderFields.trim().split('\n').map(words);

  it.each(lines.map(([name, ...fields]) => [name ?? '', fields] as const))('%s is as the public header has it', (name, fields) => {
    const packet = sdmaPackets.sdmaPackets[name as keyof typeof sdmaPackets.sdmaPackets];
    const theirs = new Set(fields);
    // The header counts data that follows as a field; here it is what comes after the packet.
    const follows = name === 'NOP' || name === 'WRITE_UNTILED' ? `${packet.bytes / 4}:31:0` : '';
    theirs.delete(follows);
    expect(positions(packet)).toEqual(theirs);
  });

  it('copies in the 68 bytes a stock driver takes: wait, copy, fence', () => {
    const { POLL_REGMEM, COPY_LINEAR, FENCE } = sdmaPackets.sdmaPackets;
    expect(POLL_REGMEM.bytes + COPY_LINEAR.bytes + FENCE.bytes).toBe(0x44);
  });
});

describe('queue descriptors', () => {
  it('puts every dword where the public structure has it', () => {
    const parts: Record<string, Part> = mqd.computeMqd.parts;
    const wrong = words(computeMqdDwords).filter((entry) => {
      const [name = '', at = ''] = entry.split('@');
      return parts[name]?.at !== Number(at) * 4;
    });
    expect(wrong).toEqual([]);
  });

  it('lays the dispatch state out as the COMPUTE registers lie', () => {
    const first = findRegister('COMPUTE_DISPATCH_INITIATOR')?.dword ?? NaN;
    const parts: Record<string, Part> = mqd.computeMqd.parts;
    for (const name of ['COMPUTE_PGM_LO', 'COMPUTE_PGM_RSRC1', 'COMPUTE_TMPRING_SIZE', 'COMPUTE_PGM_RSRC3', 'COMPUTE_RELAUNCH']) {
      expect(parts[name.toLowerCase()]?.at).toBe(((findRegister(name)?.dword ?? NaN) - first + 1) * 4);
    }
  });
});

describe('page tables', () => {
  // Entries that a stock driver stored: a table, a page of host memory, a page of VRAM, a 2 MiB leaf.
  it('reads entries seen in a trace', () => {
    expect(bitsOf(pageTables.pde.parts.lo, 0x0200_1001)).toMatchObject({ VALID: 1, SYSTEM: 0, ADDRESS_LO: 0x200_1000 >>> 6 });
    const host = [0x0010_0077, 0x0003_0000];
    expect(bitsOf(pageTables.pte.parts.lo, host[0] ?? 0)).toMatchObject({ VALID: 1, SYSTEM: 1, SNOOPED: 1, EXECUTE: 1, READ: 1, WRITE: 1, FRAGMENT: 0 });
    expect(bitsOf(pageTables.pte.parts.hi, host[1] ?? 0).MTYPE).toBe(pageTables.memoryTypes.UC);
    const leaf = [0x0203_4671, 0x0040_0000];
    expect(bitsOf(pageTables.pde.parts.hi, leaf[1] ?? 0).P).toBe(1);
    expect(bitsOf(pageTables.pte.parts.lo, leaf[0] ?? 0)).toMatchObject({ VALID: 1, SYSTEM: 0, FRAGMENT: 12, ADDRESS_LO: 0x2034 });
  });
});

describe('kernel descriptors', () => {
  it('reads what LLVM assembled', () => {
    const data = Uint8Array.from(Buffer.from(assembledDescriptor, 'hex'));
    const { parts } = descriptor.kernelDescriptor;
    const read = decode(descriptor.kernelDescriptor, new DataView(data.buffer));
    expect(read).toMatchObject({ groupSegmentBytes: 1040, privateSegmentBytes: 96, kernargBytes: 24 });
    expect(bitsOf(parts.properties, read.properties)).toEqual({
      PRIVATE_SEGMENT_BUFFER: 0,
      DISPATCH_PTR: 1,
      QUEUE_PTR: 0,
      KERNARG_SEGMENT_PTR: 1,
      DISPATCH_ID: 0,
      FLAT_SCRATCH_INIT: 0,
      PRIVATE_SEGMENT_SIZE: 0,
      WAVEFRONT_SIZE32: 1,
      USES_DYNAMIC_STACK: 1,
    });
    // 97 VGPRs in wave32 are 13 granules of 8; the field holds one less.
    expect(bitsOf(parts.rsrc1, read.rsrc1)).toMatchObject({ VGPRS: 12, FLOAT_MODE: 0xf0, DX10_CLAMP: 1, IEEE_MODE: 1, WGP_MODE: 1 });
    expect(bitsOf(parts.rsrc2, read.rsrc2)).toMatchObject({
      SCRATCH_EN: 1,
      USER_SGPR: 13,
      TGID_X_EN: 1,
      TGID_Y_EN: 1,
      TGID_Z_EN: 0,
      TIDIG_COMP_CNT: 2,
      LDS_SIZE: 0,
      EXCP_EN: 4,
    });
  });
});

describe('structures by size and place', () => {
  // Sizes and offsets of the public C structures.
  it.each([
    ['ring frame', psp.ringFrame.bytes, 64],
    ['command buffer', psp.commandBuffer.bytes, 1024],
    ['response', psp.responseAt, 864],
    ['TMR size', psp.responseAt + psp.response.parts.tmrBytes.at, 880],
    ['command', psp.commandAt, 28],
    ['binary header', discovery.binaryHeader.bytes, 60],
    ['IPDS header', discovery.ipDiscoveryHeader.bytes, 80],
    ['harvest table', discovery.harvestTable.bytes, 136],
    ['GC 1.3', discovery.gcTable13.bytes, 164],
    ['metrics', smu.metricsTable.bytes, 244],
    ['metrics: socket power', smu.metricsTable.parts.averageSocketPower.at, 116],
    ['dispatch packet: kernel object', aql.kernelDispatch.parts.kernelObject.at, 0x20],
    ['dispatch packet: signal', aql.kernelDispatch.parts.completionSignal.at, 0x38],
    ['RLC 2.3', firmware.rlcHeader23.bytes, 204],
    ['RLC 2.3: RLC_V size', firmware.rlcHeader23.parts.rlcvSizeBytes.at, 196],
    ['SDMA 2.0', firmware.sdmaHeader20.bytes, 64],
    ['MES 1.0', firmware.mesHeader10.bytes, 72],
    ['vector', interrupts.interruptVector.bytes, 32],
  ])('%s', (_, ours, theirs) => {
    expect(ours).toBe(theirs);
  });

  it('sums bytes as the discovery table does', () => {
    expect(discovery.byteSum(Uint8Array.from({ length: 1000 }, () => 0xff))).toBe((255 * 1000) & 0xffff);
  });

  it('encodes the frame that a driver puts into the ring', () => {
    const frame = encodeDwords(psp.ringFrame, { commandAddressLo: 0x8500_0000, commandAddressHi: 0x80, fenceValue: 1 });
    expect(frame.slice(0, 6)).toEqual([0x8500_0000, 0x80, 0, 0, 0, 1]);
    expect(frame.length).toBe(psp.ringFrameDwords);
  });
});

const folder = process.env['EMPTYSLOT_FIRMWARE'] ?? '';

describe.skipIf(!existsSync(join(folder, 'psp_13_0_0_sos.bin')))('real firmware files (EMPTYSLOT_FIRMWARE)', () => {
  const open = (name: string) => {
    const data = readFileSync(join(folder, name));
    return new DataView(data.buffer, data.byteOffset, data.byteLength);
  };

  // Header versions and payload sizes as published for Navi31.
  it('fits the headers of all six files', () => {
    const headers = {
      'psp_13_0_0_sos.bin': [2, 0],
      'smu_13_0_0.bin': [2, 1],
      'gc_11_0_0_mec.bin': [2, 0],
      'gc_11_0_0_imu.bin': [1, 0],
      'gc_11_0_0_rlc.bin': [2, 3],
      'sdma_6_0_0.bin': [2, 0],
    };
    for (const [name, version] of Object.entries(headers)) {
      const file = open(name);
      const header = decode(firmware.commonHeader, file);
      expect([name, header.headerVersionMajor, header.headerVersionMinor]).toEqual([name, ...version]);
      expect(header.sizeBytes).toBe(file.byteLength);
    }
    expect(decode(firmware.rlcHeader23, open('gc_11_0_0_rlc.bin'))).toMatchObject({
      iramSizeBytes: 0x10200,
      dramSizeBytes: 0x8200,
      rlcpSizeBytes: 0x2200,
      rlcvSizeBytes: 0x3200,
    });
    expect(decode(firmware.gfxHeader20, open('gc_11_0_0_mec.bin'))).toMatchObject({
      codeSizeBytes: 0x41300,
      dataSizeBytes: 0x22000,
      startAddressLo: 0x3000,
      startAddressHi: 0x7_0000,
    });
    expect(decode(firmware.sdmaHeader20, open('sdma_6_0_0.bin'))).toMatchObject({
      contextSizeBytes: 0x4400,
      controlSizeBytes: 0x4200,
    });
  });

  it('finds the payload header in every image of the PSP file', () => {
    const file = open('psp_13_0_0_sos.bin');
    const { imageCount, ucodeOffsetBytes } = decode(firmware.pspHeader20, file);
    for (let i = 0; i < imageCount; i++) {
      const image = decode(firmware.pspImage, file, firmware.pspHeader20.bytes + i * firmware.pspImage.bytes);
      const at = ucodeOffsetBytes + image.offsetBytes;
      const payload = decode(firmware.payloadHeader, file, at);
      if (image.type !== firmware.pspImageTypes.KDB) expect(payload.magic).toBe(firmware.payloadMagic);
      expect(payload.bodyBytes).toBe(image.sizeBytes - firmware.payloadHeaderBytes - firmware.payloadSignatureBytes);
      expect(readPart(file, at, firmware.payloadHeader.parts.signedBytes)).toBeLessThanOrEqual(image.sizeBytes);
    }
  });
});
