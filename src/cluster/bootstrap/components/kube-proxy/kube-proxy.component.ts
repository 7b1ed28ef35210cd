// kube-proxy: keeps its machine's packet filter up to date.
import { startProxy } from '@/kubernetes/proxy/proxy.ts';
import { untilTerminated, type ComponentDescriptor } from '../../component.ts';

export const component: ComponentDescriptor = {
  name: 'kube-proxy',
  explain: 'Writes the rules by which this machine sends connections to a Service on to one of its pods.',
  repository: 'registry.k8s.io/kube-proxy',
  megabytes: 26,
  memoryBytes: 25_000_000,
  ports: [10256],
  *run(container, parts) {
    const machine = parts.world.machine(container.machine.name);
    if (!machine) return 1;
    const context = container.process.child(`kube-proxy ${machine.name}`);
    const client = parts.client(context, machine.name, 'kube-proxy', 'system:kube-proxy', ['system:node-proxier']);
    startProxy(context, { nodeName: machine.name, client, filter: machine.filter });
    try {
      return yield* untilTerminated(container);
    } finally {
      context.kill();
    }
  },
};
