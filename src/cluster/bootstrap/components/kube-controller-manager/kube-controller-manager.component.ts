// kube-controller-manager: all controllers in one process.
import { startControllerManager } from '@/kubernetes/controllers/controller-manager.ts';
import { serveHealth, untilTerminated, type ComponentDescriptor } from '../../component.ts';
import { clusterCidrOf } from '../../../topologies/topology.ts';
import { authorityText } from '../../authority.ts';

export const component: ComponentDescriptor = {
  name: 'kube-controller-manager',
  explain: 'Runs the controllers, which make the cluster what its objects say. Stop it, and nothing heals.',
  repository: 'registry.k8s.io/kube-controller-manager',
  megabytes: 24,
  memoryBytes: 50_000_000,
  ports: [10257],
  *run(container, parts) {
    const context = container.process.child('kube-controller-manager');
    const client = parts.client(context, container.machine.name, 'kube-controller-manager', 'system:kube-controller-manager');
    startControllerManager(context, { client, rootCa: authorityText, clusterCidr: clusterCidrOf(parts.topology) });
    serveHealth(container, 10257, () => true);
    container.log('Started controllers', 'stderr');
    try {
      return yield* untilTerminated(container);
    } finally {
      context.kill();
    }
  },
};
