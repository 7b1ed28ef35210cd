// A quota through the life of what it limits: counted, booked, refused, counted anew when something goes.
import { expect, it } from 'vitest';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ResourceQuota } from '@/kubernetes/api/core/v1/resourcequota/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { podsResource, resourceQuotasResource } from '@/kubernetes/client/resources.ts';
import { pod } from '@/kubernetes/testing/objects.ts';
import { startTestCluster } from '@/kubernetes/testing/test-cluster.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import { startControllerManager } from '../controller-manager.ts';

it('books what comes and notices what goes', () => {
  const cluster = startTestCluster();
  const client = cluster.client();
  startControllerManager(cluster.process('kube-controller-manager'), { client: cluster.client('kube-controller-manager/v1.36.2') });
  cluster.pass(seconds(1));
  const quotas = client.of<ResourceQuota>(resourceQuotasResource);
  const pods = client.of<Pod>(podsResource);
  const spec = { hard: { pods: '2', 'requests.cpu': '1' } };
  cluster.run(quotas.create('default', { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec, status: {} }));
  const used = (): string => {
    const { used = {} } = cluster.run(quotas.get('default', 'q')).status;
    return `${used['pods']} ${used['requests.cpu']}`;
  };
  const create = (name: string, cpu?: string): string => {
    const resources = cpu === undefined ? {} : { requests: { cpu } };
    try {
      cluster.run(pods.create('default', pod(name, { containers: [{ name: 'app', image: 'nginx', resources }] as never })));
      return used();
    } catch (error) {
      if (error instanceof StatusError) return error.message.replace(/^.*forbidden: /, '');
      throw error;
    }
  };
  const steps = [create('early', '100m')];
  cluster.pass(seconds(1));
  steps.push(used(), create('silent'), create('a', '400m'), create('b', '700m'), create('b', '600m'), create('c', '1m'));
  cluster.run(pods.delete('default', 'a', { gracePeriodSeconds: 0 }));
  cluster.pass(seconds(1));
  steps.push(used(), create('c', '1m'));
  expect(steps).toEqual([
    'status unknown for quota: q, resources: pods,requests.cpu',
    '0 0',
    'failed quota: q: must specify requests.cpu for: app',
    '1 400m',
    'exceeded quota: q, requested: requests.cpu=700m, used: requests.cpu=400m, limited: requests.cpu=1',
    '2 1',
    'exceeded quota: q, requested: pods=1,requests.cpu=1m, used: pods=2,requests.cpu=1, limited: pods=2,requests.cpu=1',
    '1 600m',
    '2 601m',
  ]);
});
