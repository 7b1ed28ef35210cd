// Binding a pod to a node: the scheduler's one write. Upstream: pkg/registry/core/pod/storage/storage.go (BindingREST).
import type { SubresourceDescriptor } from '../subresource.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import { badRequest, conflict, unexpected } from '../../../../apimachinery/status/status.ts';
import { fieldErrorText, notSupported, required } from '../../../../apimachinery/validation/field-error.ts';
import type { Pod } from '../../../../api/core/v1/pod/types.ts';
import type { PodCondition } from '../../../../api/core/v1/pod/status-types.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ResourceRequest } from '../../server.ts';
import { uidConflict, updateObject } from '../../update.ts';

interface Binding extends KubeObject {
  readonly target?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
}

export const subresource: SubresourceDescriptor = {
  name: 'pods/binding',
  explain: 'Puts a pod on a node; once, and never again elsewhere.',
  verbs: ['create'],
  kind: { group: '', version: 'v1', kind: 'Binding' },
  *handle(request) {
    const binding = request.request.body as Binding;
    yield* bindPod(request, request.request.name ?? '', binding);
    return { code: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
  },
};

/** Binds the pod of that name as `binding` says. */
export function* bindPod(request: ResourceRequest, name: string, binding: Binding): Task<void> {
  if (binding.metadata?.name !== undefined && binding.metadata.name !== '' && binding.metadata.name !== name) {
    throw new StatusError(badRequest('name in URL does not match name in Binding object'));
  }
  const { kind = '', name: nodeName = '' } = binding.target ?? {};
  if (kind !== '' && kind !== 'Node')
    throw new StatusError(unexpected(fieldErrorText(notSupported('target.kind', kind, ['Node', '<empty>']))));
  if (nodeName === '') throw new StatusError(unexpected(fieldErrorText(required('target.name'))));
  yield* updateObject(request, name, {
    note: { reason: 'Bound', deed: `was bound to node ${nodeName}` },
    strategy: 'none',
    produce: (live) => bound(request, live as Pod, nodeName, binding),
  });
}

function bound(request: ResourceRequest, pod: Pod, nodeName: string, { metadata }: Binding): Pod {
  const { name } = pod.metadata;
  const refuse = (why: string): StatusError =>
    new StatusError(conflict({ group: '', resource: 'pods/binding' }, name, why));
  if (metadata?.uid && metadata.uid !== pod.metadata.uid) {
    throw new StatusError(uidConflict(request, pod, metadata.uid));
  }
  if (pod.metadata.deletionTimestamp !== undefined)
    throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if (pod.spec.schedulingGates && pod.spec.schedulingGates.length > 0)
    throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
  const labels = withAdded(withAdded(pod.metadata.labels, topologyLabels(request, nodeName)), metadata?.labels);
  const annotations = withAdded(pod.metadata.annotations, metadata?.annotations);
  const conditions: readonly PodCondition[] = [
    ...(pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
    { type: 'PodScheduled', status: 'True', lastTransitionTime: rfc3339(request.server.context.now) },
  ];
  return {
    ...pod,
    metadata: { ...pod.metadata, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
    spec: { ...pod.spec, nodeName },
    status: { ...statusWithoutNomination(pod.status), conditions },
  };
}

type Texts = Readonly<Record<string, string>> | undefined;

/** One map with another's entries; the very same when that adds nothing, so that pods go on sharing it. */
function withAdded(texts: Texts, added: Texts): Texts {
  return added && Object.keys(added).length > 0 ? { ...texts, ...added } : texts;
}

/** A pod that has a node waits for none. Upstream: ClearingNominatedNodeNameAfterBinding. */
function statusWithoutNomination(status: Pod['status']): Pod['status'] {
  if (status.nominatedNodeName === undefined) return status;
  const { nominatedNodeName: _nominated, ...rest } = status;
  return rest;
}

const topologyKeys = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** The node's place, which a pod takes over when it is bound. Upstream: the PodTopologyLabels admission plugin. */
function topologyLabels({ server }: ResourceRequest, nodeName: string): Readonly<Record<string, string>> {
  const node = server.served('', 'nodes')?.read(undefined, nodeName);
  const found: Record<string, string> = {};
  for (const key of topologyKeys) {
    const value = node?.metadata.labels?.[key];
    if (value !== undefined) found[key] = value;
  }
  return found;
}
