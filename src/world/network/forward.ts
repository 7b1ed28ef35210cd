// A port of a pod's loopback for a client outside, as a runtime opens it for port-forward.
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import type { Process } from '@/simulation/process/process.ts';
import { openByteConnection } from './byte-connection.ts';
import type { NetworkInterface } from './interfaces.ts';
import type { Network } from './network.ts';
import { NetworkStack } from './stack.ts';

export interface Forward {
  readonly process: Process;
  readonly network: Network;
  /** The pod's namespace, or the machine's own for a pod on its network. */
  place(): NetworkInterface;
  readonly label: string;
  /** Its name, for refusals. */
  readonly namespace: string;
  readonly port: number;
  readonly sink: StreamSink;
}

/** Upstream: containerd's internal/cri/server/sandbox_portforward_linux.go, whose words the refusal has. */
export function forwardPort({ process, network, place, label, namespace, port, sink }: Forward): StreamInput {
  const stack = new NetworkStack(network, place, {
    label,
    resolver: { servers: [], searches: [], options: [] },
    hostsFile: () => '',
    run: () => undefined,
  });
  return openByteConnection({
    process,
    dial: () => stack.dial('127.0.0.1', port),
    sink,
    refusal: () =>
      `failed to execute portforward in network namespace "/var/run/netns/${namespace}": failed to connect to localhost:${port} inside namespace "${namespace}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found `,
  });
}
