// What stands to happen at a known moment, gathered from the objects that say so. Kept by index, so that looking costs what is waiting, not what exists.
import type { Lease } from '@/kubernetes/api/coordination/v1/lease/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { toleratesTaint } from '@/kubernetes/apimachinery/scheduling/taints.ts';
import { parseRfc3339, plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { ClusterDeadline } from './cluster.ts';

/** A lease renewed this long ago is late: renewals come every ten seconds. */
const lateAfter = seconds(12);
const monitorGrace = seconds(50);

export class ObjectDeadlines {
  private readonly leases = new Map<string, Instant>();
  private readonly tainted = new Map<string, Node>();
  private readonly nodes = new Map<string, Node>();
  private readonly podsOf = new Map<string, Map<string, Pod>>();
  private readonly terminating = new Map<string, Pod>();

  wrote(resource: string, isGone: boolean, object: KubeObject): void {
    if (resource === 'pods') this.wrotePod(object as Pod, isGone);
    else if (resource === 'nodes') this.wroteNode(object as Node, isGone);
    else if (resource === 'leases' && object.metadata.namespace === 'kube-node-lease') {
      const renewed = isGone ? undefined : parseRfc3339((object as Lease).spec.renewTime ?? '');
      if (renewed === undefined) this.leases.delete(object.metadata.name);
      else this.leases.set(object.metadata.name, renewed);
    }
  }

  list(now: Instant): ClusterDeadline[] {
    return [...this.grace(now), ...this.tolerations(), ...this.terminations()];
  }

  private *grace(now: Instant): Iterable<ClusterDeadline> {
    for (const [name, renewed] of this.leases) {
      if (plus(renewed, lateAfter) > now || this.nodes.get(name)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'Unknown')) continue;
      if (!this.nodes.has(name)) continue;
      yield {
        id: `grace/Node/${name}`,
        kind: 'grace',
        subject: `Node/${name}`,
        start: renewed,
        due: plus(renewed, monitorGrace),
        rule: 'The node controller waits node-monitor-grace-period (50 s) after the last lease renewal before it calls the node Unknown.',
      };
    }
  }

  private *tolerations(): Iterable<ClusterDeadline> {
    for (const [name, node] of this.tainted) {
      for (const pod of this.podsOf.get(name)?.values() ?? []) {
        if (pod.metadata.deletionTimestamp) continue;
        const found = evictionOf(pod, node);
        if (!found) continue;
        yield {
          id: `toleration/Pod/${keyOf(pod)}`,
          kind: 'toleration',
          subject: `Pod/${keyOf(pod)}`,
          ...found,
          rule: 'The pod tolerates the NoExecute taint of its node for tolerationSeconds; then it is evicted.',
        };
      }
    }
  }

  private *terminations(): Iterable<ClusterDeadline> {
    for (const pod of this.terminating.values()) {
      const due = parseRfc3339(pod.metadata.deletionTimestamp ?? '');
      if (due === undefined) continue;
      yield {
        id: `termination/Pod/${keyOf(pod)}`,
        kind: 'termination',
        subject: `Pod/${keyOf(pod)}`,
        start: plus(due, seconds(-(pod.metadata.deletionGracePeriodSeconds ?? 0))),
        due,
        rule: 'The pod has terminationGracePeriodSeconds to end by itself before it is killed.',
      };
    }
  }

  private wroteNode(node: Node, isGone: boolean): void {
    const { name } = node.metadata;
    if (isGone) {
      this.nodes.delete(name);
      this.tainted.delete(name);
      return;
    }
    this.nodes.set(name, node);
    if (node.spec.taints?.some(({ effect, timeAdded }) => effect === 'NoExecute' && timeAdded)) this.tainted.set(name, node);
    else this.tainted.delete(name);
  }

  private wrotePod(pod: Pod, isGone: boolean): void {
    const { uid } = pod.metadata;
    const machine = pod.spec.nodeName;
    if (machine) {
      let pods = this.podsOf.get(machine);
      if (!pods) this.podsOf.set(machine, (pods = new Map()));
      if (isGone) pods.delete(uid);
      else pods.set(uid, pod);
    }
    if (!isGone && pod.metadata.deletionTimestamp) this.terminating.set(uid, pod);
    else this.terminating.delete(uid);
  }
}

/** When taint eviction deletes the pod; undefined when it tolerates the node's taints for good, or was to go at once. */
function evictionOf(pod: Pod, node: Node): { start: Instant; due: Instant } | undefined {
  let start: Instant | undefined;
  let due: Instant | undefined;
  for (const taint of node.spec.taints ?? []) {
    const added = parseRfc3339(taint.timeAdded ?? '');
    if (taint.effect !== 'NoExecute' || added === undefined) continue;
    const matching = (pod.spec.tolerations ?? []).filter((toleration) => toleratesTaint(toleration, taint));
    const spans = matching.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
    if (spans.length === 0) continue;
    const end = plus(added, seconds(Math.min(...spans)));
    if (due === undefined || end < due) [start, due] = [added, end];
  }
  return start !== undefined && due !== undefined ? { start, due } : undefined;
}
