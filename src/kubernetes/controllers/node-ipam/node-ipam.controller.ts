// The node IPAM controller: gives every node its own range of pod addresses. Upstream: pkg/controller/nodeipam (RangeAllocator).
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import { nodesResource } from '@/kubernetes/client/resources.ts';
import { RetryError, runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNotFound } from '../lib/pod-control.ts';
import { CidrPool } from './cidr-pool.ts';

function start(context: Context, parts: ControllerParts): void {
  const { flags, client, informers } = parts;
  if (!flags.allocateNodeCidrs) return;
  const nodes = informers.informer<Node>(nodesResource);
  const pool = new CidrPool(flags.clusterCidr, flags.nodeCidrMaskSize);
  const queue = new WorkQueue(context);
  /** Given out, and perhaps not yet seen on the node. */
  const given = new Map<string, string>();

  function* assign(name: string): Task<void> {
    const node = nodes.get(name);
    if (!node || node.spec.podCIDR || given.has(name)) return;
    const cidr = pool.take();
    if (cidr === undefined) {
      const about = { kind: 'Node', apiVersion: 'v1', name, uid: node.metadata.uid };
      parts.event(about, 'Normal', 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
      throw new RetryError(`no pod addresses are left for node ${name}`);
    }
    given.set(name, cidr);
    parts.decide({
      reason: 'PodCIDRAssigned',
      subjects: [`Node/${name}`],
      message: `Pods of node ${name} get addresses from ${cidr}`,
    });
    try {
      yield* client.of<Node>(nodesResource).patch('', name, 'strategic', { spec: { podCIDR: cidr, podCIDRs: [cidr] } });
    } catch (error) {
      given.delete(name);
      pool.release(cidr);
      if (!isNotFound(error)) throw error;
    }
  }

  context.spawn(
    (function* (): Task<void> {
      yield* nodes.waitForSync();
      for (const node of nodes.list()) if (node.spec.podCIDR) pool.occupy(node.spec.podCIDR);
      nodes.onChange({
        added: (node) => queue.add(node.metadata.name),
        updated: (node) => {
          if (!node.spec.podCIDR) queue.add(node.metadata.name);
        },
        deleted: (node) => {
          given.delete(node.metadata.name);
          if (node.spec.podCIDR) pool.release(node.spec.podCIDR);
        },
      });
      runWorkers(context, queue, 1, assign);
    })(),
  );
}

/** Upstream: pkg/controller/nodeipam. */
export const controller: ControllerDescriptor = {
  name: 'node-ipam-controller',
  component: 'cidrAllocator',
  explain: 'Gives every node a range of addresses of its own, from which its pods get theirs.',
  watches: [nodesResource],
  rules: [
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'patch', 'update', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start,
};
