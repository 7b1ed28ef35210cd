// What this server serves, as clients ask for it: API groups, versions and resources, one by one or all at once.
// Upstream: apiserver/pkg/endpoints/discovery.
import { RollingHash } from '@/base/hash.ts';
import { StatusError } from '../../apimachinery/rest/rest.ts';
import { methodNotAllowed } from '../../apimachinery/status/status.ts';
import { subresourceFor } from '../registry/subresources/subresource.ts';
import { written } from './answers.ts';
import {
  allVersions,
  discoveryHash,
  groupOrder,
  listedResources,
  virtualResources,
  type ListedResource,
} from './served-list.ts';
import type { HttpApiRequest, HttpApiResponse } from './http.ts';
import { negotiate, notAcceptable } from './media.ts';

interface ResourceEntry {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

const aggregatedForm = 'APIGroupDiscoveryList apidiscovery.k8s.io v2';

/** Answers `/api`, `/apis`, `/apis/GROUP`, `/api/VERSION` and `/apis/GROUP/VERSION`. */
export class Discovery {
  private readonly groups = groupOrder();
  private aggregatedTexts = new Map<string, { text: string; etag: string }>();

  constructor(private readonly address: string) {}

  /** The answer, or undefined when the path is none of these. */
  answer(request: HttpApiRequest, path: string, headers: Record<string, string>): HttpApiResponse | undefined {
    const trimmed = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    if (trimmed === '/') return this.reply(request, headers, { paths: this.paths() });
    if (trimmed === '/api' || trimmed === '/apis') {
      if (request.method !== 'GET') throw new StatusError(methodNotAllowed());
      return (
        this.aggregated(request, trimmed, headers) ??
        this.reply(request, headers, trimmed === '/api' ? this.legacyVersions() : this.groupList())
      );
    }
    const [, root, first, second, third] = trimmed.split('/');
    if (root === 'api' && first !== undefined && second === undefined)
      return this.resourceList(request, headers, '', first);
    if (root !== 'apis' || first === undefined || third !== undefined) return undefined;
    if (second !== undefined) return this.resourceList(request, headers, first, second);
    return this.groups.includes(first)
      ? this.reply(request, headers, { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(first) })
      : undefined;
  }

  private reply(request: HttpApiRequest, headers: Record<string, string>, body: unknown): HttpApiResponse {
    const accept = request.headers['accept'];
    const wanted = negotiate(accept, []);
    // The group list and the groups are answered by the aggregator, which has no router before it.
    if (!wanted) throw new StatusError(notAcceptable(accept, { isRouted: !/^\/apis(\/[^/]+)?\/?$/.test(request.path) }));
    return { status: 200, headers: { ...headers, 'content-type': wanted.contentType }, body: written(body, wanted) };
  }

  private aggregated(
    request: HttpApiRequest,
    path: string,
    headers: Record<string, string>,
  ): HttpApiResponse | undefined {
    const wanted = negotiate(request.headers['accept'], [aggregatedForm]);
    if (wanted?.as === undefined) return undefined;
    let known = this.aggregatedTexts.get(path);
    if (!known) {
      const groups = path === '/api' ? [''] : this.groups;
      const text = `${JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items: groups.map(groupDiscovery) })}\n`;
      const hash = new RollingHash();
      hash.add(text);
      known = { text, etag: `"${hash.hex.toUpperCase()}"` };
      this.aggregatedTexts.set(path, known);
    }
    const tagged = { ...headers, etag: known.etag, vary: 'Accept', 'cache-control': 'public' };
    if (request.headers['if-none-match'] === known.etag) return { status: 304, headers: tagged, body: '' };
    return {
      status: 200,
      headers: { ...tagged, 'content-type': `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList` },
      body: known.text,
    };
  }

