// A long name shortened in the middle; whole on hover, when copied, and for the ear.
import type { ReactElement } from 'react';
import { middleEllipsis } from '../canvas/geometry.ts';

export function Long({ text, length = 28 }: { readonly text: string; readonly length?: number }): ReactElement {
  return (
    <span className="long" title={text}>
      {middleEllipsis(text, length)}
    </span>
  );
}
