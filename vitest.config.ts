import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // the package's own name leads to the sources, not to a build
  resolve: {
    alias: [{ find: /^emptyslot\/(.*)$/, replacement: fileURLToPath(new URL('./$1/index.ts', import.meta.url)) }],
  },
  test: {
    include: ['{registers,pcie,trace,sim,driver-core,hw-models,transport,serve,conformance,cli,examples}/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: process.env['CI'] ? ['default', ['junit', { outputFile: 'reports/junit.xml' }]] : ['default'],
  },
});
