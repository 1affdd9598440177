/** The host data path. Pure software: what the folder shows to the rest of the card. */
import type { Card, Hdp } from '../blocks.ts';
import { HdpLog } from './hdp.ts';
import { WatchedHdp } from './watched-hdp.ts';

export function createHdp(card: Card): Hdp {
  return new (card.options.check === 'races' ? WatchedHdp : HdpLog)(card, card.slot.state);
}

export { hdpRules } from './rules.ts';
