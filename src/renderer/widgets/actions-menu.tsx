// The menu of a machine or a pod: the same gestures as the hand has, with the kubectl line of each, or that there is none.
import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';
import { createPortal } from 'react-dom';
import { nameOf, type GestureDescriptor, type Thing } from '../canvas/gestures/gesture.ts';
import { perform, sendAll, spokenName } from '../canvas/gestures/perform.ts';
import { menuOf } from '../canvas/gestures/registry.ts';
import { useWords, wordsOr, type Words } from '../locales/words.ts';
import { useStores, type Stores } from '../stores/stores.ts';

interface Item {
  readonly key: string;
  readonly text: string;
  readonly kubectl: string;
  readonly isGrave: boolean;
  run(): void;
}

interface ActionsMenuProps {
  readonly thing: Thing;
  readonly at: { readonly x: number; readonly y: number };
  readonly onClose: () => void;
}

const gestured = new Set(['machine-unplugged', 'machine-powered-off', 'container-killed']);

/** Faults of the catalogue that have no gesture of their own: broken or repaired by the menu alone. */
function faultItems(stores: Stores, thing: Thing, t: Words): readonly Item[] {
  if (thing.kind !== 'machine') return [];
  const faults = stores.cluster.hello?.catalogue.faults ?? [];
  return faults
    .filter((fault) => fault.appliesTo === 'machine' && !gestured.has(fault.name))
    .map((fault) => {
      const isInForce = thing.row.faults.includes(fault.name);
      const name = wordsOr(`fault.${fault.name}`, fault.name.replaceAll('-', ' '));
      const parameters = { fault: fault.name, target: thing.row.name };
      return {
        key: fault.name,
        text: isInForce ? t('gesture.heal', { name }) : name,
        kubectl: t('app.noKubectl'),
        isGrave: !isInForce,
        run: () =>
          void sendAll(stores, [isInForce ? { name: 'healFault', parameters } : { name: 'injectFault', parameters }]).then((refusal) =>
            stores.view.say(
              refusal === undefined
                ? { text: t('gesture.done.fault', { name: thing.row.name, fault: isInForce ? t('gesture.heal', { name }) : name }) }
                : { text: t('gesture.refused', { message: refusal }), isRefusal: true },
            ),
          ),
      };
    });
}

function gestureItem(stores: Stores, thing: Thing, gesture: GestureDescriptor, t: Words): Item {
  return {
    key: gesture.name,
    text: t(gesture.label, { name: spokenName(gesture, thing) }),
    kubectl: gesture.kubectl(thing) ?? t(gesture.name === 'kill-container' ? 'app.noKubectlContainer' : 'app.noKubectl'),
    isGrave: gesture.isGrave === true,
    run: () => void perform(stores, gesture, thing),
  };
}

export function ActionsMenu({ thing, at, onClose }: ActionsMenuProps): ReactElement {
  const t = useWords();
  const stores = useStores();
  const list = useRef<HTMLDivElement>(null);
  const items = [...menuOf(thing).map((gesture) => gestureItem(stores, thing, gesture, t)), ...faultItems(stores, thing, t)];
  useEffect(() => {
    const box = list.current;
    if (!box) return undefined;
    const before = document.activeElement;
    const { width, height } = box.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(at.x, window.innerWidth - width - 8))}px`;
    box.style.top = `${Math.max(8, Math.min(at.y, window.innerHeight - height - 8))}px`;
    box.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
    const outside = (event: MouseEvent): void => {
      if (event.target instanceof Node && !box.contains(event.target)) onClose();
    };
    window.addEventListener('mousedown', outside, { capture: true });
    return () => {
      window.removeEventListener('mousedown', outside, { capture: true });
      if (before instanceof HTMLElement) before.focus();
    };
  }, [at, onClose]);
  const key = (event: KeyboardEvent<HTMLDivElement>): void => {
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[role="menuitem"]')];
    const index = all.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else if (event.key === 'ArrowDown') all[(index + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(index - 1 + all.length) % all.length]?.focus();
    else if (event.key === 'Home') all[0]?.focus();
    else if (event.key === 'End') all[all.length - 1]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return createPortal(
    <div className="menu" role="menu" aria-label={t('gesture.actionsFor', { name: nameOf(thing) })} ref={list} onKeyDown={key}>
      <div className="menu-title" aria-hidden="true">
        {nameOf(thing)}
      </div>
      {items.map((item) => (
        <button
          key={item.key}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={item.isGrave ? 'menu-item is-grave' : 'menu-item'}
          aria-label={item.text}
          aria-description={item.kubectl}
          onClick={() => {
            onClose();
            item.run();
          }}
        >
          <span>{item.text}</span>
          <small>{item.kubectl}</small>
        </button>
      ))}
    </div>,
    document.body,
  );
}
