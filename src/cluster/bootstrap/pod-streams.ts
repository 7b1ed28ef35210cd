// The API server's way to the kubelets for connections that clients take over, and to pods for requests that it passes on.
import type { StreamInput, StreamSink } from '@/base/stream.ts';
import type { ConnectRequest, ConnectSource } from '@/kubernetes/apiserver/endpoints/connects.ts';
import type { ProxiedResponse, ProxySource } from '@/kubernetes/apiserver/endpoints/proxies.ts';
import type { Kubelet } from '@/kubernetes/kubelet/kubelet.ts';
import { StreamRefused } from '@/kubernetes/kubelet/streaming/pod-streams.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { ClusterParts } from './parts.ts';
import { kubeletAt } from './pod-logs.ts';

const nothing = (): void => undefined;
const silent: StreamInput = { input: nothing, endInput: nothing, resize: nothing, stop: nothing };

/** Upstream: the API server's UpgradeAwareProxy and StreamTranslator, whose words the refusals have. */
export function podStreams(parts: ClusterParts): ConnectSource {
  return (request, port, sink) => {
    const refuse = (message: string): StreamInput => {
      sink.ended({ kind: 'failed', message });
      return silent;
    };
    const kubelet = kubeletAt(parts, request.nodeName);
    if ('why' in kubelet) return refuse(`error dialing backend: ${kubelet.why}`);
    try {
      return begin(kubelet, request, port, sink);
    } catch (error) {
      if (error instanceof StreamRefused) return refuse(`unable to upgrade connection: ${error.message}`);
      throw error;
    }
  };
}

function begin(kubelet: Kubelet, request: ConnectRequest, port: number, sink: StreamSink): StreamInput {
  const { kind, namespace, pod, container, command } = request;
  if (kind === 'portforward') return kubelet.portForward(namespace, pod, port, sink);
  if (kind === 'attach') return kubelet.attach(namespace, pod, container, request, sink);
  return kubelet.exec(namespace, pod, container, command, request, sink);
}

const proxyPatience = seconds(60);

/** Requests go out from the control plane's machine. */
export function proxiedRequests(parts: ClusterParts, context: Context): ProxySource {
  return function* (target, request) {
    if ('node' in target) return kubeletAnswer(parts, target.node, request.path);
    const machine = parts.world.machine(parts.controlPlane);
    if (!machine) throw new Error('there is no control plane');
    const { ip, port } = target;
    const response = yield* context.within(proxyPatience, machine.network.http(ip, port, { ...request, headers: { ...request.headers, host: `${ip}:${port}` } }));
    if (!response) throw new Error(`dial tcp ${ip}:${port}: i/o timeout`);
    return response;
  };
}

/** What a kubelet answers over HTTP. Differs: of its endpoints only the two that people look at by hand. */
function kubeletAnswer(parts: ClusterParts, node: string, path: string): ProxiedResponse {
  const kubelet = kubeletAt(parts, node);
  if ('why' in kubelet) throw new Error(kubelet.why);
  const text = { 'content-type': 'text/plain; charset=utf-8' };
  switch (path.split('?')[0]) {
    case '/healthz':
      return { status: 200, headers: text, body: 'ok' };
    case '/pods':
    case '/pods/':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: kubelet.ownPods }) };
    default:
      return { status: 404, headers: text, body: '404 page not found\n' };
  }
}
