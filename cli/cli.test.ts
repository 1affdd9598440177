/** The command as users meet it: spawned, from the build. Exit codes and streams are the contract of cli/exit.ts. */

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRemote } from '../transport/remote/index.ts';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const built = existsSync(main);
const env = { ...process.env, NO_COLOR: '1', EMPTYSLOT_FIRMWARE: '' };
const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env, timeout: 60_000 });

/** A server on a port of its own, once it listens. */
async function serve(...args: string[]): Promise<{ server: ChildProcessWithoutNullStreams; address: string }> {
  const server = spawn(process.execPath, [main, 'serve', 'remote-pci', '--listen', '127.0.0.1:0', ...args], { env });
  let said = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text));
  const address = await new Promise<string>((resolve, reject) => {
    server.once('exit', () => reject(new Error(said)));
    server.stderr.on('data', () => {
      const found = /at (127\.0\.0\.1:\d+);/.exec(said);
      if (found !== null) resolve(found[1]!);
    });
  });
  return { server, address };
}

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'emptyslot-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!built)('emptyslot (needs npm run build)', () => {
  it('run --json carries every figure of the screen, and nothing else goes to stdout', () => {
    const { status, stdout, stderr } = run('run', '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as Record<string, unknown> & {
      stages: { name: string }[];
      firmware: unknown[];
      kernels: { verified: boolean }[];
      copies: { verified: boolean }[];
    };
    expect(report).toMatchObject({
      ok: true,
      boot: 'cold',
      findings: [],
      identity: { vendorId: 0x1002, deviceId: 0x744c },
    });
    expect(report.stages.map((s) => s.name)).toContain('psp: load SOS');
    expect(report.firmware.length).toBeGreaterThanOrEqual(17);
    expect(report.kernels.length).toBeGreaterThanOrEqual(6);
    expect([...report.kernels, ...report.copies].every((r) => r.verified)).toBe(true);
    expect(report).toHaveProperty('coverage.declared');
  });

  it('run shows a screen, also with a small BAR0 and scattered pages', () => {
    const { status, stdout } = run('run', '--bar0', '256M', '--scatter', '--seed', '3');
    expect(status).toBe(0);
    expect(stdout).toContain('BAR0 256 MiB');
    expect(stdout).toMatch(/findings {2}none/);
    expect(stdout.split('\n').length).toBeLessThan(60);
  });

  it('records a run, and replays it without a difference; damage is told', () => {
    const file = join(folder, 'boot.trace');
    expect(run('run', '--trace', file, '--json').status).toBe(0);
    const same = run('replay', file, '--json');
    expect(JSON.parse(same.stdout)).not.toHaveProperty('difference');
    expect(same.status).toBe(0);
    writeFileSync(join(folder, 'half.trace'), readFileSync(file).subarray(0, 10));
    const half = run('replay', join(folder, 'half.trace'));
    expect(half.status).toBe(3);
    expect(half.stderr).toContain('TRACE_INVALID');
    expect(run('replay', join(folder, 'nowhere.trace')).status).toBe(3);
  });

  it('tells usage from environment', () => {
    expect(run('run', '--bar0', '3M')).toMatchObject({ status: 2, stderr: expect.stringContaining('--bar0 3M') });
    expect(run('run', '--seed', 'x').status).toBe(2);
    expect(run('frobnicate').status).toBe(2);
    expect(run('run', '--firmware', join(folder, 'nowhere'))).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('FIRMWARE_MISSING'),
    });
    expect(run('run', '--target', 'remote:127.0.0.1:1')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('DEVICE_GONE'),
    });
    // brackets are how an address is written, not part of it
    expect(run('run', '--target', 'remote:[::1]:1').stderr).toMatch(/connect E\w+ ::1:1/);
    for (const half of ['remote:127.0.0.1', 'remote:127.0.0.1:65536'])
      expect(run('run', '--target', half)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining('remote:host:port'),
      });
    expect(run('serve', 'remote-pci', '--listen', '127.0.0.1:65536').status).toBe(2);
    expect(run('serve', 'remote-pci', '--listen', '0.0.0.0:0')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--anywhere'),
    });
    expect(run('--help').status).toBe(0);
  });

  it('refuses a damaged image before the card is touched', () => {
    const images = join(folder, 'fw');
    const forge = `import { forge } from ${JSON.stringify(new URL('../dist/conformance/forge/index.js', import.meta.url).href)};
      import { mkdirSync, writeFileSync } from 'node:fs'; mkdirSync(${JSON.stringify(images)});
      for (const [name, bytes] of forge()) writeFileSync(${JSON.stringify(images)} + '/' + name, name === 'gc_11_0_0_mec.bin' ? bytes.subarray(0, 5000) : bytes);`;
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', forge], { env }).status).toBe(0);
    const { status, stderr } = run('run', '--firmware', images);
    expect(status).toBe(1);
    expect(stderr).toContain('FIRMWARE_INVALID');
    expect(stderr).toContain('gc_11_0_0_mec.bin');
  });

  it('explains registers by name and by offset, and says when it cannot', () => {
    const { status, stdout } = run('explain', 'MP0_SMN_C2PMSG_35', '0xa470', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'MP0_SMN_C2PMSG_35', block: 'MP0', bar5: 0x5818c },
      { name: 'GCVM_INVALIDATE_ENG17_REQ', bar5: 0xa470 },
    ]);
    const wrong = run('explain', 'C2PMSG_35');
    expect(wrong.status).toBe(1);
    expect(wrong.stderr).toContain('MP0_SMN_C2PMSG_35');
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn(
      process.execPath,
      [main, 'explain', '--json', ...Array.from({ length: 400 }, () => 'CP_HQD_PQ_CONTROL')],
      { env },
    );
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (said += text));
    child.stdout.once('data', () => child.stdout.destroy());
    await new Promise((resolve) => void child.once('close', resolve));
    expect(said).toBe('');
  });

  it('doctor says what is there', () => {
    const { status, stdout } = run('doctor', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  it('serves a card that our own driver boots from another process, and sums up when interrupted', async () => {
    const { server, address } = await serve('--findings', join(folder, 'f.jsonl'), '--json');
    let summary = '';
    server.stdout.setEncoding('utf8').on('data', (text: string) => void (summary += text));
    const client = await new Promise<{ code: number | null; out: string }>((resolve) => {
      const child = spawn(process.execPath, [main, 'run', '--target', `remote:${address}`, '--json'], { env });
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => void (out += text));
      child.on('close', (code) => resolve({ code, out }));
    });
    server.kill('SIGINT');
    const code = await new Promise<number | null>((resolve) => server.once('close', resolve));
    expect(JSON.parse(client.out)).toMatchObject({ ok: true, boot: 'cold' });
    expect(client.code).toBe(0);
    expect(code).toBe(0);
    expect(JSON.parse(summary)).toMatchObject({ connections: 1, refusals: 0, findings: {} });
    expect(readFileSync(join(folder, 'f.jsonl'), 'utf8')).toBe('');
  }, 120_000);

  it('a served card is not praised by who did not watch it, and that somebody else uses is not to be had', async () => {
    const { server, address } = await serve();
    try {
      const { status, stdout } = run('run', '--target', `remote:${address}`);
      expect(status).toBe(0);
      expect(stdout).toContain('what the far side saw is in its own findings; times are wall time');
      expect(stdout).not.toMatch(/findings {2}none/);
      const user = await openRemote({ port: Number(address.split(':')[1]) });
      expect(run('run', '--target', `remote:${address}`)).toMatchObject({
        status: 3,
        stderr: expect.stringContaining('is in use by 127.0.0.1:'),
      });
      user.close();
    } finally {
      server.kill('SIGINT');
    }
  });
});
