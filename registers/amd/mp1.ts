/**
 * MP1 13.0, the system management unit (SMU): a mailbox of message, argument and response, and a second one for
 * debug messages.
 *
 * The driver clears the response, writes the argument, then the message; the SMU's answer replaces both response
 * and argument.
 *
 * Source: register lists of public drivers (Linux amdgpu mp 13.0.0, tinygrad).
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, rw } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu mp 13.0.0, tinygrad)',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const MP1 = registerBlock('MP1', about, {
  MP1_SMN_C2PMSG_66: { at: 0x282, doc: 'message id; the store starts the work', fields: { CONTENT: rw(31, 0) } },
  MP1_SMN_C2PMSG_82: { at: 0x292, doc: 'argument, and the value returned', fields: { CONTENT: rw(31, 0) } },
  MP1_SMN_C2PMSG_90: { at: 0x29a,
    doc: 'response: 1 well, 0xff failed, 0xfe unknown, 0xfd not allowed now, 0xfc busy',
    fields: { CONTENT: rw(31, 0) } },
  MP1_SMN_C2PMSG_75: { at: 0x28b, doc: 'debug message id', fields: { CONTENT: rw(31, 0) } },
  MP1_SMN_C2PMSG_53: { at: 0x275, doc: 'debug argument', fields: { CONTENT: rw(31, 0) } },
  MP1_SMN_C2PMSG_54: { at: 0x276, doc: 'debug response', fields: { CONTENT: rw(31, 0) } },
  MP1_SMN_IH_SW_INT: { at: 0x2c2, fields: { ID: rw(7, 0), VALID: rw(8) } },
  MP1_SMN_IH_SW_INT_CTRL: { at: 0x2c3, fields: { INT_MASK: rw(0), INT_ACK: rw(8) } },
});
