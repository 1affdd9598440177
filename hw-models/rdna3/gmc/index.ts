/** The memory controller. Pure software: what the folder shows to the rest of the card. */
export { createGmc } from './gmc.ts';
export { gmcRules } from './rules.ts';
