// kube-scheduler: places pods.
import { startScheduler } from '@/kubernetes/scheduler/scheduler.ts';
import { serveHealth, untilTerminated, type ComponentDescriptor } from '../../component.ts';

export const component: ComponentDescriptor = {
  name: 'kube-scheduler',
  explain: 'Chooses a node for every new pod. Stop it, and new pods stay Pending while all others run on.',
  repository: 'registry.k8s.io/kube-scheduler',
  megabytes: 18,
  memoryBytes: 40_000_000,
  ports: [10259],
  *run(container, parts) {
    const context = container.process.child('kube-scheduler');
    const client = parts.client(context, container.machine.name, 'kube-scheduler', 'system:kube-scheduler');
    const scheduler = startScheduler(context, { client, host: container.machine.name });
    parts.scheduler = scheduler;
    serveHealth(container, 10259, () => true);
    container.log('Starting Kubernetes Scheduler', 'stderr');
    try {
      return yield* untilTerminated(container);
    } finally {
      context.kill();
      if (parts.scheduler === scheduler) parts.scheduler = undefined;
    }
  },
};
