/** What start-up.ts starts: plug a card in and see who is there. */

import { navi31 } from 'emptyslot/hw-models/rdna3';
import { Machine } from '../sim/index.ts';
import { openLocal } from '../transport/local/index.ts';

const machine = new Machine();
const device = openLocal(machine.plug(navi31, {}));
if (device.identity.deviceId !== 0x744c || device.bar(5).read32(0x378c) !== 24560) process.exitCode = 1;
