// agnhost: the test server of the Kubernetes project, by its subcommands.
import { NetworkError, type HttpRequest, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { optionOf } from '../../programs/options.ts';
import { splitTarget, textResponse } from '../../network/payload.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';

function netexec(container: ContainerContext, request: HttpRequest): HttpResponse {
  const { path, query } = splitTarget(request.path);
  switch (path) {
    case '/':
      return textResponse(200, `NOW: ${container.now}`);
    case '/hostname':
    case '/hostName':
      return textResponse(200, container.pod.hostname);
    case '/echo':
      return textResponse(Number(query.code ?? 200), query.msg ?? '');
    case '/healthz':
      return textResponse(200, '');
    case '/exit': {
      container.process.soon(() => container.exit(Number(query.code ?? 0)));
      return textResponse(200, '');
    }
    default:
      return textResponse(404, '404 page not found\n');
  }
}

function* connect(container: ContainerContext, target: string): Task<number> {
  const [host = '', port = '80'] = target.split(':');
  try {
    const end = yield* container.network.dial(host, Number(port));
    end.close();
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const words = { refused: 'REFUSED', timeout: 'TIMEOUT', unreachable: 'OTHER', reset: 'OTHER', 'no-such-host': 'DNS' };
    container.log(words[error.reason], 'stderr');
    return 1;
  }
}

export const image: ImageBehaviour = {
  name: 'agnhost',
  explain:
    "The Kubernetes project's test server: pause, netexec, serve-hostname, connect, and a liveness server that turns bad after 10 s.",
  fidelity: 'simplified',
  repositories: [
    'registry.k8s.io/e2e-test-images/agnhost',
    '*/agnhost',
    'registry.k8s.io/liveness',
    'k8s.gcr.io/liveness',
    '*/liveness',
  ],
  sizeBytes: () => 53_000_000,
  entrypoint: ['/agnhost'],
  command: ['pause'],
  ports: [8080],
  userland: 'busybox',
  mainPrograms: ['agnhost'],
  usage: { idleCpuMillicores: 1, memoryBytes: 10_000_000, cpuMicrosecondsPerRequest: 150 },
  *start(container, { argv }) {
    const subcommand =
      argv[1] === '/server' ? 'liveness' : (argv[1] ?? (container.image.path.endsWith('liveness') ? 'liveness' : 'pause'));
    const { network, startedAt } = container;
    if (subcommand === 'connect') return yield* connect(container, argv.at(-1) ?? '');
    if (subcommand === 'netexec')
      network.listenHttp(Number(optionOf(argv, 'http-port') ?? 8080), (request) => netexec(container, request));
    else if (subcommand === 'serve-hostname')
      network.listenHttp(Number(optionOf(argv, 'port') ?? 9376), () => textResponse(200, container.pod.hostname));
    else if (subcommand === 'liveness') {
      network.listenHttp(8080, ({ path }) => {
        const age = (container.now - startedAt) / 1e6;
        if (path === '/started') return textResponse(200, `${age}s`);
        return age > 10 ? textResponse(500, `error: ${age}`) : textResponse(200, 'ok');
      });
    } else if (subcommand !== 'pause') {
      container.log(`Error: unknown command "${subcommand}" for "app"`, 'stderr');
      return 1;
    }
    yield* container.untilSignal();
    return subcommand === 'pause' ? 0 : 2;
  },
};
