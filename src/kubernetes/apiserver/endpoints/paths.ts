// Paths that are neither resources nor their descriptions: health, version, the index. Upstream: apiserver/pkg/server/{healthz,routes}.
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { methodNotAllowed } from '../../apimachinery/status/status.ts';
import type { HttpApiRequest, HttpApiResponse } from './http.ts';
import type { PathInfo, URLQuery } from './request-info.ts';

const version = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.2',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-01-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};

const checks: Readonly<Record<string, readonly string[]>> = {
  '/healthz': [
    'ping',
    'log',
    'etcd',
    'poststarthook/bootstrap-controller',
    'poststarthook/scheduling/bootstrap-system-priority-classes',
  ],
  '/livez': [
    'ping',
    'log',
    'etcd',
    'poststarthook/bootstrap-controller',
    'poststarthook/scheduling/bootstrap-system-priority-classes',
  ],
  '/readyz': [
    'ping',
    'log',
    'etcd',
    'etcd-readiness',
    'informer-sync',
    'poststarthook/bootstrap-controller',
    'poststarthook/scheduling/bootstrap-system-priority-classes',
    'shutdown',
  ],
};

/** The answer, or undefined for a path that is not known. */
export function answerPath(
  request: HttpApiRequest,
  { path }: PathInfo,
  query: URLQuery,
  headers: Record<string, string>,
): HttpApiResponse | undefined {
  if (path === '/version' || path === '/version/') {
    if (request.method !== 'GET') throw new StatusError(methodNotAllowed());
    return {
      status: 200,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(version, null, 2),
    };
  }
  const [root = ''] = /^\/[a-z]+/.exec(path) ?? [];
  const known = checks[root];
  if (!known) return undefined;
  const plain = { ...headers, 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  const name = path.slice(root.length + 1);
  if (name !== '') return known.includes(name) ? { status: 200, headers: plain, body: 'ok' } : undefined;
  const isVerbose = query.first('verbose') !== undefined;
  const excluded = query.all('exclude');
  const lines = known
    .map((check) => (excluded.includes(check) ? `[+]${check} excluded: ok\n` : `[+]${check} ok\n`))
    .join('');
  return { status: 200, headers: plain, body: isVerbose ? `${lines}${root.slice(1)} check passed\n` : 'ok' };
}
