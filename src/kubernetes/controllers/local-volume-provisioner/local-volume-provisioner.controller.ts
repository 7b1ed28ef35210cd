// Makes a volume for every claim of a class of `kubarium.io/local`: a directory on one machine's disk, so the data lives and dies with that
// machine. Differs: upstream leaves this to provisioners in pods (rancher.io/local-path and the like), whose doings this has.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import { classOf } from '@/kubernetes/api/core/v1/persistentvolume/matching.ts';
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { StorageClass } from '@/kubernetes/api/storage/v1/storageclass/types.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import {
  nodesResource,
  persistentVolumeClaimsResource,
  persistentVolumesResource,
  storageClassesResource,
} from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { subjectOf } from '../lib/subjects.ts';
import { provisionedBy, selectedNode, storageProvisioner } from '@/kubernetes/api/core/v1/persistentvolume/annotations.ts';

const provisioner = 'kubarium.io/local';
const directory = '/opt/local-path-provisioner';
const hostname = 'kubernetes.io/hostname';
const retry = seconds(15);

function start(context: Context, parts: ControllerParts): void {
  const volumes = parts.informers.informer<PersistentVolume>(persistentVolumesResource);
  const claims = parts.informers.informer<PersistentVolumeClaim>(persistentVolumeClaimsResource);
  const classes = parts.informers.informer<StorageClass>(storageClassesResource);
  const nodes = parts.informers.informer<Node>(nodesResource);
  const claimQueue = new WorkQueue(context);
  const volumeQueue = new WorkQueue(context);
  const seenClaim = (claim: PersistentVolumeClaim): void => {
    const isOurs = claim.metadata.annotations?.[storageProvisioner] === provisioner;
    if (isOurs && !claim.spec.volumeName) claimQueue.add(keyOf(claim));
  };
  const seenVolume = (volume: PersistentVolume): void => {
    const isOurs = volume.metadata.annotations?.[provisionedBy] === provisioner;
    if (isOurs && volume.status.phase === 'Released') volumeQueue.add(volume.metadata.name);
  };
  claims.onChange({ added: seenClaim, updated: seenClaim });
  volumes.onChange({ added: seenVolume, updated: seenVolume });

  /** The node that was chosen for the first pod, or for a class that does not wait the one with the fewest volumes. */
  function nodeFor(claim: PersistentVolumeClaim, storageClass: StorageClass): Node | undefined {
    const chosen = claim.metadata.annotations?.[selectedNode];
    if (chosen) return nodes.get(chosen);
    if (storageClass.volumeBindingMode === 'WaitForFirstConsumer') return undefined;
    const counts = new Map<string, number>();
    for (const { spec } of volumes.list()) {
      const name = spec.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.[0]?.values?.[0];
      if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const rank = (node: Node): number => counts.get(node.metadata.labels?.[hostname] ?? '') ?? 0;
    return [...nodes.list()]
      .filter(isUsable)
      .sort((a, b) => rank(a) - rank(b) || (a.metadata.name < b.metadata.name ? -1 : 1))[0];
  }

  function* provision(key: string): Task<void> {
    const claim = claims.get(key);
    if (!claim || claim.spec.volumeName || claim.metadata.deletionTimestamp) return;
    const storageClass = classes.get(classOf(claim));
    if (storageClass?.provisioner !== provisioner || volumes.get(volumeNameOf(claim))) return;
    const shared = claim.spec.accessModes?.find((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
    const refuse = (why: string): void => {
      const message = `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${why}`;
      parts.event(claim, 'Warning', 'ProvisioningFailed', message);
      claimQueue.addAfter(key, retry);
    };
    if (shared) {
      refuse('NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes');
      return;
    }
    const node = nodeFor(claim, storageClass);
    if (!node) {
      if (storageClass.volumeBindingMode !== 'WaitForFirstConsumer') refuse('no node is ready to take it');
      return;
    }
    parts.event(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`);
    const volume = volumeFor(claim, storageClass, node);
    context.cause = parts.decide({
      reason: 'Provisioning',
      subjects: [subjectOf(claim), subjectOf(volume), `Node/${node.metadata.name}`],
      message: `${volume.metadata.name} for ${key} is a directory on the disk of ${node.metadata.name}`,
    });
    try {
      yield* parts.client.of<PersistentVolume>(persistentVolumesResource).create('', volume);
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'AlreadyExists') return;
      throw error;
    }
    const message = `Successfully provisioned volume ${volume.metadata.name}`;
    parts.event(claim, 'Normal', 'ProvisioningSucceeded', message);
  }

  function* remove(name: string): Task<void> {
    const volume = volumes.get(name);
    if (!volume || volume.metadata.deletionTimestamp || volume.status.phase !== 'Released') return;
    if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return;
    const { uid } = volume.metadata;
    try {
      yield* parts.client
        .of<PersistentVolume>(persistentVolumesResource)
        .delete('', name, { preconditions: { uid } });
    } catch (error) {
      if (!(error instanceof StatusError && (error.code === 404 || error.code === 409))) throw error;
    }
  }

  context.spawn(
    (function* (): Task<void> {
      for (const informer of [volumes, claims, classes, nodes]) yield* informer.waitForSync();
      runWorkers(context, claimQueue, 1, provision);
      runWorkers(context, volumeQueue, 1, remove);
    })(),
  );
}

const isUsable = ({ spec, status }: Node): boolean =>
  !spec.unschedulable &&
  !spec.taints?.some(({ effect }) => effect !== 'PreferNoSchedule') &&
  (status.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false);

const volumeNameOf = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata.uid}`;

type NewVolume = Omit<PersistentVolume, 'status' | 'metadata'> & {
  readonly metadata: { readonly name: string; readonly annotations: Readonly<Record<string, string>> };
};

function volumeFor(claim: PersistentVolumeClaim, storageClass: StorageClass, node: Node): NewVolume {
  const name = volumeNameOf(claim);
  const { namespace = '', uid, resourceVersion } = claim.metadata;
  const place = node.metadata.labels?.[hostname] ?? node.metadata.name;
  const requirement = { key: hostname, operator: 'In' as const, values: [place] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { [provisionedBy]: provisioner } },
    spec: {
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '0' },
      accessModes: claim.spec.accessModes,
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace,
        name: claim.metadata.name,
        uid,
        resourceVersion,
      },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
      volumeMode: claim.spec.volumeMode,
      hostPath: {
        path: `${directory}/${name}_${namespace}_${claim.metadata.name}`,
        type: 'DirectoryOrCreate',
      },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [requirement] }] } },
    },
  };
}

export const controller: ControllerDescriptor = {
  name: 'local-volume-provisioner',
  component: provisioner,
  explain:
    'Makes a volume for every claim of the default class: a directory on the disk of the machine that the first pod goes to.',
  watches: [persistentVolumesResource, persistentVolumeClaimsResource, storageClassesResource, nodesResource],
  rules: [
    {
      apiGroups: [''],
      resources: ['persistentvolumes'],
      verbs: ['create', 'delete', 'get', 'list', 'watch'],
    },
    { apiGroups: [''], resources: ['persistentvolumeclaims', 'nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start,
};
