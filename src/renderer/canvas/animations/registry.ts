// All animations, found by folder.
import { collect } from '@/base/registry.ts';
import type { AnimationDescriptor } from './animation.ts';

export const animations: readonly AnimationDescriptor[] = collect<AnimationDescriptor>(
  import.meta.glob<Record<string, unknown>>('./*/*.animation.ts', { eager: true }),
  'animation',
);
