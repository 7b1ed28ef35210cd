// The law of colours: whatever may be written can be read on whatever it may be written on, in both themes.
import { expect, test } from 'vitest';
import { themes, type Colours } from './tokens.ts';

const grounds: readonly (keyof Colours)[] = ['bench', 'rack', 'machine', 'raised'];
const inks: readonly (keyof Colours)[] = ['text', 'muted', 'accent', 'ready', 'starting', 'failing', 'failed', 'leaving', 'ghost', 'done'];

/** Relative luminance of `#rrggbb`, as WCAG defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

test.each(Object.entries(themes))('every ink is readable on every ground: %s', (_name, colours) => {
  const faint = grounds.flatMap((ground) => inks.filter((ink) => contrast(colours[ink], colours[ground]) < 4.5).map((ink) => `${ink} on ${ground}`));
  expect(faint).toEqual([]);
});
