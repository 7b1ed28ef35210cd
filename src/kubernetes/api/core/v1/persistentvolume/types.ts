// PersistentVolume: a piece of storage in the cluster, whoever made it.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { NodeSelector, PersistentVolumeClaimSpec, VolumeSource } from '../podspec/types.ts';
import type { ObjectReference } from '../references.ts';

export interface PersistentVolume extends KubeObject {
  readonly spec: PersistentVolumeSpec;
  readonly status: PersistentVolumeStatus;
}

/** The sources that pods know, too, and two that only volumes have. */
export interface PersistentVolumeSource
  extends Pick<
    VolumeSource,
    | 'awsElasticBlockStore'
    | 'azureDisk'
    | 'azureFile'
    | 'cephfs'
    | 'cinder'
    | 'fc'
    | 'flexVolume'
    | 'flocker'
    | 'gcePersistentDisk'
    | 'glusterfs'
    | 'hostPath'
    | 'iscsi'
    | 'nfs'
    | 'photonPersistentDisk'
    | 'portworxVolume'
    | 'quobyte'
    | 'rbd'
    | 'scaleIO'
    | 'storageos'
    | 'vsphereVolume'
  > {
  readonly local?: LocalVolumeSource;
  readonly csi?: CSIPersistentVolumeSource;
}

export interface PersistentVolumeSpec extends PersistentVolumeSource {
  readonly capacity?: Readonly<Record<string, string>>;
  readonly accessModes?: PersistentVolumeClaimSpec['accessModes'];
  readonly claimRef?: ObjectReference;
  readonly persistentVolumeReclaimPolicy?: 'Delete' | 'Recycle' | 'Retain';
  readonly storageClassName?: string;
  readonly mountOptions?: readonly string[];
  readonly volumeMode?: 'Block' | 'Filesystem';
  readonly nodeAffinity?: VolumeNodeAffinity;
  readonly volumeAttributesClassName?: string;
}

export interface VolumeNodeAffinity {
  readonly required?: NodeSelector;
}

export interface LocalVolumeSource {
  readonly path: string;
  readonly fsType?: string;
}

export interface CSIPersistentVolumeSource {
  readonly driver: string;
  readonly volumeHandle: string;
  readonly readOnly?: boolean;
  readonly fsType?: string;
  readonly volumeAttributes?: Readonly<Record<string, string>>;
}

export interface PersistentVolumeStatus {
  readonly phase?: 'Available' | 'Bound' | 'Failed' | 'Pending' | 'Released';
  readonly message?: string;
  readonly reason?: string;
  readonly lastPhaseTransitionTime?: string;
}
