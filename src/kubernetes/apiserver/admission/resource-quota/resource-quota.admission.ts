// Refuses what would exceed a quota, and books what does not at once, so that two requests cannot take the same last piece.
// Upstream: apiserver/pkg/admission/plugin/resourcequota/controller.go.
import type { Task } from '@/simulation/process/task.ts';
import { isInScope, scopeRequirements } from '../../../api/core/v1/resourcequota/scopes.ts';
import type { ResourceQuota } from '../../../api/core/v1/resourcequota/types.ts';
import { limitsOf, unspecified, usageOf } from '../../../api/core/v1/resourcequota/usage.ts';
import type { Pod } from '../../../api/core/v1/pod/types.ts';
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import type { ResourceAmounts } from '../../../apimachinery/resources/resources.ts';
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import { internalError } from '../../../apimachinery/status/status.ts';
import type { AdmissionAccess, AdmissionAttributes, AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';

const maxTries = 5;
const changeable: ReadonlySet<string> = new Set(['services', 'persistentvolumeclaims']);

export const plugin: AdmissionDescriptor = {
  name: 'ResourceQuota',
  explain: 'Refuses what would exceed a quota of its namespace, and books what does not.',
  operations: ['CREATE', 'UPDATE'],
  resources: ['*'],
  *settle(attributes, access) {
    const { operation, resource, subresource, namespace } = attributes;
    if (subresource !== '' || namespace === '' || (operation === 'UPDATE' && !changeable.has(resource.name))) return;
    for (let tries = 0; tries < maxTries; tries++) {
      const quotas = [...access.list('', 'resourcequotas', namespace)] as ResourceQuota[];
      if (quotas.length === 0 || (yield* book(attributes, access, quotas))) return;
    }
    throw new StatusError(internalError('could not book the usage of a quota: too many other writers'));
  },
};

/** Books the object in all quotas that are about it; false when somebody else booked meanwhile. */
function* book(
  attributes: AdmissionAttributes,
  access: AdmissionAccess,
  quotas: readonly ResourceQuota[],
): Task<boolean> {
  const { object, isDryRun } = attributes;
  if (!object) return true;
  const concerned = quotas.filter((quota) => concerns(quota, attributes));
  for (const quota of concerned) refuseUnclear(quota, attributes);
  if (concerned.length === 0) return true;
  const change = changeOf(attributes, access);
  const booked = concerned.map((quota) => withBooked(quota, change, attributes));
  if (isDryRun) return true;
  for (const [at, quota] of booked.entries()) {
    if (quota === concerned[at]) continue;
    if (!(yield* access.writeStatus('', 'resourcequotas', quota))) return false;
  }
  return true;
}

function limitNames(quota: ResourceQuota, { resource }: AdmissionAttributes): readonly string[] {
  return limitsOf(resource.group, resource.plural, Object.keys(quota.status.hard ?? {}));
}

function concerns(quota: ResourceQuota, attributes: AdmissionAttributes): boolean {
  const { resource, object } = attributes;
  const { group, plural } = resource;
  if (!object || limitsOf(group, plural, Object.keys(quota.spec.hard ?? {})).length === 0) return false;
  return scopeRequirements(quota).length === 0 || isInScope(quota, group, plural, object);
}

/** Refuses what says too little to be booked, and everything while nobody has counted yet. */
function refuseUnclear(quota: ResourceQuota, attributes: AdmissionAttributes): void {
  const { resource, object, operation } = attributes;
  const { name } = quota.metadata;
  const limits = limitNames(quota, attributes);
  if (resource.name === 'pods' && operation === 'CREATE') {
    const missing = unspecified(object as Pod, limits);
    if (missing !== undefined) throw refusal(attributes, `failed quota: ${name}: must specify ${missing}`);
  }
  const uncounted =
    limits.length === 0
      ? limitsOf(resource.group, resource.plural, Object.keys(quota.spec.hard ?? {}))
      : limits.filter((limit) => quota.status.used?.[limit] === undefined);
  if (uncounted.length > 0) {
    const names = [...uncounted].sort().join(',');
    throw refusal(attributes, `status unknown for quota: ${name}, resources: ${names}`);
  }
}

/** What the write takes more than before; never less than nothing. */
function changeOf({ resource, object, previous }: AdmissionAttributes, access: AdmissionAccess): ResourceAmounts {
  const { group, plural } = resource;
  const next = object ? usageOf(group, plural, object, access.now) : {};
  if (!previous) return next;
  const before = usageOf(group, plural, previous, access.now);
  const change: Record<string, Quantity> = {};
  for (const [name, amount] of Object.entries(next)) {
    const more = before[name] ? amount.sub(before[name]) : amount;
    if (more.sign > 0) change[name] = more;
  }
  return change;
}

function withBooked(quota: ResourceQuota, change: ResourceAmounts, attributes: AdmissionAttributes): ResourceQuota {
  const { hard = {}, used = {} } = quota.status;
  const sums: Record<string, string> = { ...used };
  const exceeded: string[] = [];
  for (const name of Object.keys(hard).sort()) {
    const more = change[name];
    if (!more || more.sign === 0) continue;
    const sum = parseQuantity(used[name] ?? '0').add(more);
    if (sum.cmp(parseQuantity(hard[name] ?? '0')) > 0) exceeded.push(name);
    sums[name] = sum.toString();
  }
  if (exceeded.length > 0) {
    const listed = (amountOf: (name: string) => string): string =>
      exceeded.map((name) => `${name}=${amountOf(name)}`).join(',');
    const requested = listed((name) => change[name]?.toString() ?? '0');
    const before = listed((name) => used[name] ?? '0');
    const limited = listed((name) => hard[name] ?? '0');
    const what = `requested: ${requested}, used: ${before}, limited: ${limited}`;
    throw refusal(attributes, `exceeded quota: ${quota.metadata.name}, ${what}`);
  }
  const isChanged = Object.keys(sums).some((name) => sums[name] !== used[name]);
  return isChanged ? { ...quota, status: { ...quota.status, used: sums } } : quota;
}
