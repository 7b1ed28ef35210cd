// etcd: serves the data on its machine's disk while its container runs.
import { serveHealth, untilTerminated, type ComponentDescriptor } from '../../component.ts';

export const component: ComponentDescriptor = {
  name: 'etcd',
  explain: 'Stores all objects of the cluster. Only the API server talks to it; without it nothing can be written.',
  repository: 'registry.k8s.io/etcd',
  megabytes: 58,
  memoryBytes: 40_000_000,
  ports: [2379, 2381],
  *run(container, parts) {
    serveHealth(container, 2381, () => true);
    container.log('{"level":"info","msg":"ready to serve client requests"}', 'stderr');
    parts.isEtcdRunning = true;
    try {
      return yield* untilTerminated(container);
    } finally {
      parts.isEtcdRunning = false;
    }
  },
};
