export * from './first-light.ts';
export * from './forge/index.ts';
export * from './targets.ts';
