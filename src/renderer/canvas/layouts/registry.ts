// All layouts of the bench, found by folder.
import { defined } from '@/base/assert.ts';
import { collect } from '@/base/registry.ts';
import type { LayoutDescriptor } from './layout.ts';

export const layouts: readonly LayoutDescriptor[] = collect<LayoutDescriptor>(
  import.meta.glob<Record<string, unknown>>('./*/*.layout.ts', { eager: true }),
  'layout',
);

export function layoutNamed(name: string): LayoutDescriptor {
  return defined(
    layouts.find((layout) => layout.name === name),
    `There is no layout ${name}.`,
  );
}
