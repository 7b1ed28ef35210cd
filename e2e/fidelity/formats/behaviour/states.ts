// Objects at rest in the form in which recordings hold them.
import type { ControllerRevision } from '@/kubernetes/api/apps/v1/controllerrevision/types.ts';
import type { Deployment } from '@/kubernetes/api/apps/v1/deployment/types.ts';
import type { CronJob } from '@/kubernetes/api/batch/v1/cronjob/types.ts';
import type { Job } from '@/kubernetes/api/batch/v1/job/types.ts';
import type { Endpoints } from '@/kubernetes/api/core/v1/endpoints/types.ts';
import type { Namespace } from '@/kubernetes/api/core/v1/namespace/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { PersistentVolume } from '@/kubernetes/api/core/v1/persistentvolume/types.ts';
import type { PersistentVolumeClaim } from '@/kubernetes/api/core/v1/persistentvolumeclaim/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ObjectReference } from '@/kubernetes/api/core/v1/references.ts';
import type { EndpointSlice } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Json } from './golden-case.ts';
import { withoutIps } from './names.ts';

/** Lists longer than this are recorded as their length. */
const maxListed = 8;

type Form = Record<string, unknown>;

const conditionOf = (condition: { type: string; status: string; reason?: string; message?: string }): string[] => [
  condition.type,
  condition.status,
  condition.reason ?? '',
  condition.message ?? '',
];

const byText = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** A taint as `key=value:effect`. */
export function taintText(taint: { key: string; value?: string; effect: string }): string {
  return `${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}`;
}

/** All that recordings may say of an object; the comparison picks what they do say. */
export function stateOf(object: KubeObject): Json {
  const form: Form = { ...common(object), ...special(object) };
  for (const [key, value] of Object.entries(form)) if (value === undefined) delete form[key];
  return withoutIps(JSON.parse(JSON.stringify(form)) as Json);
}

function common(object: KubeObject): Form {
  const { annotations, labels, finalizers, ownerReferences, deletionTimestamp } = object.metadata;
  const { status } = object as { status?: { conditions?: { type: string; status: string }[] } & Form };
  const { conditions, ...rest } = status ?? {};
  return {
    status,
    ...(status ? { status: withoutTimes(rest) } : {}),
    conditions: conditions && conditions.length > 0 ? conditions.map(conditionOf).sort(byText) : undefined,
    annotations: annotations && Object.keys(annotations).length > 0 ? timeless(annotations) : undefined,
    labels: labels && Object.keys(labels).length > 0 ? labels : undefined,
    finalizers: finalizers && finalizers.length > 0 ? finalizers : undefined,
    deleting: deletionTimestamp === undefined ? undefined : true,
    owners: ownerReferences?.map(
      (owner) =>
        `${owner.kind}/${owner.name}${owner.controller ? ' controller' : ''}${owner.blockOwnerDeletion ? ' block' : ''}`,
    ),
  };
}

const isTime = (value: unknown): boolean => typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

/** Times anywhere in a status as recordings have them. */
function withoutTimes(status: Form): Form {
  return JSON.parse(JSON.stringify(status, (_, value: unknown) => (isTime(value) ? '<time>' : value))) as Form;
}

function timeless(annotations: Readonly<Record<string, string>>): Form {
  return Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [name, isTime(value) ? '<time>' : value]),
  );
}

function special(object: KubeObject): Form {
  switch (object.kind) {
    case 'Pod':
      return podForm(object as Pod);
    case 'Node':
      return nodeForm(object as Node);
    case 'Deployment':
    case 'StatefulSet':
    case 'ReplicationController':
      return { replicas: (object as Deployment).spec.replicas };
    case 'ReplicaSet': {
      const { observedGeneration: _, conditions: __, ...status } = (object as Deployment).status;
      return { replicas: (object as Deployment).spec.replicas, status };
    }
    case 'Job':
      return { suspend: (object as Job).spec.suspend || undefined };
    case 'PersistentVolume':
      return volumeForm(object as PersistentVolume);
    case 'CronJob':
      return cronJobForm(object as CronJob);
    case 'PersistentVolumeClaim':
      return {
        volumeName: (object as PersistentVolumeClaim).spec.volumeName,
        ownerReferences: object.metadata.ownerReferences?.map(({ uid: _, ...owner }) => owner),
      };
    case 'ControllerRevision':
      return { revision: (object as ControllerRevision).revision };
    case 'Namespace':
      return {
        finalizers: object.metadata.deletionTimestamp === undefined ? (object as Namespace).spec.finalizers : undefined,
      };
    case 'EndpointSlice':
      return sliceForm(object as EndpointSlice);
    case 'Endpoints':
      return { subsets: ((object as Endpoints).subsets ?? []).map(subsetForm) };
    default:
      return {};
  }
}

function cronJobForm({ status: { active, ...rest } }: CronJob): Form {
  const named = active?.map(({ resourceVersion: _, uid: __, ...reference }) => reference);
  return { status: withoutTimes({ ...rest, ...(named ? { active: named } : {}) }) };
}

function podForm(pod: Pod): Form {
  const condition = (type: string): { type: string; status: string } | undefined =>
    pod.status.conditions?.find((one) => one.type === type);
  const disruption = condition('DisruptionTarget');
  return {
    phase: pod.status.phase,
    ready: condition('Ready')?.status,
    terminating: pod.metadata.deletionTimestamp === undefined ? undefined : true,
    node: pod.spec.nodeName ?? null,
    image: pod.spec.containers[0]?.image,
    disruption: disruption && conditionOf(disruption),
    status: undefined,
    conditions: undefined,
    deleting: undefined,
  };
}

function volumeForm({ spec: { claimRef } }: PersistentVolume): Form {
  return { claimRef: claimRef && `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` };
}

function nodeForm(node: Node): Form {
  const ready = node.status.conditions?.find((condition) => condition.type === 'Ready');
  return {
    taints: (node.spec.taints ?? []).map(taintText).sort(),
    ready: ready && conditionOf(ready),
    conditions: (node.status.conditions ?? []).map(conditionOf).sort(byText),
    unschedulable: node.spec.unschedulable || undefined,
  };
}

const targetOf = (reference: ObjectReference | undefined): string | undefined =>
  reference && `${reference.kind}/${reference.name}`;

function sliceForm(slice: EndpointSlice): Form {
  const endpoints = slice.endpoints.map((endpoint) => ({ ...endpoint, targetRef: targetOf(endpoint.targetRef) }));
  return {
    addressType: slice.addressType,
    ports: slice.ports?.length ? slice.ports : null,
    endpoints: endpoints.length > maxListed ? undefined : endpoints,
    count: endpoints.length,
  };
}

function subsetForm(subset: NonNullable<Endpoints['subsets']>[number]): Form {
  const { addresses, notReadyAddresses, ports } = subset;
  const listed = addresses?.map((address) => ({ ...address, targetRef: targetOf(address.targetRef) }));
  return {
    addresses: listed && listed.length > maxListed ? listed.length : listed,
    notReadyAddresses: notReadyAddresses?.map(({ targetRef }) => ({ ip: '<ip>', targetRef: targetOf(targetRef) })),
    ports,
  };
}
