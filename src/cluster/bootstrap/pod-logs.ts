// Where the lines of `kubectl logs` come from: the kubelet of the pod's node, when the API server can reach it.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyPrefix, objectKey } from '@/kubernetes/apiserver/storage/keys.ts';
import type { LogSource } from '@/kubernetes/apiserver/endpoints/logs.ts';
import type { LogLine } from '@/kubernetes/cri-api/runtime.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { badRequest, failure } from '@/kubernetes/apimachinery/status/status.ts';
import type { Kubelet } from '@/kubernetes/kubelet/kubelet.ts';
import { LogUnavailable } from '@/kubernetes/kubelet/logs/container-logs.ts';
import type { ClusterParts } from './parts.ts';

/** A node's kubelet, or in Go's words why it cannot be reached. */
export function kubeletAt(parts: ClusterParts, nodeName: string): Kubelet | { readonly address: string; readonly why: string } {
  const machine = parts.world.machine(nodeName);
  const kubelet = parts.kubelets.get(nodeName);
  const isCut = parts.world.transport.path(parts.controlPlane, nodeName).isBlocked || parts.world.transport.path(nodeName, parts.controlPlane).isBlocked;
  const address = `${machine?.ip ?? nodeName}:10250`;
  if (!machine?.isReachable || isCut) return { address, why: `dial tcp ${address}: i/o timeout` };
  return kubelet ?? { address, why: `dial tcp ${address}: connect: connection refused` };
}

/** The kubelet that runs a pod. Throws a StatusError, or a sentence for a pod that is nowhere, when there is none to be reached. */
function kubeletOf(parts: ClusterParts, namespace: string, name: string, container: string): Kubelet {
  const pod = parts.etcd.get(objectKey(keyPrefix('', 'pods'), namespace, name))?.value as Pod | undefined;
  if (!pod) throw new Error(`pods "${name}" not found`);
  const nodeName = pod.spec.nodeName ?? '';
  if (nodeName === '') throw new Error(`pod ${name} does not have a host assigned`);
  const found = kubeletAt(parts, nodeName);
  if (!('why' in found)) return found;
  throw new StatusError(failure({ code: 500, message: `Get "https://${found.address}/containerLogs/${namespace}/${name}/${container}": ${found.why}` }));
}

/** All kept lines of a container. */
export function readLogs(parts: ClusterParts, namespace: string, pod: string, container: string, previous: boolean): readonly LogLine[] {
  return kubeletOf(parts, namespace, pod, container).logs(namespace, pod, container, { previous });
}

/** The API server's way to a container's log; what a kubelet refuses is a bad request to it. */
export function podLogs(parts: ClusterParts): LogSource {
  return ({ namespace, pod, container, previous }) => {
    const kubelet = kubeletOf(parts, namespace, pod, container);
    try {
      return {
        lines: kubelet.logs(namespace, pod, container, { previous }),
        follow: (onLine, onEnd) => kubelet.followLogs(namespace, pod, container, onLine, onEnd),
      };
    } catch (error) {
      throw error instanceof LogUnavailable ? new StatusError(badRequest(error.message)) : error;
    }
  };
}
