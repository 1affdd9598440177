/**
 * Unmodified tinygrad against the served card: right results and no false finding; and with one mistake at a time in its
 * driver (mutants.py), the finding that names the mistake.
 *
 * Runs where EMPTYSLOT_TINYGRAD names a checkout (made for commit a9069c17) and python3 finds numpy and an LLVM that knows
 * gfx1100. Firmware is forged. Pure software.
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../cli/machine.ts';
import type { MachineData } from '../../cli/machine.ts';
import type { Finding } from '../../pcie/index.ts';
import { serveRemotePci } from '../../serve/remote-pci/index.ts';
import { forge } from '../forge/index.ts';

const tinygrad = process.env['EMPTYSLOT_TINYGRAD'];
const driver = fileURLToPath(new URL('mutants.py', import.meta.url));

/** Why these tests cannot run here, or undefined. */
function missing(): string | undefined {
  if (tinygrad === undefined) return 'EMPTYSLOT_TINYGRAD is not set to a checkout of tinygrad';
  const probe = 'import numpy; from tinygrad.runtime.autogen import llvm; llvm.LLVMInitializeAMDGPUTarget()';
  const { status, stderr, error } = spawnSync('python3', ['-c', probe], { env: environment(''), encoding: 'utf8' });
  if (error !== undefined) return `python3: ${error.message}`;
  return status === 0 ? undefined : `python3 cannot run it: ${stderr.trim().split('\n').at(-1)}`;
}

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PYTHONPATH: tinygrad,
    PYTHONDONTWRITEBYTECODE: '1',
    DEV: 'PCI+AMD:LLVM',
    ...(folder !== '' && { XDG_CACHE_HOME: join(folder, 'cache'), TMPDIR: folder }),
  };
}

interface Outcome {
  readonly right: boolean;
  readonly output: string;
  readonly findings: readonly Finding[];
}

let folder = '';

/** One session of tinygrad with a mistake in it (`none`: without) on a fresh card. */
async function session(
  mistake: string,
  fault: boolean,
  options: Partial<MachineData['cards'][number]> = {},
  more: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const { machine, ports } = build({
    machine: { seed: 1, strictness: 'strict', scatter: true },
    cards: [{ device: 'rx7900xtx', ...options }],
  });
  const server = await serveRemotePci({ ports, listen: { port: 0 } });
  let output = '';
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn('python3', [driver, join(folder, 'firmware'), mistake, ...(fault ? ['fault'] : [])], {
      env: {
        ...environment(folder),
        REMOTE: server.address,
        ...(mistake !== 'none' && { HCQDEV_WAIT_TIMEOUT_MS: '2000' }),
        ...more,
      },
    });
    const hear = (text: Buffer): void => void (output += text.toString());
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', resolve);
  });
  await server.close();
  return { right: code === 0 && output.includes('right results'), output, findings: machine.findings.list };
}

const codesOf = ({ findings }: Outcome): string[] => [...new Set(findings.map((f) => f.code))].sort();

/** What each mistake is called by (`says`: and in which words). `right`: the results come out right all the same. */
const mistakes: Readonly<Record<string, { code: string; says?: RegExp; right?: boolean; fault?: boolean }>> = {
  'no-hdp-flush': { code: 'HDP_NOT_FLUSHED' },
  'no-tlb-flush': { code: 'STALE_TLB_USED' },
  'no-bus-master': { code: 'BUS_MASTER_OFF' },
  'pte-without-valid': { code: 'VM_FAULT', says: /lacks the valid bit/ },
  'pages-not-system': { code: 'BAD_PTE' },
  'kernel-arguments-unmapped': { code: 'VM_FAULT', says: /^SQC_DATA read .* has no page table/ },
  'ring-type-1': { code: 'RING_TYPE_WRONG' },
  'wrong-boot-address': { code: 'PSP_IMAGE_MISSING' },
  'boot-stage-left-out': { code: 'PSP_STAGE_ORDER' },
  'staging-misses-a-byte': { code: 'PSP_IMAGE_DIGEST' },
  'wrong-fence-address': { code: 'PSP_FENCE_ADDRESS' },
  'psp-pointer-in-bytes': { code: 'PSP_RING_POINTER' },
  'wrong-tmr-size': { code: 'TMR_SIZE' },
  'no-rlc-autoload': { code: 'BLOCK_NOT_READY' },
  'smu-response-not-cleared': { code: 'SMU_RESPONSE_NOT_CLEARED' },
  'doorbell-before-write-pointer': { code: 'DOORBELL_BEFORE_WPTR', right: true },
  'doorbell-aperture-off': { code: 'DOORBELL_APERTURE_OFF' },
  'mqd-base-off-by-one': { code: 'WRITE_TO_RESERVED', says: /^CP_MQD_BASE_ADDR/, right: true },
  'queue-active-first': { code: 'HQD_BASE_NOT_SET', right: true },
  'sdma-ring-base-shifted': { code: 'SDMA_RING_NOT_WRITTEN' },
  'sdma-doorbell-offset': { code: 'DOORBELL_NOBODY_LISTENS' },
  'wrong-ih-base': { code: 'IH_WRITE_REFUSED', right: true, fault: true },
};

const reason = missing();

describe.skipIf(reason !== undefined)(reason === undefined ? 'tinygrad' : `tinygrad (${reason})`, () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'emptyslot-tinygrad-'));
    mkdirSync(join(folder, 'firmware'));
    for (const [name, bytes] of forge({ compact: true })) writeFileSync(join(folder, 'firmware', name), bytes);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['as it is', {}, {}],
    ['with a VRAM window of 256 MiB', { bar0Bytes: 2 ** 28 }, {}],
    ['with AQL queues', {}, { AMD_AQL: '1' }],
    ['with a power limit and profiling', {}, { AM_POWER_LIMIT: '200', PROFILE: '1' }],
  ])('computes right and hears nothing: %s', { timeout: 120_000 }, async (_title, options, more) => {
    const outcome = await session('none', false, options, more);
    expect(outcome.output).toContain('right results');
    expect(codesOf(outcome)).toEqual([]);
  });

  it('recovers from a fault; what it hears then is true (expected-findings.md)', { timeout: 120_000 }, async () => {
    const outcome = await session('none', true);
    expect(outcome.output).toContain('recovered from: Device hang detected');
    expect(outcome.right).toBe(true);
    expect(codesOf(outcome)).toEqual(['IH_RPTR_UNITS', 'VM_FAULT']);
  });

  it('every mistake that can be made is listed here', () => {
    const { stdout } = spawnSync('python3', [driver, '--list'], { encoding: 'utf8' });
    expect(stdout.trim().split('\n')).toEqual(Object.keys(mistakes));
  });

  it.each(Object.entries(mistakes).map(([name, expected]) => ({ name, ...expected })))(
    '$name: $code',
    { timeout: 120_000 },
    async ({ name, code, says = /./, right = false, fault = false }) => {
      const outcome = await session(name, fault);
      expect(codesOf(outcome), outcome.output).toContain(code);
      expect(outcome.findings.find((f) => f.code === code)!.message).toMatch(says);
      expect(outcome.right, outcome.output).toBe(right);
    },
  );
});
