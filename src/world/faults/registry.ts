// The faults of this house: one folder each.
import { collect } from '@/base/registry.ts';
import type { Fault } from './fault.ts';

export const faults: readonly Fault[] = collect<Fault>(import.meta.glob('./*/*.fault.ts', { eager: true }), 'fault');
