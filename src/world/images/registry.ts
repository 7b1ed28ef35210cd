// The image behaviours of this house: one folder each.
import { collect } from '@/base/registry.ts';
import type { ImageBehaviour } from '../registry/image-behaviour.ts';

export const images: readonly ImageBehaviour[] = collect<ImageBehaviour>(
  import.meta.glob('./*/*.image.ts', { eager: true }),
  'image',
);

/** What runs for an image that nobody described. */
export const unknownImage = 'generic';
