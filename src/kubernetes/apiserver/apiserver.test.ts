// What clients inside the emulation count on: reads and writes, conflicts, deletion, allocation, and who is told of what.
import { describe, expect, it } from 'vitest';
import { seconds } from '@/simulation/clock/duration.ts';
import type { KubeObject } from '../apimachinery/meta/meta.ts';
import type { ReplicaSet } from '../api/apps/v1/replicaset/types.ts';
import type { ConfigMap } from '../api/core/v1/configmap/types.ts';
import type { Event } from '../api/core/v1/event/types.ts';
import type { Namespace } from '../api/core/v1/namespace/types.ts';
import type { Pod } from '../api/core/v1/pod/types.ts';
import type { Service } from '../api/core/v1/service/types.ts';
import {
  configMapsResource,
  eventsResource,
  namespacesResource,
  podsResource,
  replicaSetsResource,
  serviceAccountsResource,
  servicesResource,
} from '../client/resources.ts';
import { configMap, pod, service } from '../testing/objects.ts';
import { startTestCluster, type TestCluster } from '../testing/test-cluster.ts';
import { startApiServer } from './apiserver.ts';

const start = (): TestCluster => startTestCluster({ disabledAdmission: ['ServiceAccount'] });

/** Follows a resource and gives what was heard so far. */
function follow(cluster: TestCluster, resource: typeof podsResource, options: object): string[] {
  const heard: string[] = [];
  cluster.run(
    cluster
      .client()
      .of(resource)
      .watch('', options, {
        event: ({ type, object }) => heard.push(`${type} ${object.metadata.name ?? ''}`.trim()),
        end: () => heard.push('end'),
      }),
  );
  return heard;
}

describe('objects', () => {
  it('are created, patched, updated, listed and deleted', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    cluster.run(maps.create('default', configMap('a', { x: '1' })));
    const patched = cluster.run(maps.patch('default', 'a', 'merge', { data: { y: '2' } }));
    const updated = cluster.run(maps.update({ ...patched, data: { z: '3' } }));
    const listed = cluster.run(maps.list('default')).items.map(({ metadata }) => metadata.name);
    cluster.run(maps.delete('default', 'a'));
    const left = cluster.run(maps.list('')).items.length;
    expect([patched.data, updated.data, listed, left]).toEqual([{ x: '1', y: '2' }, { z: '3' }, ['a'], 0]);
    expect(cluster.timeline('api').slice(-4)).toEqual([
      'Created ConfigMap/default/a',
      'Patched ConfigMap/default/a',
      'Updated ConfigMap/default/a',
      'Deleted ConfigMap/default/a',
    ]);
  });

  it('keep what a stale writer did not see', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    const first = cluster.run(maps.create('default', configMap('a')));
    cluster.run(maps.update({ ...first, data: { x: '1' } }));
    expect(() => cluster.run(maps.update({ ...first, data: { x: '2' } }))).toThrow('the object has been modified');
    expect(cluster.timeline('refusal')).toEqual(['Conflict ConfigMap/default/a']);
  });

  it('are not written by a dry run, nor by a write that changes nothing', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    cluster.run(maps.create('default', configMap('dry'), { dryRun: ['All'] }));
    const created = cluster.run(maps.create('default', configMap('a', { x: '1' })));
    const revision = cluster.etcd.revision;
    cluster.run(maps.patch('default', 'a', 'merge', { data: { x: '1' } }));
    cluster.run(maps.update(created));
    expect(cluster.etcd.revision).toBe(revision);
    expect(cluster.run(maps.list('default')).items.length).toBe(1);
  });

  it('of one stored template share their spec', () => {
    const cluster = startTestCluster();
    const client = cluster.client();
    cluster.run(
      client
        .of(serviceAccountsResource)
        .create('default', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }),
    );
    const { spec } = pod('');
    const template = { metadata: { labels: { app: 'web' } }, spec };
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web' },
      spec: { selector: { matchLabels: { app: 'web' } }, template },
    };
    const stored = cluster.run(
      client.of<ReplicaSet>(replicaSetsResource).create('default', set as unknown as ReplicaSet),
    ).spec.template;
    const pods = client.of<Pod>(podsResource);
    const wanted = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'web-', ...stored.metadata },
      spec: stored.spec,
    };
    const make = (): Pod => cluster.run(pods.create('default', wanted));
    const [a, b] = [make(), make()];
    expect(a.metadata.name).not.toBe(b.metadata.name);
    expect(a.spec).toBe(b.spec);
  });

  it('in old revisions are read until they are compacted', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    const { resourceVersion } = cluster.run(maps.create('default', configMap('a'))).metadata;
    cluster.run(maps.delete('default', 'a'));
    const then = (): number =>
      cluster.run(maps.list('default', { resourceVersion, resourceVersionMatch: 'Exact' })).items.length;
    expect(then()).toBe(1);
    cluster.pass(seconds(601));
    expect(then).toThrow('too old resource version');
  });

  it('that are Events end after an hour', () => {
    const cluster = start();
    const events = cluster.client().of<Event>(eventsResource);
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
    };
    cluster.run(events.create('default', event as unknown as Event));
    cluster.pass(seconds(3500));
    expect(cluster.run(events.list('default')).items.length).toBe(1);
    cluster.pass(seconds(200));
    expect(cluster.run(events.list('default')).items.length).toBe(0);
  });
});

