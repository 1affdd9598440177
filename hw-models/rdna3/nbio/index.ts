/** The card's PCIe end. Pure software: what the folder shows to the rest of the card. */
export { createNbio } from './nbio.ts';
export type { PcieEnd } from './nbio.ts';
export { nbioRules } from './rules.ts';
