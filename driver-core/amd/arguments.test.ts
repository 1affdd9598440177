/** Argument blocks by the rules of the public ABI. */

import { describe, expect, it } from 'vitest';
import type { KernelArgument } from '../elf.ts';
import { packArguments } from './arguments.ts';

const shape = { groups: [7, 5, 3], workgroup: [64, 2, 1] } as const;
const arg = (offset: number, bytes: number, kind = 'by_value'): KernelArgument => ({
  name: `a${offset}`,
  offset,
  bytes,
  kind,
});

describe('kernel arguments', () => {
  it('lie where the metadata says', () => {
    const layout = [arg(0, 8, 'global_buffer'), arg(8, 4), arg(12, 2), arg(16, 8), arg(24, 1)];
    const block = packArguments(
      'k',
      28,
      layout,
      [{ pair: [0x1111_2222, 0x3333] }, { f32: 1 }, { u32: 0xbeef }, { f64: 2 }, { i32: -1 }],
      shape,
    );
    const v = new DataView(block.buffer);
    expect([
      v.getUint32(0, true),
      v.getUint32(4, true),
      v.getFloat32(8, true),
      v.getUint16(12, true),
      v.getFloat64(16, true),
      v.getInt8(24),
    ]).toEqual([0x1111_2222, 0x3333, 1, 0xbeef, 2, -1]);
    expect([v.getUint16(14, true), v.getUint8(25)]).toEqual([0, 0]);
  });

  it('lie one after the other, aligned, without metadata', () => {
    const v = new DataView(
      packArguments('k', 24, undefined, [{ u32: 1 }, { u64: 0x1_0000_0002 }, { u32: 3 }], shape).buffer,
    );
    expect([v.getUint32(0, true), v.getUint32(8, true), v.getUint32(12, true), v.getUint32(16, true)]).toEqual([
      1, 2, 1, 3,
    ]);
  });

  it('are followed by what compilers hide', () => {
    const hidden = [
      arg(8, 4, 'hidden_block_count_x'),
      arg(12, 4, 'hidden_block_count_y'),
      arg(16, 4, 'hidden_block_count_z'),
      arg(20, 2, 'hidden_group_size_x'),
      arg(22, 2, 'hidden_group_size_y'),
      arg(24, 2, 'hidden_group_size_z'),
      arg(26, 2, 'hidden_remainder_x'),
      arg(32, 8, 'hidden_global_offset_x'),
      arg(40, 2, 'hidden_grid_dims'),
    ];
    const v = new DataView(packArguments('k', 48, [arg(0, 8), ...hidden], [{ u64: 1 }], shape).buffer);
    expect([8, 12, 16].map((at) => v.getUint32(at, true))).toEqual([7, 5, 3]);
    expect([20, 22, 24, 26, 40].map((at) => v.getUint16(at, true))).toEqual([64, 2, 1, 0, 3]);
  });

  it.each([
    ['too few', [{ u32: 1 }]],
    ['too many', [{ u32: 1 }, { u32: 1 }, { u32: 1 }]],
    ['of another size', [{ u32: 1 }, { f64: 1 }]],
  ])('are refused when they are %s', (_what, values) => {
    expect(() => packArguments('k', 8, [arg(0, 4), arg(4, 4)], values, shape)).toThrow(
      expect.objectContaining({ code: 'LAUNCH_INVALID', facts: expect.objectContaining({ kernel: 'k' }) }),
    );
  });

  it('never run over the end of the block', () => {
    expect(() => packArguments('k', 4, undefined, [{ u64: 1 }], shape)).toThrow(
      expect.objectContaining({ code: 'LAUNCH_INVALID' }),
    );
    expect(() => packArguments('k', 8, [arg(4, 8)], [{ u64: 1 }], shape)).toThrow(
      expect.objectContaining({ code: 'LAUNCH_INVALID' }),
    );
  });
});
