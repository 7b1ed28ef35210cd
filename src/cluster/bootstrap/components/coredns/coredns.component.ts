// CoreDNS: answers names on port 53 of its pod, from what the API server says.
import { startDns } from '@/kubernetes/dns/dns.ts';
import type { ContainerContext } from '@/world/runtime/container-context.ts';
import type { DnsAnswer as WireAnswer } from '@/world/network/dns.ts';
import type { DnsServer } from '@/kubernetes/dns/dns.ts';
import type { Task } from '@/simulation/process/task.ts';
import { NetworkError } from '@/kubernetes/cri-api/network.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import { serveHealth, untilTerminated, type ComponentDescriptor } from '../../component.ts';

/** After SIGTERM it serves on for a while, so that clients have time to hear that it goes (the `lameduck` setting). */
const lameDuck = seconds(5);

const answer = (name: string, outcome: WireAnswer['outcome'], addresses: readonly string[] = []): WireAnswer => ({ kind: 'dns-answer', name, outcome, addresses });

/** Names of the cluster are its own; all others are asked of the machine's resolver, as `forward . /etc/resolv.conf` says. */
function* resolve(container: ContainerContext, server: DnsServer, name: string): Task<WireAnswer> {
  const found = server.resolve(name);
  if (found.kind === 'addresses') return answer(name, 'ok', found.addresses);
  if (found.kind === 'nxdomain') return answer(name, 'NXDOMAIN');
  try {
    const upstream = yield* container.network.lookup(found.kind === 'alias' ? `${found.name}.` : `${name}.`);
    return answer(name, upstream.outcome, upstream.addresses);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return answer(name, 'SERVFAIL');
  }
}

export const component: ComponentDescriptor = {
  name: 'coredns',
  explain: 'The cluster DNS: gives Services and pods their names.',
  repository: 'registry.k8s.io/coredns/coredns',
  megabytes: 22,
  memoryBytes: 18_000_000,
  ports: [53, 8080, 8181, 9153],
  *run(container, parts) {
    const context = container.process.child('coredns');
    const client = parts.client(context, container.machine.name, 'coredns', 'system:serviceaccount:kube-system:coredns', ['system:serviceaccounts', 'system:serviceaccounts:kube-system']);
    const server = startDns(context, { client });
    container.network.listenDns(53, (question) => resolve(container, server, question.name));
    serveHealth(container, 8080, () => true);
    serveHealth(container, 8181, () => server.isReady);
    container.log('CoreDNS-1.12.4');
    try {
      const code = yield* untilTerminated(container);
      yield* container.sleep(lameDuck);
      return code;
    } finally {
      context.kill();
    }
  },
};
