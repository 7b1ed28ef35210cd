// kube-apiserver: the gateway of the cluster. It needs etcd to start, and takes its clients' connections down with it when it ends.
import { startApiServer } from '@/kubernetes/apiserver/apiserver.ts';
import { milliseconds, plus, seconds } from '@/simulation/clock/duration.ts';
import { serveHealth, untilTerminated, type ComponentDescriptor } from '../../component.ts';
import type { ApiEndpoint } from '../../api-connection.ts';
import { podLogs } from '../../pod-logs.ts';
import { podStreams, proxiedRequests } from '../../pod-streams.ts';

const etcdPatience = seconds(20);

export const component: ComponentDescriptor = {
  name: 'kube-apiserver',
  explain: 'The gateway: every command and every component goes through it. Stop it, and what runs keeps running, but nothing changes any more.',
  repository: 'registry.k8s.io/kube-apiserver',
  megabytes: 28,
  memoryBytes: 250_000_000,
  ports: [6443],
  *run(container, parts) {
    const giveUp = plus(container.now, etcdPatience);
    while (!parts.isEtcdRunning) {
      if (container.now >= giveUp) {
        container.log('Error: context deadline exceeded: etcd does not answer on 127.0.0.1:2379', 'stderr');
        return 1;
      }
      yield* container.sleep(milliseconds(200));
    }
    const context = container.process.child('kube-apiserver');
    const server = startApiServer(context, { etcd: parts.etcd, advertiseAddress: container.machine.ip, logs: podLogs(parts), connects: podStreams(parts), proxies: proxiedRequests(parts, context) });
    const endpoint: ApiEndpoint = { context, server, streams: new Set() };
    parts.apiServers.set(container.machine.name, endpoint);
    serveHealth(container, 6443, () => server.isReady && parts.isEtcdRunning);
    container.log('Serving securely on [::]:6443', 'stderr');
    try {
      return yield* untilTerminated(container);
    } finally {
      parts.apiServers.delete(container.machine.name);
      for (const stream of [...endpoint.streams]) stream.reset();
      context.kill();
    }
  },
};
