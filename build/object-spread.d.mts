// What the typed build configuration sees of object-spread.mjs.
import type { Plugin } from 'vite';

/** Writes object spreads of a chunk as Object.assign; see object-spread.mjs for why. */
export function objectSpread(): Plugin;
