// Role: what may be done in one namespace.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { PolicyRule } from '../rules/types.ts';

export interface Role extends KubeObject {
  readonly rules: readonly PolicyRule[] | null;
}
