export * from './language.ts';
export * from './layout.ts';
