/**
 * Translated WMMA against the engine's own, bit for bit: all register layouts that the function takes and some that it
 * does not, numbers of every kind.
 */
import { describe, expect, it } from 'vitest';
import { fusedMultiplyAdd } from '../../../exec/wasm/features.ts';
import { assemble, seeded } from '../isa/index.ts';
import { ShaderEngine } from '../engine.ts';
import { ArenaMemory } from '../testing/arena-memory.ts';
import { RSRC1, oneWave } from '../testing/bench.ts';

const halves = [
  0, 0x8000, 0x3c00, 0xbc00, 0x7c00, 0xfc00, 0x7e00, 0x7c01, 1, 0x83ff, 0x0400, 0x7bff, 0x3f80, 0x7f80, 0xff80,
];

function registers(text: string, engine: 'interpreter' | 'wasm', seed: number) {
  const memory = new ArenaMemory(1 << 17, 0x10000000, 1 << 21);
  const core = new ShaderEngine({
    memory,
    allocate: memory.allocate,
    report: () => {},
    slots: 2,
    ldsPoolBytes: 65536,
    engine,
  });
  const state = core.prepare();
  const random = seeded(seed);
  const half = (): number => (random() % 4 === 0 ? halves[random() % halves.length]! : 0x3000 + (random() % 0x1800));
  for (let i = 0; i < state.vgprs.length; i++) state.vgprs[i] = half() | (half() << 16);
  const { bytes, errors } = assemble(`${text}\ns_nop 0\ns_endpgm`, { wave64: false });
  if (errors.length > 0) throw errors[0]!;
  const entry = memory.place(bytes);
  core.start(oneWave(entry, { rsrc1: RSRC1 | 31 }));
  expect(core.run(1000)).toBe('idle');
  return { vgprs: state.vgprs.slice(), interpreted: [...(core.translated?.interpreted.keys() ?? [])] };
}

describe('translated WMMA', () => {
  const translated = [
    'v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23]',
    'v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[24:31]',
    'v_wmma_f32_16x16x16_f16 v[0:7], v[0:7], v[4:11], 0',
    'v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[0:7], 1.0',
    'v_wmma_f32_16x16x16_bf16 v[16:23], v[0:7], v[8:15], v[16:23]',
    'v_wmma_f32_16x16x16_bf16 v[40:47], v[3:10], v[8:15], -4.0',
    'v_add_f32_e32 v16, v17, v18\nv_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23]\nv_add_f32_e32 v1, v16, v23',
  ];
  const interpreted = [
    'v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[18:25]',
    'v_wmma_f32_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23] neg_lo:[1,0,0]',
    'v_wmma_f16_16x16x16_f16 v[16:23], v[0:7], v[8:15], v[16:23]',
    'v_wmma_i32_16x16x16_iu8 v[16:23], v[0:3], v[8:11], v[16:23]',
  ];
  it.each([...translated, ...interpreted])('%s', (text) => {
    for (let seed = 1; seed <= 6; seed++) {
      const expected = registers(text, 'interpreter', seed).vgprs;
      const { vgprs, interpreted: by } = registers(text, 'wasm', seed);
      expect(vgprs).toEqual(expected);
      expect(by.length).toBe(fusedMultiplyAdd() && translated.includes(text) ? 0 : 1);
    }
  });
});
