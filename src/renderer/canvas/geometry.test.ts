// The arithmetic of cards, seats and shortened names.
import { expect, test } from 'vitest';
import { card, gridFor, middleEllipsis, seatRect } from './geometry.ts';

test('a long name keeps its beginning and its tail', () => {
  expect(middleEllipsis('web-7887cd5b6-8wqrs', 13)).toBe('web-788…8wqrs');
  expect(middleEllipsis('web', 13)).toBe('web');
});

test('every seat of every grid is inside its card', () => {
  for (const pods of [0, 12, 13, 40, 110, 240]) {
    const grid = gridFor(pods);
    expect(grid.columns * grid.rows).toBeGreaterThanOrEqual(pods);
    const last = seatRect({ x: 0, y: 0 }, grid, grid.columns * grid.rows - 1);
    expect(last.x + last.w).toBeLessThanOrEqual(card.width);
    expect(last.y + last.h).toBeLessThanOrEqual(card.height);
  }
});
