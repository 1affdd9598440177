/** The Navi31 model: a card factory for `Machine.plug`, and the plain data it takes. Pure software. */
export { navi31, Navi31, resetTiming } from './navi31.ts';
export type { Navi31Options } from './blocks.ts';
