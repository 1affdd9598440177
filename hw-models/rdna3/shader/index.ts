/**
 * The shader core of Navi31: see engine.ts.
 */
export { ShaderEngine } from './engine.ts';
export type { RunResult, ShaderEngineOptions } from './engine.ts';
export type { Dispatch } from './dispatch.ts';
export type { ShaderEvent } from './events.ts';
export type { Allocate } from './state.ts';
