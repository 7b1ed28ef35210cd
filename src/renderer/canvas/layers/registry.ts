// All layers, found by folder, in order of painting.
import { collect } from '@/base/registry.ts';
import type { LayerDescriptor } from './layer.ts';

export const layers: readonly LayerDescriptor[] = [
  ...collect<LayerDescriptor>(import.meta.glob<Record<string, unknown>>('./*/*.layer.ts', { eager: true }), 'layer'),
].sort((a, b) => a.order - b.order);
