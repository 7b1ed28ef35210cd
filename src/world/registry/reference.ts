// Image references, read as Docker and containerd read them: `nginx` is `docker.io/library/nginx:latest`.

export interface ImageReference {
  /** Registry host: `docker.io`, `registry.k8s.io`. */
  readonly host: string;
  /** Path below the host: `library/nginx`. */
  readonly path: string;
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…` when the image is named by digest. */
  readonly digest: string;
  /** The full reference: `docker.io/library/nginx:latest`. */
  readonly full: string;
}

const cache = new Map<string, ImageReference | undefined>();
const largestCache = 10_000;

/** The parts of an image name; undefined when it is none. */
export function parseReference(image: string): ImageReference | undefined {
  if (cache.has(image)) return cache.get(image);
  const reference = parse(image);
  if (cache.size >= largestCache) cache.clear();
  cache.set(image, reference);
  return reference;
}

function parse(image: string): ImageReference | undefined {
  let rest = image;
  let digest = '';
  const at = rest.indexOf('@');
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
    if (!/^sha256:[0-9a-f]{64}$/.test(digest)) return undefined;
  }
  let tag = '';
  const colon = rest.lastIndexOf(':');
  if (colon > rest.lastIndexOf('/')) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!/^\w[\w.-]{0,127}$/.test(tag)) return undefined;
  }
  const slash = rest.indexOf('/');
  const first = slash < 0 ? '' : rest.slice(0, slash);
  const isHost = first.includes('.') || first.includes(':') || first === 'localhost';
  const host = isHost ? (first === 'index.docker.io' ? 'docker.io' : first) : 'docker.io';
  let path = isHost ? rest.slice(slash + 1) : rest;
  if (!/^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(path)) return undefined;
  if (!/^[A-Za-z0-9.-]+(?::\d+)?$/.test(host)) return undefined;
  if (host === 'docker.io' && !path.includes('/')) path = `library/${path}`;
  if (tag === '' && digest === '') tag = 'latest';
  const repository = `${host}/${path}`;
  return { host, path, repository, tag, digest, full: `${repository}${tag ? `:${tag}` : ''}${digest ? `@${digest}` : ''}` };
}
