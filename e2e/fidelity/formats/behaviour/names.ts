// How recordings name things: by kind and name, without what differs from run to run.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { Json } from './golden-case.ts';

/** The namespace that recordings leave out. */
export const homeNamespace = 'demo';

/** Generated names of a run, so that they can be found in messages. */
export class GeneratedNames {
  private readonly names = new Map<string, string>();
  private readonly ranks = new Map<string, string>();

  /** `keepsOrdinals`: whether the numbers of a StatefulSet's pods are left in their names. */
  constructor(private readonly keepsOrdinals = false) {}

  get hasRanks(): boolean {
    return this.ranks.size > 0;
  }

  /** From now on names these objects by the rank of their uid, for recordings in which uids decide. */
  rankByUid(objects: readonly KubeObject[]): void {
    const sorted = [...objects].sort((a, b) => (a.metadata.uid < b.metadata.uid ? -1 : 1));
    sorted.forEach(({ metadata: { name } }, at) => {
      this.ranks.set(name, `uid-rank-${at + 1}`);
      this.names.set(name, `uid-rank-${at + 1}`);
    });
  }

  /** `web-56bc84c78-*` for a pod that was named by the API server. */
  nameOf(object: KubeObject): string {
    const { name, generateName } = object.metadata;
    if (object.metadata.ownerReferences?.some(({ kind }) => kind === 'CronJob')) return withoutMinute(name);
    const rank = this.ranks.get(name);
    if (rank !== undefined) return rank;
    if (!generateName || !name.startsWith(generateName) || name === generateName) return name;
    if (this.keepsOrdinals && /^\d+$/.test(name.slice(generateName.length))) return name;
    const short = `${withoutMinute(generateName)}*`;
    this.names.set(name, short);
    return short;
  }

  /** `Pod/p`, `ConfigMap/far/a`, `Node/n1`. */
  keyOf(object: KubeObject): string {
    const { namespace } = object.metadata;
    const name = this.nameOf(object);
    return namespace && namespace !== homeNamespace ? `${object.kind}/${namespace}/${name}` : `${object.kind}/${name}`;
  }

  /** A text with generated names and uids taken out. */
  plain(text: string): string {
    let plain = text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>');
    for (const word of new Set(plain.split(/[^A-Za-z0-9.-]+/))) {
      const short = this.names.get(word);
      if (short !== undefined) plain = plain.replaceAll(word, short);
    }
    // A pod that was refused never became an object by which its name would be known.
    return withoutMinute(plain).replace(/(pods \\?"[a-z0-9.-]+-)[bcdfghjklmnpqrstvwxz2456789]{5}(\\?" is forbidden)/g, '$1*$2');
  }
}

/** A CronJob names its Jobs by the minute since 1970. */
function withoutMinute(text: string): string {
  return text.replace(/\bcj-\d{8}\b/g, 'cj-<minute>');
}

/** Addresses that the agents gave to pods. */
export function withoutIps(value: Json): Json {
  if (typeof value === 'string') return /^10\.244\.\d+\.\d+$/.test(value) ? '<ip>' : value;
  if (Array.isArray(value)) return value.map(withoutIps);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutIps(member as Json)]));
}
