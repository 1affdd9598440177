export * from './host.ts';
export * from './pace.ts';
export * from './protocol.ts';
export * from './server.ts';
