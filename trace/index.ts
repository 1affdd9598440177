export * from './file.ts';
export * from './format.ts';
export * from './names.ts';
export * from './reader.ts';
export * from './ring.ts';
export * from './text.ts';
export * from './writer.ts';
