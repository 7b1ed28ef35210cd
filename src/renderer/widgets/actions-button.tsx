// The button that opens the menu of a machine or a pod.
import { useCallback, useRef, useState, type ReactElement } from 'react';
import { nameOf, type Thing } from '../canvas/gestures/gesture.ts';
import { useWords } from '../locales/words.ts';
import { ActionsMenu } from './actions-menu.tsx';
import { Icon } from './icon.tsx';

export function ActionsButton({ thing }: { readonly thing: Thing }): ReactElement {
  const t = useWords();
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<{ x: number; y: number }>();
  const close = useCallback(() => setAt(undefined), []);
  const open = (): void => {
    const box = button.current?.getBoundingClientRect();
    if (box) setAt({ x: box.left, y: box.bottom + 4 });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className="icon-button"
        aria-label={t('gesture.actionsFor', { name: nameOf(thing) })}
        aria-haspopup="menu"
        aria-expanded={at !== undefined}
        onClick={open}
      >
        <Icon name="more" />
      </button>
      {at && <ActionsMenu thing={thing} at={at} onClose={close} />}
    </>
  );
}
