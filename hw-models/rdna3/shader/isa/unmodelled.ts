/**
 * Names of the instructions that the table leaves out: graphics (images, exports, interpolation), typed and formatted
 * buffer access, global wave sync. A wave that meets one stops with an illegal-instruction event that says the name.
 *
 * Named by format and opcode alone; operands are not looked at, so a name does not promise a valid encoding.
 *
 * Source: AMD "RDNA3 Instruction Set Architecture", chapter 15; names and opcodes compared with llvm-mc 19.
 * Fidelity: from-public-source.
 */
import { once } from './rows.ts';
import type { CodeReader } from './decode.ts';

export interface Unmodelled {
  readonly name: string;
  /** Encoded size in bytes. */
  readonly bytes: number;
}

type Names = ReadonlyMap<number, string>;

/** `first name name …`, opcodes counting up; a number starts anew. */
function numbered(text: string): Names {
  const out = new Map<number, string>();
  let opcode = 0;
  for (const word of text.split(/\s+/).filter((w) => w !== '')) {
    if (/^\d+$/.test(word)) opcode = Number(word);
    else out.set(opcode++, word);
  }
  return out;
}

const components = (prefix: string): string => ['x', 'xy', 'xyz', 'xyzw'].map((c) => `${prefix}_${c}`).join(' ');
const formatMoves = (prefix: string): string =>
  ['load', 'store', 'load_d16', 'store_d16'].map((verb) => components(`${prefix}_${verb}_format`)).join(' ');

const images = once(() => numbered(`
  0 image_load image_load_mip image_load_pck image_load_pck_sgn image_load_mip_pck image_load_mip_pck_sgn
  image_store image_store_mip image_store_pck image_store_mip_pck
  image_atomic_swap image_atomic_cmpswap image_atomic_add image_atomic_sub image_atomic_smin image_atomic_umin
  image_atomic_smax image_atomic_umax image_atomic_and image_atomic_or image_atomic_xor image_atomic_inc image_atomic_dec
  image_get_resinfo image_msaa_load image_bvh_intersect_ray image_bvh64_intersect_ray
  image_sample image_sample_d image_sample_l image_sample_b image_sample_lz image_sample_c image_sample_c_d image_sample_c_l
  image_sample_c_b image_sample_c_lz image_sample_o image_sample_d_o image_sample_l_o image_sample_b_o image_sample_lz_o
  image_sample_c_o image_sample_c_d_o image_sample_c_l_o image_sample_c_b_o image_sample_c_lz_o
  image_gather4 image_gather4_l image_gather4_b image_gather4_lz image_gather4_c image_gather4_c_lz image_gather4_o
  image_gather4_lz_o image_gather4_c_lz_o image_get_lod
  image_sample_d_g16 image_sample_c_d_g16 image_sample_d_o_g16 image_sample_c_d_o_g16
  64 image_sample_cl image_sample_d_cl image_sample_b_cl image_sample_c_cl image_sample_c_d_cl image_sample_c_b_cl
  image_sample_cl_o image_sample_d_cl_o image_sample_b_cl_o image_sample_c_cl_o image_sample_c_d_cl_o image_sample_c_b_cl_o
  84 image_sample_c_d_cl_g16 image_sample_d_cl_o_g16 image_sample_c_d_cl_o_g16
  95 image_sample_d_cl_g16 image_gather4_cl image_gather4_b_cl image_gather4_c_cl image_gather4_c_l image_gather4_c_b
  image_gather4_c_b_cl
  144 image_gather4h`));
const typedBuffers = once(() => numbered(`0 ${formatMoves('tbuffer')}`));
const buffers = once(() => numbered(`0 ${formatMoves('buffer')} 38 buffer_load_d16_hi_format_x buffer_store_d16_hi_format_x
  45 buffer_load_lds_u8 buffer_load_lds_i8 buffer_load_lds_u16 buffer_load_lds_i16 buffer_load_lds_b32 buffer_load_lds_format_x`));
const interpolations = once(() => numbered(`0 v_interp_p10_f32 v_interp_p2_f32 v_interp_p10_f16_f32 v_interp_p2_f16_f32
  v_interp_p10_rtz_f16_f32 v_interp_p2_rtz_f16_f32`));
const localDirect = once(() => numbered('0 lds_param_load lds_direct_load'));
const globalData = once(() => numbered(`24 ds_gws_sema_release_all ds_gws_init ds_gws_sema_v ds_gws_sema_br ds_gws_sema_p
  ds_gws_barrier 63 ds_ordered_count 122 ds_add_gs_reg_rtn ds_sub_gs_reg_rtn`));
const scalarMemory = once(() => numbered('34 s_atc_probe s_atc_probe_buffer'));

/** What the dword at `at` starts, where the table has no row for it and silicon has an instruction. */
export function unmodelled(words: Uint32Array | CodeReader, at: number): Unmodelled | undefined {
  const w = typeof words === 'function' ? words(at) : words[at];
  if (w === undefined) return undefined;
  const named = (names: Names, opcode: number, bytes: number): Unmodelled | undefined => {
    const name = names.get(opcode);
    return name === undefined ? undefined : { name, bytes };
  };
  if (w === 0) return { name: 'v_illegal', bytes: 4 };
  const top6 = w >>> 26;
  const opcode8 = (w >>> 18) & 0xff;
  switch (top6) {
    case 0x33: // 0xcc to 0xcf: VOP3P, VINTERP, LDSDIR
      if (w >>> 24 === 0xcd) return named(interpolations(), (w >>> 16) & 0x7f, 8);
      return w >>> 24 === 0xce ? named(localDirect(), (w >>> 20) & 15, 4) : undefined;
    case 0x36:
      return named(globalData(), opcode8, 8);
    case 0x38:
      return named(buffers(), opcode8, 8);
    case 0x3a:
      return named(typedBuffers(), (w >>> 15) & 15, 8);
    case 0x3c:
      return named(images(), opcode8, (w & 1) !== 0 ? 12 : 8); // non-sequential addresses take a third dword
    case 0x3d:
      return named(scalarMemory(), opcode8, 8);
    case 0x3e:
      return { name: 'exp', bytes: 8 };
    default:
      return undefined;
  }
}

/** All those names, for coverage lists. */
export const unmodelledNames = once((): readonly string[] => [
  'v_illegal', 'exp',
  ...[images, typedBuffers, buffers, interpolations, localDirect, globalData, scalarMemory].flatMap((names) => [...names().values()]),
]);
