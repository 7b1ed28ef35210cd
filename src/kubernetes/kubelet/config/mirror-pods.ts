// Static pods and their mirrors: pods that a node runs from its own files, shown at the API server by a pod that nobody can run.
// Upstream: pkg/kubelet/config/common.go, pkg/kubelet/pod/mirror_client.go.
import { RollingHash } from '@/base/hash.ts';
import { canonicalJson } from '@/base/json.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { resource as pods } from '@/kubernetes/api/core/v1/pod/pod.resource.ts';
import type { NewObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { podQosClass } from '@/kubernetes/apimachinery/resources/resources.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';

export const mirrorAnnotation = 'kubernetes.io/config.mirror';
const hashAnnotation = 'kubernetes.io/config.hash';
const sourceAnnotation = 'kubernetes.io/config.source';
const seenAnnotation = 'kubernetes.io/config.seen';

/** A pod manifest as it lies on the machine's disk: what its author wrote, without defaults. */
export type StaticPod = NewObject<Pod>;

/** Whether the API's pod only shows a static one. */
export function isMirror(pod: Pod): boolean {
  return pod.metadata.annotations?.[mirrorAnnotation] !== undefined;
}

/** The manifest as a pod of this node: named after it, defaulted, with a uid that depends on the manifest alone. */
export function staticPod(manifest: StaticPod, nodeName: string, context: Context): Pod {
  const hash = new RollingHash();
  hash.add(canonicalJson(manifest));
  const first = hash.hex;
  hash.add(nodeName);
  const uid = first + hash.hex;
  const { name = '', namespace = 'default', annotations } = manifest.metadata;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...manifest.metadata,
      name: `${name}-${nodeName}`,
      namespace,
      uid,
      resourceVersion: '',
      creationTimestamp: rfc3339(context.now),
      annotations: { ...annotations, [hashAnnotation]: uid, [seenAnnotation]: rfc3339(context.now), [sourceAnnotation]: 'file' },
    },
    spec: {
      ...manifest.spec,
      nodeName,
      tolerations: [...(manifest.spec.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
    },
    status: { phase: 'Pending', qosClass: podQosClass(manifest) },
  } as unknown as Pod;
  return pods.defaults(pod) as Pod;
}

/** Creates what is missing and deletes what is wrong; failures are tried again when the pod is looked at next. */
export class MirrorPods {
  private readonly pods: ResourceClient<Pod>;
  private readonly busy = new Set<string>();

  constructor(
    private readonly context: Context,
    client: Client,
    private readonly node: Informer<Node>,
    private readonly failed: (pod: Pod) => void,
  ) {
    this.pods = client.of<Pod>(podsResource);
  }

  /** Sees to it that `pod` has its mirror, once its node is known. Never waits. */
  ensure(pod: Pod, mirror: Pod | undefined): void {
    const { uid } = pod.metadata;
    const isRight = mirror?.metadata.annotations?.[mirrorAnnotation] === uid && mirror.metadata.deletionTimestamp === undefined;
    const owner = this.node.get(pod.spec.nodeName ?? '');
    if (isRight || owner === undefined || this.busy.has(uid)) return;
    this.busy.add(uid);
    this.context.spawn(this.repair(pod, mirror, owner));
  }

  private *repair(pod: Pod, mirror: Pod | undefined, owner: Node): Task<void> {
    const { uid, name, namespace = '' } = pod.metadata;
    try {
      if (mirror) yield* this.pods.delete(namespace, name, { gracePeriodSeconds: 0, preconditions: { uid: mirror.metadata.uid } });
      yield* this.pods.create(namespace, mirrorOf(pod, owner));
    } catch (error) {
      if (!(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
      if (!(error instanceof StatusError && error.reason === 'AlreadyExists')) this.failed(pod);
    } finally {
      this.busy.delete(uid);
    }
  }
}

function mirrorOf(pod: Pod, node: Node): Pod {
  const { name, namespace, labels, annotations, uid } = pod.metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: node.metadata.name, uid: node.metadata.uid, controller: true }];
  return {
    ...pod,
    metadata: { name, namespace, labels, annotations: { ...annotations, [mirrorAnnotation]: uid }, ownerReferences },
  } as unknown as Pod;
}
