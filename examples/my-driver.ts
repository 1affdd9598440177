/**
 * A card, a driver and a kernel in one process, with the library alone.
 *
 *     npm run build && node dist/examples/my-driver.js
 */

import { forge } from 'emptyslot/conformance';
import { AmdGpu } from 'emptyslot/driver-core/amd';
import { navi31 } from 'emptyslot/hw-models/rdna3';
import { Machine } from 'emptyslot/sim';
import { openLocal } from 'emptyslot/transport/local';

const machine = new Machine({ strictness: 'strict' });
const device = openLocal(machine.plug(navi31, { bar0Bytes: 256 * 2 ** 20 }));

const images = forge(); // or: (name) => readFile(`linux-firmware/amdgpu/${name}`)
const gpu = await AmdGpu.open(device, { firmware: (name) => images.get(name)! });

const buffer = gpu.allocate(4096);
await gpu.copyIn(buffer, new TextEncoder().encode('hello from a card that is not there'));
const back = await gpu.copyOut(buffer, { bytes: 35 });
await gpu.close();

console.log(new TextDecoder().decode(back));
console.log(
  `${gpu.boot} boot, ${machine.trace.next} accesses, ${(machine.nowNs / 1e6).toFixed(1)} ms of the card's time`,
);
for (const finding of machine.findings.list) console.log(finding.code, finding.message);
