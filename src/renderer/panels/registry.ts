// All panels, found by folder.
import { collect } from '@/base/registry.ts';
import type { PanelDescriptor } from './panel.ts';

export const panels: readonly PanelDescriptor[] = collect<PanelDescriptor>(
  import.meta.glob<Record<string, unknown>>('./*/*.panel.tsx', { eager: true }),
  'panel',
);
