// Where the lines of `kubectl logs` come from: the kubelet of the pod's node, when the API server can reach it.
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { keyPrefix, objectKey } from '@/kubernetes/apiserver/storage/keys.ts';
import type { LogSource } from '@/kubernetes/apiserver/endpoints/logs.ts';
import type { LogLine } from '@/kubernetes/cri-api/runtime.ts';
import type { Kubelet } from '@/kubernetes/kubelet/kubelet.ts';
import type { ClusterParts } from './parts.ts';

/** The kubelet that runs a pod. Throws a sentence, in the API server's words, when there is none to be reached. */
export function kubeletOf(parts: ClusterParts, namespace: string, name: string): Kubelet {
  const pod = parts.etcd.get(objectKey(keyPrefix('', 'pods'), namespace, name))?.value as Pod | undefined;
  if (!pod) throw new Error(`pods "${name}" not found`);
  const nodeName = pod.spec.nodeName ?? '';
  if (nodeName === '') throw new Error(`pod ${name} does not have a host assigned`);
  const machine = parts.world.machine(nodeName);
  const kubelet = parts.kubelets.get(nodeName);
  const isCut = parts.world.transport.path(parts.controlPlane, nodeName).isBlocked || parts.world.transport.path(nodeName, parts.controlPlane).isBlocked;
  if (!machine?.isReachable || isCut) throw new Error(`Get "https://${machine?.ip ?? nodeName}:10250/containerLogs/${namespace}/${name}": dial tcp ${machine?.ip ?? nodeName}:10250: i/o timeout`);
  if (!kubelet) throw new Error(`Get "https://${machine.ip}:10250/containerLogs/${namespace}/${name}": dial tcp ${machine.ip}:10250: connect: connection refused`);
  return kubelet;
}

/** All kept lines of a container. */
export function readLogs(parts: ClusterParts, namespace: string, pod: string, container: string, previous: boolean): readonly LogLine[] {
  return kubeletOf(parts, namespace, pod).logs(namespace, pod, container, { previous });
}

/** The API server's way to a container's log. */
export function podLogs(parts: ClusterParts): LogSource {
  return ({ namespace, pod, container, previous }) => {
    const kubelet = kubeletOf(parts, namespace, pod);
    return {
      lines: kubelet.logs(namespace, pod, container, { previous }),
      follow: (onLine, onEnd) => kubelet.followLogs(namespace, pod, container, onLine, onEnd),
    };
  };
}
