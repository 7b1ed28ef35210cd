// The sign and colour of a pod's look beside its words.
import type { ReactElement } from 'react';
import type { PodLook } from '@/contract/feed/feed.ts';
import { lookColour } from '../theme/tokens.ts';

const signs: Readonly<Record<PodLook, string>> = {
  pending: 'M8 3.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM8 5.6V8l1.6 1',
  starting: 'M8 3.5A4.5 4.5 0 1 1 3.5 8M8 8h.01',
  ready: 'M3.5 3.5h9v9h-9z',
  notready: 'M8 3.5a4.5 4.5 0 1 0 0 9zM8 3.5a4.5 4.5 0 1 1 0 9',
  failing: 'M12 6.2A4.5 4.5 0 1 0 12.5 8M12.6 3v3.4H9.2',
  failed: 'M4 4l8 8M12 4l-8 8',
  leaving: 'M3 8h9.5M9 4.5 12.5 8 9 11.5',
  ghost: 'M8 3.5h.01M11.2 4.8h.01M12.5 8h.01M11.2 11.2h.01M8 12.5h.01M4.8 11.2h.01M3.5 8h.01M4.8 4.8h.01',
  done: 'M3.5 8.5 6.5 11.5 12.5 4.5',
};

const isFilled: ReadonlySet<PodLook> = new Set(['ready']);

export function LookMark({ look }: { readonly look: PodLook }): ReactElement {
  return (
    <svg
      className="icon look-mark"
      viewBox="0 0 16 16"
      aria-hidden="true"
      style={{ color: `var(--${lookColour[look]})` }}
      fill={isFilled.has(look) ? 'currentColor' : 'none'}
    >
      <path d={signs[look]} stroke="currentColor" strokeWidth={look === 'ghost' ? 2 : 1.5} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
