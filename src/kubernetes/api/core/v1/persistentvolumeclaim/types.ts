// PersistentVolumeClaim: a wish for storage that outlives pods, and what became of it.
import type { Condition, KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { PersistentVolumeClaimSpec } from '../podspec/types.ts';

export interface PersistentVolumeClaim extends KubeObject {
  readonly spec: PersistentVolumeClaimSpec;
  readonly status: PersistentVolumeClaimStatus;
}

export interface PersistentVolumeClaimStatus {
  readonly phase?: 'Bound' | 'Lost' | 'Pending';
  readonly accessModes?: PersistentVolumeClaimSpec['accessModes'];
  readonly capacity?: Readonly<Record<string, string>>;
  readonly conditions?: readonly Condition[];
  readonly allocatedResources?: Readonly<Record<string, string>>;
  readonly allocatedResourceStatuses?: Readonly<Record<string, string>>;
  readonly currentVolumeAttributesClassName?: string;
}