describe('deletion', () => {
  it('gives a pod on a node its grace, and waits for finalizers', () => {
    const cluster = start();
    const pods = cluster.client().of<Pod>(podsResource);
    const heard = follow(cluster, podsResource, { resourceVersion: '0' });
    cluster.run(pods.create('default', pod('a', { nodeName: 'n1' })));
    cluster.run(pods.delete('default', 'a'));
    cluster.run(pods.delete('default', 'a'));
    expect(cluster.run(pods.get('default', 'a')).metadata.deletionGracePeriodSeconds).toBe(30);
    cluster.run(pods.delete('default', 'a', { gracePeriodSeconds: 0 }));
    cluster.run(pods.create('default', pod('b', {}, { finalizers: ['example.com/hold'] })));
    cluster.run(pods.delete('default', 'b', { gracePeriodSeconds: 0 }));
    cluster.run(pods.patch('default', 'b', 'merge', { metadata: { finalizers: null } }));
    cluster.settle();
    expect(heard).toEqual(['ADDED a', 'MODIFIED a', 'MODIFIED a', 'DELETED a', 'ADDED b', 'MODIFIED b', 'DELETED b']);
  });

  it('of a namespace waits until it is finalized, and nothing new is made in it', () => {
    const cluster = start();
    const client = cluster.client();
    const namespaces = client.of<Namespace>(namespacesResource);
    cluster.run(
      namespaces.create('', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } as Namespace),
    );
    cluster.run(namespaces.delete('', 'shop'));
    const left = cluster.run(namespaces.get('', 'shop'));
    expect(left.status.phase).toBe('Terminating');
    expect(() => cluster.run(client.of<ConfigMap>(configMapsResource).create('shop', configMap('a')))).toThrow(
      'because it is being terminated',
    );
    cluster.run(namespaces.update({ ...left, spec: { finalizers: [] } }, { subresource: 'finalize' }));
    expect(() => cluster.run(namespaces.get('', 'shop'))).toThrow('not found');
    expect(() => cluster.run(namespaces.delete('', 'default'))).toThrow('this namespace may not be deleted');
  });

  it('says to the garbage collector what is to become of dependents', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    const after = (policy: 'Orphan' | 'Foreground' | 'Background'): readonly string[] | undefined => {
      const name = policy.toLowerCase();
      cluster.run(maps.create('default', configMap(name)));
      cluster.run(maps.delete('default', name, { propagationPolicy: policy }));
      const found = cluster.run(maps.list('default', { fieldSelector: `metadata.name=${name}` })).items[0];
      return found?.metadata.finalizers;
    };
    expect([after('Orphan'), after('Foreground'), after('Background')]).toEqual([
      ['orphan'],
      ['foregroundDeletion'],
      undefined,
    ]);
  });
});

