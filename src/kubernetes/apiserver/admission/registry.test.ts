// The laws of admission plugins: admitting twice is as good as once, and validating changes nothing.
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '@/base/json.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import { Random } from '@/simulation/random/random.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { resources } from '../../api/registry.ts';
import type { AdmissionAccess, AdmissionAttributes } from './admission.ts';
import { admissionPlugins } from './registry.ts';

const metadata = {
  name: 'a',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T09:00:00Z',
};
const present: Readonly<Record<string, KubeObject>> = {
  namespaces: { apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, name: 'default' } },
  serviceaccounts: { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...metadata, name: 'default' } },
};
const access: AdmissionAccess = {
  now: 0 as Instant,
  random: new Random('laws'),
  get: (_group, plural) => present[plural],
  list: (_group, plural) => (present[plural] ? [present[plural]] : []),
  *writeStatus() {
    return true;
  },
};
const bodies: Readonly<Record<string, object>> = {
  pods: { spec: { containers: [{ name: 'c', image: 'nginx' }] }, status: { phase: 'Pending' } },
  nodes: { spec: {}, status: {} },
};

describe.each(admissionPlugins.map((plugin) => [plugin.name, plugin] as const))('%s', (_name, plugin) => {
  const targets = resources.filter(
    ({ name }) => plugin.resources.includes(name) || (plugin.resources.includes('*') && name === 'configmaps'),
  );

  it.each(targets.map((resource) => [resource.name, resource] as const))(
    'keeps the laws for %s',
    (_resource, resource) => {
      const attributes = (object: KubeObject): AdmissionAttributes => ({
        operation: plugin.operations[0] ?? 'CREATE',
        resource,
        subresource: '',
        namespace: 'default',
        name: 'a',
        user: { name: 'admin', groups: ['system:masters'] },
        object,
        previous: undefined,
        options: {},
        isDryRun: false,
        warn: () => undefined,
      });
      const given = deepFreeze({
        apiVersion: resource.version,
        kind: resource.kind,
        metadata,
        ...bodies[resource.plural],
      } as KubeObject);
      const once = deepFreeze(plugin.admit?.(attributes(given), access) ?? given);
      const twice = plugin.admit?.(attributes(once), access) ?? once;
      plugin.validate?.(attributes(once), access);
      expect(twice).toEqual(once);
    },
  );
});
