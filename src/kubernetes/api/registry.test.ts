// The laws of a resource, for every one of them.
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/meta/meta.ts';
import { schemaOf } from '../apimachinery/schema/schema.ts';
import { parseRfc3339, type Instant } from '@/simulation/clock/duration.ts';
import { Random } from '@/simulation/random/random.ts';
import { resourceFor, resourceForKind, resources } from './registry.ts';
import type { ResourceDescriptor, WriteContext } from './resource.ts';

const now = parseRfc3339('2026-01-01T09:00:00Z') as Instant;
const context: WriteContext = { now, random: new Random('laws'), user: { name: 'admin', groups: [] } };

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
};
const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' };
const selector = { matchLabels: { app: 'web' } };

/** What an author writes at the least; members that a kind does not have are left alone. */
const written: Readonly<Record<string, object>> = {
  RoleBinding: { roleRef },
  ClusterRoleBinding: { roleRef },
  Pod: { spec: template.spec },
  Deployment: { spec: { selector, template } },
  ReplicaSet: { spec: { selector, template } },
  ReplicationController: { spec: { selector: { app: 'web' }, template } },
  PodTemplate: { template },
  Job: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
  DaemonSet: { spec: { selector, template } },
  StatefulSet: { spec: { selector, template, serviceName: 'web' } },
  ControllerRevision: { revision: 1, data: {} },
  CronJob: {
    spec: {
      schedule: '* * * * *',
      jobTemplate: { spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } } },
    },
  },
  HorizontalPodAutoscaler: {
    spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3 },
  },
  Service: { spec: { ports: [{ port: 80 }] } },
  EndpointSlice: { addressType: 'IPv4', endpoints: [{ addresses: ['10.0.0.1'], conditions: {} }] },
  PriorityClass: { value: 5 },
  PersistentVolume: {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/data' },
      claimRef: { kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'web' },
    },
  },
  PersistentVolumeClaim: {
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  },
  StorageClass: { provisioner: 'example.com/disks' },
};

function sample(resource: ResourceDescriptor): KubeObject {
  const about = { kind: 'Pod', name: 'web-1', namespace: 'shop' };
  const events = resource.group === '' ? { involvedObject: about } : { regarding: about, ...newEvent };
  const place = resource.scope === 'Namespaced' ? { namespace: 'shop' } : {};
  return {
    apiVersion: resource.group === '' ? resource.version : `${resource.group}/${resource.version}`,
    kind: resource.kind,
    metadata: {
      name: 'web',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T08:00:00Z',
      ...place,
    },
    ...(resource.kind === 'Event' ? events : written[resource.kind]),
  };
}

const newEvent = {
  eventTime: '2026-01-01T08:00:00.000000Z',
  reason: 'R',
  action: 'A',
  type: 'Normal',
  reportingController: 'example.com/c',
  reportingInstance: 'i',
};

describe.each(resources.map((resource) => [resource.name, resource] as const))('%s', (_name, resource) => {
  const defaulted = resource.defaults(sample(resource));
  const created = resource.strategy.prepareForCreate(defaulted, context);

  test('is found by its names, and its type is known', () => {
    expect(resourceFor(resource.group, resource.version, resource.plural)).toBe(resource);
    expect(resourceForKind(resource.group, resource.version, resource.kind)).toBe(resource);
    expect(schemaOf(resource.model)).toBeDefined();
    expect(resource.explain.length).toBeGreaterThan(20);
  });

  test('defaults are idempotent and keep references', () => {
    expect(resource.defaults(defaulted)).toBe(defaulted);
  });

  test('a plain object passes, and so does writing it back', () => {
    expect(resource.validate(created)).toEqual([]);
    expect(
      resource.validateUpdate(resource.strategy.prepareForUpdate(created, created, context), created),
    ).toEqual([]);
  });

  test('writing back what is there changes nothing', () => {
    expect(resource.strategy.prepareForUpdate(created, created, context)).toEqual(created);
  });

  test('status and the rest never cross', () => {
    const { statusStrategy } = resource;
    if (!statusStrategy) return;
    const changed = {
      ...created,
      status: { conditions: [{ type: 'X', status: 'True' }] },
      spec: { changed: true },
    } as KubeObject;
    const before = created as KubeObject & { readonly spec: unknown; readonly status: unknown };
    expect(statusStrategy.prepareForUpdate(changed, created, context)).toMatchObject({ spec: before.spec });
    expect(
      resource.strategy.prepareForUpdate(
        { ...created, status: { other: true } } as KubeObject,
        created,
        context,
      ),
    ).toMatchObject({
      status: before.status,
    });
  });

  test('its row has a cell for each column', () => {
    expect(resource.table.cells(created, now)).toHaveLength(resource.table.columns.length);
  });

  test('it names the fields that it selects by', () => {
    expect(Object.keys(resource.selectableFields?.(created) ?? {}).sort()).toEqual(
      [...(resource.selectableFieldNames ?? [])].sort(),
    );
  });
});
