/**
 * What the WebAssembly engine that runs us can do, found out once a process.
 *
 * Fused multiply-add is the relaxed instruction that may round once or twice, as the host likes: it is used only where
 * this host was seen to round once. Node 20 has it behind a V8 flag that can still be set while running.
 *
 * Pure software.
 */
import { setFlagsFromString } from 'node:v8';
import { ModuleWriter, Type } from './writer.ts';

/** State of the host, not of any card. */
let relaxed: boolean | undefined;
let fused: boolean | undefined;

function relaxedModule(): Uint8Array<ArrayBuffer> {
  const m = new ModuleWriter();
  const { index, code } = m.function([Type.f32, Type.f32, Type.f32], [Type.f32]);
  for (const local of [0, 1, 2]) {
    code.get(local);
    code.op('f32x4.splat');
  }
  code.op('f32x4.relaxed_madd');
  code.lane('f32x4.extract_lane', 0);
  m.exportFunction('madd', index);
  const wide = m.function([Type.f64, Type.f64, Type.f64], [Type.f64]);
  for (const local of [0, 1, 2]) {
    wide.code.get(local);
    wide.code.op('f64x2.splat');
  }
  wide.code.op('f64x2.relaxed_madd');
  wide.code.lane('f64x2.extract_lane', 0);
  m.exportFunction('madd64', wide.index);
  return m.finish();
}

/** Does the engine take relaxed vector instructions (after it was asked to)? */
export function relaxedSimd(): boolean {
  if (relaxed !== undefined) return relaxed;
  const bytes = relaxedModule();
  relaxed = WebAssembly.validate(bytes);
  if (!relaxed && Number(process.versions.node.split('.')[0]) < 22) {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
    relaxed = WebAssembly.validate(bytes);
  }
  return relaxed;
}

/** Do `f32x4.relaxed_madd` and `f64x2.relaxed_madd` round once here? */
export function fusedMultiplyAdd(): boolean {
  if (fused !== undefined) return fused;
  if (!relaxedSimd()) return (fused = false);
  const { madd, madd64 } = new WebAssembly.Instance(new WebAssembly.Module(relaxedModule())).exports as {
    madd: (a: number, b: number, c: number) => number;
    madd64: (a: number, b: number, c: number) => number;
  };
  // (1 + u)² − (1 + 2u): u² where it is rounded once, 0 where the product is rounded first.
  const u = 2 ** -23;
  const w = 2 ** -52;
  fused = madd(1 + u, 1 + u, -(1 + 2 * u)) === u * u && madd64(1 + w, 1 + w, -(1 + 2 * w)) === w * w;
  return fused;
}
