export { Container } from './container.ts';
export type { CommonHeader, ContainerKind } from './container.ts';
export { crc32 } from './crc32.ts';
export * from './formats.ts';
export * from './source.ts';
