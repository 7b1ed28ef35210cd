// An occurrence as plain text, for the clipboard.
import { clockWords } from '../../locales/words.ts';
import type { Occurrence } from '../../stores/cluster/logbook.ts';

export function lineText(line: Occurrence): string {
  return `${clockWords(line.time)}  ${line.kind}  ${line.reason}  ${line.message}  (${line.actor})`;
}

/** A chain, newest first, each cause indented below what followed from it. */
export function chainText(chain: readonly Occurrence[]): string {
  return chain.map((line, depth) => `${'  '.repeat(depth)}${depth > 0 ? '↳ ' : ''}${lineText(line)}`).join('\n');
}
