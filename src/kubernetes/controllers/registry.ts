// The controllers that there are, found by their folders.
import { collect } from '@/base/registry.ts';
import type { ControllerDescriptor } from './controller.ts';

export const controllers: readonly ControllerDescriptor[] = collect<ControllerDescriptor>(
  import.meta.glob('./*/*.controller.ts', { eager: true }),
  'controller',
);
