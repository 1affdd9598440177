/** How often a spin looks, and when it leaves it at one look. */

import { expect, it } from 'vitest';
import { Spin } from './spin.mjs';

/** Looks of one `until` that sees nothing. */
function looks(spin: Spin): number {
  let count = 0;
  expect(spin.until(() => ++count === Infinity)).toBe(false);
  return count;
}

it('looks once where spinning is off', () => {
  const spin = new Spin(0);
  for (let i = 0; i < 300; i++) expect(looks(spin)).toBe(1);
});

it('rests after a spin in vain, longer after each, and tries again', () => {
  const spin = new Spin(0.001);
  const rests: number[] = [];
  for (let rest = 0; rests.length < 8;) {
    if (looks(spin) === 1) rest++;
    else {
      rests.push(rest);
      rest = 0;
    }
  }
  expect(rests).toEqual([0, 4, 8, 16, 32, 64, 128, 128]);
});

it('does not rest after a spin that paid, and begins with short rests again', () => {
  const spin = new Spin(1000);
  for (let i = 0; i < 10; i++) {
    let count = 0;
    expect(spin.until(() => ++count === 10)).toBe(true);
  }
  spin.ms = 0.001;
  expect(looks(spin)).toBeGreaterThan(1);
  for (let i = 0; i < 4; i++) expect(looks(spin)).toBe(1);
  expect(looks(spin)).toBeGreaterThan(1);
});
