/** The host data path. Pure software: what the folder shows to the rest of the card. */
export { createHdp } from './hdp.ts';
export { hdpRules } from './rules.ts';
