import { describe, expect, it } from 'vitest';
import type { Task } from '@/simulation/process/task.ts';
import { StatusError } from '../apimachinery/rest/rest.ts';
import type { ConfigMap } from '../api/core/v1/configmap/types.ts';
import { configMapsResource, podsResource } from '../client/resources.ts';
import { startTestCluster } from '../testing/test-cluster.ts';

describe('API server', () => {
  it('creates, reads, patches, updates and deletes', () => {
    const cluster = startTestCluster();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    const seen = cluster.run(
      (function* (): Task<unknown[]> {
        const created = yield* maps.create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } });
        const patched = yield* maps.patch('default', 'a', 'merge', { data: { y: '2' } });
        const updated = yield* maps.update({ ...patched, data: { z: '3' } });
        const listed = yield* maps.list('default');
        yield* maps.delete('default', 'a');
        const left = yield* maps.list('');
        return [created.data, patched.data, updated.data, listed.items.length, left.items.length];
      })(),
    );
    expect(seen).toEqual([{ x: '1' }, { x: '1', y: '2' }, { z: '3' }, 1, 0]);
  });

  it('refuses a stale update', () => {
    const cluster = startTestCluster();
    const maps = cluster.client().of<ConfigMap>(configMapsResource);
    const created = cluster.run(maps.create('default', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: {} }));
    cluster.run(maps.update({ ...created, data: { x: '1' } }));
    expect(() => cluster.run(maps.update({ ...created, data: { x: '2' } }))).toThrow(StatusError);
  });

  it('tells watchers of one node only of its pods', () => {
    const cluster = startTestCluster({ disabledAdmission: ['ServiceAccount'] });
    const client = cluster.client();
    const pods = client.of(podsResource);
    const heard: string[] = [];
    cluster.run(
      pods.watch('', { fieldSelector: 'spec.nodeName=n1', resourceVersion: '0' }, {
        event: ({ type, object }) => heard.push(`${type} ${object.metadata.name}`),
        end: () => undefined,
      }),
    );
    const pod = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [{ name: 'c', image: 'nginx' }] } });
    for (const name of ['a', 'b']) cluster.run(pods.create('default', pod(name)));
    const bind = (name: string, node: string): void => {
      cluster.run(pods.createSubresource('default', name, 'binding', { apiVersion: 'v1', kind: 'Binding', metadata: { name }, target: { kind: 'Node', name: node } }));
    };
    bind('a', 'n1');
    bind('b', 'n2');
    cluster.run(pods.delete('default', 'a', { gracePeriodSeconds: 0 }));
    cluster.settle();
    expect(heard).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });
});
