// A web service that says who answered: pod, machine and address.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { textResponse } from '../../network/payload.ts';
import { optionOf } from '../../programs/options.ts';

export const image: ImageBehaviour = {
  name: 'http-echo',
  explain: 'A web service that answers every request with its pod, its machine and its address, or with the text it was given.',
  fidelity: 'simplified',
  repositories: [
    'docker.io/hashicorp/http-echo',
    '*/http-echo',
    '*/echoserver',
    '*/echo-server',
    '*/echo-basic',
    '*/whoami',
    '*/serve_hostname',
    '*/node-hello',
  ],
  sizeBytes: () => 8_000_000,
  entrypoint: ['/http-echo'],
  command: [],
  ports: [5678],
  userland: 'none',
  mainPrograms: ['http-echo'],
  usage: { idleCpuMillicores: 1, memoryBytes: 5_000_000, cpuMicrosecondsPerRequest: 200 },
  start(container, { argv, env }) {
    const { pod, machine, image } = container;
    const name = image.path.slice(image.path.lastIndexOf('/') + 1);
    const usual: Readonly<Record<string, number>> = {
      echoserver: 8080,
      'node-hello': 8080,
      serve_hostname: 9376,
      whoami: 80,
      'echo-basic': 3000,
    };
    const port = Number(
      (optionOf(argv, 'listen') ?? '').split(':').at(-1) || optionOf(argv, 'port') || env.PORT || (usual[name] ?? 5678),
    );
    const text =
      optionOf(argv, 'text') ??
      (name === 'node-hello' ? 'Hello Kubernetes!' : name === 'serve_hostname' ? pod.hostname : undefined);
    container.network.listenHttp(port, (request, peer) => {
      const body =
        text ??
        `Hostname: ${pod.hostname}\nPod: ${pod.namespace}/${pod.name}\nNode: ${machine.name}\nIP: ${pod.ip}\nRemoteAddr: ${peer.ip}\n${request.method} ${request.path}`;
      return textResponse(200, `${body}\n`);
    });
    container.log(`Server is listening on :${port}`);
    return undefined;
  },
};
