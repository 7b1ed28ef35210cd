// nginx: static files on port 80.
import type { Task } from '@/simulation/process/task.ts';
import type { ContainerContext } from '../../runtime/container-context.ts';
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { startWebServer, type WebServer } from '../../programs/web-server.ts';

const welcome = `<!DOCTYPE html>
<html>
<head><title>Welcome to nginx!</title></head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, nginx is successfully installed and working.</p>
</body>
</html>
`;

const server: WebServer = {
  documents: '/usr/share/nginx/html',
  serverHeader: 'nginx/1.29.3',
  errorPage: (status, reason) =>
    `<html>\r\n<head><title>${status} ${reason}</title></head>\r\n<body>\r\n<center><h1>${status} ${reason}</h1></center>\r\n<hr><center>nginx/1.29.3</center>\r\n</body>\r\n</html>\r\n`,
};

const megabytes: Readonly<Record<string, number>> = { alpine: 21, slim: 28, perl: 83 };

export const image: ImageBehaviour = {
  name: 'nginx',
  explain: 'A web server on port 80: serves /usr/share/nginx/html, logs every request, ends gracefully on QUIT and TERM.',
  fidelity: 'simplified',
  repositories: [
    'docker.io/library/nginx',
    'registry.k8s.io/nginx-slim',
    'k8s.gcr.io/nginx-slim',
    '*/nginx',
    '*/nginx-slim',
    '*/nginx-unprivileged',
    '*/nginxhttps',
  ],
  sizeBytes: (tag) => (megabytes[tag.split('-').at(-1) ?? ''] ?? 72) * 1e6,
  entrypoint: [],
  command: ['nginx', '-g', 'daemon off;'],
  env: { NGINX_VERSION: '1.29.3' },
  ports: [80],
  stopSignal: 3,
  userland: 'debian',
  mainPrograms: ['nginx', 'nginx-debug', 'docker-entrypoint.sh'],
  files: {
    '/usr/share/nginx/html/index.html': welcome,
    '/etc/nginx/nginx.conf': 'events {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n',
  },
  usage: { idleCpuMillicores: 0, memoryBytes: 6_000_000, cpuMicrosecondsPerRequest: 150 },
  start(container, { argv }) {
    if (argv.includes('-s')) return order(container, argv[argv.indexOf('-s') + 1] ?? '');
    startWebServer(container, server, listenPort(container.files.read('/etc/nginx/conf.d/default.conf')));
    return undefined;
  },
};

/** `nginx -s quit` and its like: a signal to the server that runs. */
function* order(container: ContainerContext, word: string): Task<number> {
  container.signal(word === 'quit' ? 3 : word === 'stop' ? 15 : 1);
  return 0;
}

function listenPort(configuration: string | undefined): number {
  const found = /\blisten\s+(?:[\d.]+:)?(\d+)/.exec(configuration ?? '');
  return found ? Number(found[1]) : 80;
}
