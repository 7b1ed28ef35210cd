// The admission plugins, one folder each; their order is upstream's and stands in admission.ts.
import { collect } from '@/base/registry.ts';
import type { AdmissionDescriptor } from './admission.ts';

export const admissionPlugins: readonly AdmissionDescriptor[] = collect<AdmissionDescriptor>(
  import.meta.glob('./*/*.admission.ts', { eager: true }),
  'plugin',
);
