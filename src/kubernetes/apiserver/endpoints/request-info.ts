// What a URL asks for: a resource's verb, or a path that is no resource. Upstream: apiserver/pkg/endpoints/request/requestinfo.go.
import type { Verb } from '../../apimachinery/rest/rest.ts';

/** A request for a resource. */
export interface ResourceInfo {
  readonly isResource: true;
  readonly verb: Verb;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** What stands after the subresource, as in `pods/x/proxy/a/b`. */
  readonly rest: string;
}

/** A request for anything else; the verb is the HTTP method in lower case. */
export interface PathInfo {
  readonly isResource: false;
  readonly verb: string;
  readonly path: string;
}

const verbs: Readonly<Record<string, Verb>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Reads the path, decoded, and the query's `watch`. */
export function requestInfo(method: string, path: string, query: URLQuery): ResourceInfo | PathInfo {
  const asPath: PathInfo = { isResource: false, verb: method.toLowerCase(), path };
  const parts = path.split('/').filter((part) => part !== '');
  const root = parts.shift();
  if (root !== 'api' && root !== 'apis') return asPath;
  const group = root === 'api' ? '' : parts.shift();
  const version = parts.shift();
  if (group === undefined || version === undefined || parts.length === 0) return asPath;
  // A method that no resource knows is refused by its route.
  let verb: Verb = verbs[method] ?? 'get';
  if (parts[0] === 'watch' && parts.length > 1) {
    parts.shift();
    verb = 'watch';
  }
  let namespace: string | undefined;
  if (parts[0] === 'namespaces' && parts.length > 2 && parts[2] !== 'status' && parts[2] !== 'finalize') {
    namespace = parts[1];
    parts.splice(0, 2);
  }
  const [resource = '', name, subresource = '', ...rest] = parts;
  if (verb === 'get' && name === undefined) verb = 'list';
  if (verb === 'list' || verb === 'get') {
    const watch = query.first('watch');
    if (watch !== undefined && watch !== 'false' && watch !== '0' && subresource === '') verb = 'watch';
  }
  if (verb === 'delete' && name === undefined) verb = 'deletecollection';
  return { isResource: true, verb, group, version, resource, subresource, namespace, name, rest: rest.join('/') };
}

/** A query's values by name. */
export class URLQuery {
  private readonly values = new Map<string, string[]>();

  constructor(raw: string) {
    for (const part of raw.split('&')) {
      if (part === '') continue;
      const at = part.indexOf('=');
      const name = decode(at < 0 ? part : part.slice(0, at));
      const value = at < 0 ? '' : decode(part.slice(at + 1));
      const known = this.values.get(name);
      if (known) known.push(value);
      else this.values.set(name, [value]);
    }
  }

  first(name: string): string | undefined {
    return this.values.get(name)?.[0];
  }

  all(name: string): readonly string[] {
    return this.values.get(name) ?? [];
  }
}

/** Percent-decoding that takes a wrong escape as it stands. */
export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function decode(text: string): string {
  return percentDecoded(text.replaceAll('+', ' '));
}
