import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{registers,pcie,trace,sim,driver-core,hw-models,transport,serve,conformance,cli,examples}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] ? ['default', ['junit', { outputFile: 'reports/junit.xml' }]] : ['default'],
  },
});
