/**
 * What can be done wrong with the SMU.
 *
 * Pure data.
 */

import { defineRules } from '../../../sim/index.ts';

const mailbox =
  'message sequence of public drivers: clear the response, write the argument, write the message, wait for the response';

export const smuRules = defineRules({
  SMU_NOT_ALIVE: {
    title: 'A message to the SMU before its firmware runs',
    onSilicon: 'No answer: the response register stays 0.',
    source: mailbox,
  },
  SMU_BUSY: {
    title: 'A message while the SMU still works on the one before',
    onSilicon: 'One of the two is lost, or answered with 0xfc.',
    source: mailbox,
  },
  SMU_RESPONSE_NOT_CLEARED: {
    title: 'A message while the response of the one before still stands',
    onSilicon: 'The message is carried out; the driver takes the old response for the new one.',
    source: mailbox,
  },
  SMU_ARGUMENT_LATE: {
    title: 'The argument was written after the message',
    onSilicon: 'The SMU has taken the old argument already, and its answer overwrites the new one.',
    source: mailbox,
  },
  SMU_MESSAGE_UNKNOWN: {
    title: 'A message that the SMU does not know',
    onSilicon: 'Response 0xfe.',
    source: 'message numbers of the public SMU 13.0.0 interface header',
  },
  SMU_MESSAGE_UNMODELLED: {
    title: 'A message that exists on silicon and is not modelled here',
    onSilicon: 'Unknown to the model: it answers 0xff.',
    source: 'declared unmodelled',
  },
  SMU_ARGUMENT_WRONG: {
    title: 'A message with an argument that names nothing',
    onSilicon: 'Response 0xff (guessed).',
    source: 'clocks and tables of the public SMU 13.0.0 interface header',
  },
  SMU_PREREQUISITE: {
    title: 'A message whose feature is not enabled',
    onSilicon: 'Response 0xfd (guessed).',
    source: 'features of the public SMU 13.0.0 interface header',
  },
  SMU_TABLE_ADDRESS: {
    title: 'A table transfer without a buffer that the SMU can reach',
    onSilicon: 'Response 0xff, or memory somewhere else is overwritten.',
    source: 'SetDriverDramAddrHigh/Low take an MC address',
  },
  SMU_TABLE_UNMODELLED: {
    title: 'A table whose contents are not modelled here',
    onSilicon: 'Unknown to the model: it answers 0xff.',
    source: 'declared unmodelled',
  },
});
