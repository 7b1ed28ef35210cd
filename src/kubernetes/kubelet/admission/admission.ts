// Whether a pod that was bound to this node may run on it: the node's own last word. Upstream: pkg/kubelet/lifecycle/predicate.go.
import { quantityToMilli, quantityToValue } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import { podRequests, resourceTexts } from '@/kubernetes/apimachinery/resources/resources.ts';
import { NodeAffinityError, matchesRequiredNodeAffinity } from '@/kubernetes/apimachinery/scheduling/node-affinity.ts';
import { findUntoleratedTaint } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';

/** Why not. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

const known = new WeakMap<PodSpec, Readonly<Record<string, number>>>();

/** What a pod asks for: cpu in thousandths, the rest in whole units. One answer for all pods that share a spec. */
function requestsOf(pod: Pod): Readonly<Record<string, number>> {
  let requests = known.get(pod.spec);
  if (requests === undefined) {
    const texts = Object.entries(resourceTexts(podRequests({ spec: pod.spec })));
    requests = Object.fromEntries(texts.map(([name, text]) => [name, amount(name, text)]));
    known.set(pod.spec, requests);
  }
  return requests;
}

function amount(resource: string, text: string): number {
  return resource === 'cpu' ? quantityToMilli(text) : quantityToValue(text);
}

function hostPorts(pod: Pod): string[] {
  const ports: string[] = [];
  for (const container of pod.spec.containers) {
    for (const { hostPort, protocol, hostIP } of container.ports ?? []) {
      if (hostPort) ports.push(`${hostIP || '0.0.0.0'} ${protocol ?? 'TCP'} ${hostPort}`);
    }
  }
  return ports;
}

/** `active` are the pods that run here already, without `pod`. Undefined: it may run. */
export function admit(pod: Pod, node: Pick<Node, 'metadata' | 'spec' | 'status'>, active: readonly Pod[]): Refusal | undefined {
  const allocatable = node.status.allocatable ?? {};
  const room = Number(allocatable['pods'] ?? 110);
  if (active.length + 1 > room) return lacking('pods', 1, active.length, room);
  for (const [resource, requested] of Object.entries(requestsOf(pod))) {
    if (requested === 0) continue;
    const has = allocatable[resource];
    // What the node does not have at all is not the kubelet's to judge.
    if (has === undefined && resource.includes('/')) continue;
    const capacity = amount(resource, has ?? '0');
    let used = 0;
    for (const other of active) used += requestsOf(other)[resource] ?? 0;
    if (used + requested > capacity) return lacking(resource, requested, used, capacity);
  }
  try {
    if (!matchesRequiredNodeAffinity(pod.spec, node)) return failed('NodeAffinity');
  } catch (error) {
    if (!(error instanceof NodeAffinityError)) throw error;
    return failed('NodeAffinity');
  }
  if (hostPorts(pod).some((port) => active.some((other) => hostPorts(other).includes(port)))) return failed('NodePorts');
  if (findUntoleratedTaint(node.spec.taints, pod.spec.tolerations, ['NoExecute'])) return failed('TaintToleration');
  return undefined;
}

function lacking(resource: string, requested: number, used: number, capacity: number): Refusal {
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;
  return { reason: `OutOf${resource}`, message };
}

function failed(predicate: string): Refusal {
  return { reason: predicate, message: `Predicate ${predicate} failed` };
}