describe('watches', () => {
  it('of one node hear only of its pods, and of pods that leave their selection', () => {
    const cluster = start();
    const pods = cluster.client().of<Pod>(podsResource);
    const onNode = follow(cluster, podsResource, { fieldSelector: 'spec.nodeName=n1', resourceVersion: '0' });
    const running = follow(cluster, podsResource, { fieldSelector: 'status.phase=Running', resourceVersion: '0' });
    for (const name of ['a', 'b']) cluster.run(pods.create('default', pod(name)));
    const bind = (name: string, node: string): void => {
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: node } };
      cluster.run(pods.createSubresource('default', name, 'binding', binding));
    };
    bind('a', 'n1');
    bind('b', 'n2');
    for (const phase of ['Running', 'Failed'])
      cluster.run(pods.patch('default', 'a', 'merge', { status: { phase } }, { subresource: 'status' }));
    cluster.settle();
    expect([onNode, running]).toEqual([
      ['ADDED a', 'MODIFIED a', 'MODIFIED a'],
      ['ADDED a', 'DELETED a'],
    ]);
    expect(() => bind('a', 'n2')).toThrow('pod a is already assigned to node "n1"');
  });

  it('go on from a revision without a gap, or say that it is too old', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    follow(cluster, configMapsResource, { resourceVersion: '0' });
    const { resourceVersion } = cluster.run(maps.create('default', configMap('a'))).metadata;
    cluster.run(maps.create('default', configMap('b')));
    cluster.run(maps.delete('default', 'a'));
    const heard = follow(cluster, configMapsResource, { resourceVersion });
    const tooOld = follow(cluster, configMapsResource, { resourceVersion: '1' });
    cluster.settle();
    expect([heard, tooOld]).toEqual([
      ['ADDED b', 'DELETED a'],
      ['ERROR', 'end'],
    ]);
  });

  it('list first, mark the end of the list, and are kept fresh by bookmarks', () => {
    const cluster = start();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    cluster.run(maps.create('default', configMap('a')));
    const options = {
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: true,
      timeoutSeconds: 100,
    };
    const heard = follow(cluster, configMapsResource, { ...options, fieldSelector: 'metadata.name=a' });
    cluster.run(maps.create('default', configMap('b')));
    cluster.pass(seconds(101));
    expect(heard).toEqual(['ADDED a', 'BOOKMARK', 'BOOKMARK', 'end']);
  });

  it('carry the occurrence of the write as their cause', () => {
    const cluster = start();
    const causes: string[] = [];
    cluster.run(
      cluster
        .client()
        .of(configMapsResource)
        .watch(
          '',
          { resourceVersion: '0' },
          {
            event: (_event, cause) => causes.push(cluster.occurrences.get(cause)?.message ?? ''),
            end: () => undefined,
          },
        ),
    );
    cluster.run(cluster.client('kubectl/v1.36.2').of<ConfigMap>(configMapsResource).create('default', configMap('a')));
    cluster.settle();
    expect(causes).toEqual(['ConfigMap/default/a was created by kubectl']);
  });
});

describe('Services', () => {
  it('get addresses and node ports, keep them, and give them back', () => {
    const cluster = start();
    const services = cluster.client().of<Service>(servicesResource);
    const first = cluster.run(services.create('default', service('a', { type: 'NodePort' })));
    const port = first.spec.ports?.[0]?.nodePort as number;
    const taken = service('b', {
      type: 'NodePort',
      clusterIP: first.spec.clusterIP,
      ports: [{ port: 80, nodePort: port }],
    });
    expect(() => cluster.run(services.create('default', taken))).toThrow('provided IP is already allocated');
    const plain = cluster.run(services.patch('default', 'a', 'merge', { spec: { type: 'ClusterIP' } }));
    expect([plain.spec.clusterIP, plain.spec.ports?.[0]?.nodePort]).toEqual([first.spec.clusterIP, undefined]);
    cluster.run(services.delete('default', 'a'));
    expect(cluster.run(services.create('default', taken)).spec.clusterIP).toBe(first.spec.clusterIP);
  });

  it('keep theirs when another API server takes over', () => {
    const cluster = start();
    cluster.run(
      cluster
        .client()
        .of<Service>(servicesResource)
        .create('default', service('a', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })),
    );
    const second = startApiServer(cluster.process('second'), { etcd: cluster.etcd, advertiseAddress: '10.0.0.11' });
    const answer = cluster.run(
      second.handle({
        ...servicesResource,
        verb: 'create',
        namespace: 'default',
        credential: { kind: 'certificate', user: 'admin', groups: ['system:masters'] },
        userAgent: 'test',
        body: service('b', { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }),
      }),
    );
    expect((answer.body as { message: string }).message).toContain('provided port is already allocated');
  });

  it('include the one of the API server itself', () => {
    const cluster = start();
    expect(
      cluster.run(cluster.client().of<Service>(servicesResource).get('default', 'kubernetes')).spec.clusterIP,
    ).toBe('10.96.0.1');
    expect(cluster.server.isReady).toBe(true);
  });
});

describe('access', () => {
  it('is for those who may', () => {
    const cluster = start();
    const jane = cluster.client('kubectl/v1', { kind: 'certificate', user: 'jane', groups: ['developers'] });
    expect(() => cluster.run(jane.of<KubeObject>(podsResource).list('default'))).toThrow(
      'pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    const stranger = cluster.client('kubectl/v1', { kind: 'token', token: 'nobody' });
    expect(() => cluster.run(stranger.of<KubeObject>(podsResource).list('default'))).toThrow('Unauthorized');
  });
});