  private legacyVersions(): unknown {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: this.address }],
    };
  }

  private groupList(): unknown {
    return { kind: 'APIGroupList', apiVersion: 'v1', groups: this.groups.map(groupEntry) };
  }

  private resourceList(
    request: HttpApiRequest,
    headers: Record<string, string>,
    group: string,
    version: string,
  ): HttpApiResponse | undefined {
    const listed = listedIn(group, version);
    if (listed.length === 0) return undefined;
    const entries = listed.flatMap(resourceEntries).sort((a, b) => (a.name < b.name ? -1 : 1));
    const groupVersion = group === '' ? version : `${group}/${version}`;
    return this.reply(request, headers, {
      kind: 'APIResourceList',
      ...(group === '' ? {} : { apiVersion: 'v1' }),
      groupVersion,
      resources: entries,
    });
  }

  private paths(): readonly string[] {
    const versions = this.groups.flatMap((group) => [
      `/apis/${group}`,
      ...allVersions(group).map((version) => `/apis/${group}/${version}`),
    ]);
    return [
      '/.well-known/openid-configuration',
      '/api',
      '/api/v1',
      '/apis',
      '/apis/',
      '/healthz',
      '/livez',
      '/openapi/v2',
      '/openapi/v3',
      '/openapi/v3/',
      '/openid/v1/jwks',
      '/readyz',
      '/version',
      ...versions,
    ].sort();
  }
}

function listedIn(group: string, version: string): readonly ListedResource[] {
  const own = listedResources.filter((one) => one.group === group && one.version === version);
  return [...own, ...virtualResources.filter((one) => one.group === group && one.version === version)];
}

function groupEntry(name: string): {
  readonly name: string;
  readonly versions: readonly unknown[];
  readonly preferredVersion: unknown;
} {
  const versions = allVersions(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions, preferredVersion: versions[0] };
}

function groupDiscovery(group: string): unknown {
  return {
    metadata: group === '' ? {} : { name: group },
    versions: (group === '' ? ['v1'] : allVersions(group)).map((version) => ({
      version,
      resources: [...listedIn(group, version)].sort((a, b) => (a.plural < b.plural ? -1 : 1)).map(resourceDiscovery),
      freshness: 'Current',
    })),
  };
}

function resourceDiscovery(listed: ListedResource): unknown {
  const { plural, kind, scope, singular, verbs, shortNames, categories } = listed;
  const subresources = subresourceEntries(listed);
  return {
    resource: plural,
    responseKind: { group: '', version: '', kind },
    scope,
    singularResource: singular,
    verbs: [...verbs].sort(),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(subresources.length > 0
      ? {
          subresources: subresources.map(({ name, group = '', version = '', kind: responseKind, verbs: subverbs }) => ({
            subresource: name.slice(plural.length + 1),
            responseKind: { group, version, kind: responseKind },
            verbs: subverbs,
          })),
        }
      : {}),
  };
}

function resourceEntries(listed: ListedResource): readonly ResourceEntry[] {
  const { plural, singular, scope, kind, verbs, shortNames, categories } = listed;
  const main: ResourceEntry = {
    name: plural,
    singularName: singular,
    namespaced: scope === 'Namespaced',
    kind,
    verbs: [...verbs].sort(),
    ...(shortNames.length > 0 ? { shortNames } : {}),
    ...(categories.length > 0 ? { categories } : {}),
    ...(listed.isStored ? { storageVersionHash: discoveryHash(listed) } : {}),
  };
  return [main, ...subresourceEntries(listed)];
}

function subresourceEntries(listed: ListedResource): readonly ResourceEntry[] {
  return [...listed.subresources].sort().flatMap((subresource): ResourceEntry[] => {
    const handler = subresourceFor(listed.name, subresource);
    if (!handler) return [];
    return [
      {
        name: `${listed.plural}/${subresource}`,
        singularName: '',
        namespaced: listed.scope === 'Namespaced',
        ...(handler.kind && handler.kind.group !== listed.group
          ? { group: handler.kind.group, version: handler.kind.version }
          : {}),
        kind: handler.kind?.kind ?? listed.kind,
        verbs: [...handler.verbs].sort(),
      },
    ];
  });
}
