/**
 * The checker of shader code: see checker.ts.
 */
export { RaceChecker } from './checker.ts';
export { checkRules } from './rules.ts';
export type { CheckCode } from './rules.ts';
export type { ShaderWatcher } from './seam.ts';
