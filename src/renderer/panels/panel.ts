// What a panel is: a title, a place, a key and a component.
import type { ComponentType } from 'react';
import type { WordKey } from '../locales/words.ts';
import type { PanelPlace } from '../stores/view/view-store.ts';
import type { IconName } from '../widgets/icon.tsx';

export interface PanelDescriptor {
  readonly name: string;
  readonly explain: string;
  readonly title: WordKey;
  readonly place: PanelPlace;
  readonly icon: IconName;
  /** Pressed with Alt. */
  readonly hotkey?: string;
  /** Order of its button in the bar; undefined: it has none. */
  readonly order?: number;
  readonly component: ComponentType;
}
