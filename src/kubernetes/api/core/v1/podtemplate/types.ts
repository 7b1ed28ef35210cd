// PodTemplate, and the template that workloads stamp pods from.
import type { PodTemplateSpec } from '../podspec/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export type { PodTemplateSpec } from '../podspec/types.ts';

export interface PodTemplate extends KubeObject {
  readonly template: PodTemplateSpec;
}
