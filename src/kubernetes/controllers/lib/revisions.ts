// The history of workloads that keep their templates as ControllerRevisions. Upstream: pkg/controller/history/controller_history.go.
import { canonicalJson, equalJson } from '@/base/json.ts';
import { utf8Bytes } from '@/base/utf8.ts';
import type { ControllerRevision } from '@/kubernetes/api/apps/v1/controllerrevision/types.ts';
import type { PodTemplateSpec } from '@/kubernetes/api/core/v1/pod/types.ts';

/** What a revision holds of its owner: a patch that puts the template back. */
export function templatePatch(template: PodTemplateSpec): object {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** Oldest first: by number, then by age, then by name. */
export function inOrder(revisions: readonly ControllerRevision[]): readonly ControllerRevision[] {
  return [...revisions].sort((a, b) => {
    if (a.revision !== b.revision) return a.revision - b.revision;
    const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
    if (left !== right) return left < right ? -1 : 1;
    return a.metadata.name < b.metadata.name ? -1 : 1;
  });
}

export function nextRevision(revisions: readonly ControllerRevision[]): number {
  return revisions.reduce((highest, one) => Math.max(highest, one.revision), 0) + 1;
}

export const holdsSame = (a: ControllerRevision, data: object): boolean => equalJson(a.data, data);

/** FNV-1 over the data as Go writes it, with what tells it from one of the same name. */
export function revisionHash(data: object, collisionCount: number): string {
  let hash = 0x811c9dc5;
  for (const byte of utf8Bytes(canonicalJson(data) + String(collisionCount))) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return [...String(hash)].map((digit) => alphabet.charAt(digit.charCodeAt(0) % alphabet.length)).join('');
}
