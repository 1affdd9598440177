export * from './address.ts';
export * from './config-space.ts';
export * from './device.ts';
export * from './errors.ts';
export * from './finding.ts';
export * from './iommu.ts';
export * from './trace-types.ts';
