// The components of Kubernetes that run as containers.
import { collect } from '@/base/registry.ts';
import type { ComponentDescriptor } from '../component.ts';

export const components = collect<ComponentDescriptor>(import.meta.glob('./*/*.component.ts', { eager: true }), 'component');
