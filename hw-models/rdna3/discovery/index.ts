/** IP discovery. Pure software: what the folder shows to the rest of the card. */
export { discoveryBinary } from './table.ts';
