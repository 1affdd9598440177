/**
 * What a worker thread runs: it waits for a job, enters the runner at its own station, and rings when it is done. What
 * only the engine can do (a page that is not known, a finding, an instruction that is not translated) it asks for and
 * waits. All it sees of the card is shared memory and compiled modules; the source is plain text, so that no file has
 * to be found at run time.
 *
 * Words of the crew's control block (dword offsets from its address): see `Crew`.
 * Pure software.
 */
export const Crew = {
  /** Rung by workers: a request or a job done. */
  BELL: 0,
  /** Counts jobs: a worker starts when it changes. */
  JOB: 1,
  /** Jobs done by all workers together. */
  DONE: 2,
  /** From here on, MAILBOX words for each worker. */
  MAILBOXES: 16,
  MAILBOX: 16,
  // Words of a mailbox.
  /** 0: nothing; 1: asked; 2: answered. */
  STATE: 0,
  KIND: 1,
  /** Up to six arguments, then the answer. */
  ARGUMENTS: 2,
  ANSWER: 8,
  /** Why the runner returned. */
  WHY: 9,
} as const;

export const Request = { miss: 1, loaded: 2, stored: 3, outside: 4, interpret: 5 } as const;

export const workerSource = `'use strict';
const { workerData, receiveMessageOnPort } = require('node:worker_threads');
const { memory, control, number, context, port, helpers, runner } = workerData;
const words = new Int32Array(memory.buffer, control);
const box = ${Crew.MAILBOXES} + number * ${Crew.MAILBOX};
const ring = () => { Atomics.add(words, ${Crew.BELL}, 1); Atomics.notify(words, ${Crew.BELL}); };
function ask(kind, ...given) {
  words[box + ${Crew.KIND}] = kind;
  given.forEach((value, i) => { words[box + ${Crew.ARGUMENTS} + i] = value; });
  Atomics.store(words, box + ${Crew.STATE}, 1);
  ring();
  for (let n = 0; n < 200; n++) if (Atomics.load(words, box + ${Crew.STATE}) === 2) break;
  while (Atomics.load(words, box + ${Crew.STATE}) === 1) Atomics.wait(words, box + ${Crew.STATE}, 1);
  Atomics.store(words, box + ${Crew.STATE}, 0);
  return words[box + ${Crew.ANSWER}];
}
const functions = new WebAssembly.Instance(helpers, { host: {
  memory,
  miss: (cx, access, low, high, client) => ask(${Request.miss}, cx, access, low, high, client),
  loaded: (cx, at, bytes, fresh) => void ask(${Request.loaded}, cx, at, bytes, fresh),
  stored: (cx, at, bytes) => void ask(${Request.stored}, cx, at, bytes),
  outside: (cx, address) => void ask(${Request.outside}, cx, address),
} }).exports;
const host = { memory, interpret: (block, index) => void ask(${Request.interpret}, context, block, index) };
const table = new WebAssembly.Table({ element: 'anyfunc', initial: 1 });
const { run } = new WebAssembly.Instance(runner, { host: { memory, table } }).exports;
const units = new Map();
let job = 0;
for (;;) {
  Atomics.wait(words, ${Crew.JOB}, job);
  const now = Atomics.load(words, ${Crew.JOB});
  if (now === job) continue;
  job = now;
  try {
    for (let m = receiveMessageOnPort(port); m !== undefined; m = receiveMessageOnPort(port)) {
      const { id, module, forget } = m.message;
      if (forget) units.clear();
      if (module !== undefined) units.set(id, new WebAssembly.Instance(module, { host, memory: functions }).exports.run);
      table.set(0, units.get(id));
    }
    words[box + ${Crew.WHY}] = run(context);
  } catch (error) {
    words[box + ${Crew.WHY}] = -1;
    port.postMessage(String(error && error.stack));
  }
  Atomics.add(words, ${Crew.DONE}, 1);
  ring();
}
`;
