// Apache httpd: static files on port 80.
import type { ImageBehaviour } from '../../registry/image-behaviour.ts';
import { startWebServer, type WebServer } from '../../programs/web-server.ts';

const server: WebServer = {
  documents: '/usr/local/apache2/htdocs',
  serverHeader: 'Apache/2.4.66 (Unix)',
  errorPage: (status, reason) =>
    `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n</body></html>\n`,
};

export const image: ImageBehaviour = {
  name: 'httpd',
  explain: 'A web server on port 80: serves /usr/local/apache2/htdocs and logs every request.',
  fidelity: 'simplified',
  repositories: ['docker.io/library/httpd', '*/httpd', '*/apache'],
  sizeBytes: (tag) => (tag.includes('alpine') ? 22_000_000 : 58_000_000),
  entrypoint: [],
  command: ['httpd-foreground'],
  ports: [80],
  stopSignal: 28,
  userland: 'debian',
  mainPrograms: ['httpd-foreground', 'httpd'],
  files: { '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n', '/tmp/.keep': '' },
  usage: { idleCpuMillicores: 1, memoryBytes: 9_000_000, cpuMicrosecondsPerRequest: 200 },
  start(container) {
    startWebServer(container, server, 80);
    return undefined;
  },
};
