// Budgets as evictions see them: as many pods may go as are healthy beyond what must stay.
import { expect, it } from 'vitest';
import type { PodDisruptionBudget } from '@/kubernetes/api/policy/v1/poddisruptionbudget/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import { ControlledCluster } from '../testing/controlled-cluster.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'c:1' }] } };
const selector = { matchLabels: { app: 'web' } };
const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web' }, spec: { replicas: 3, selector, template } };

function evict(stage: ControlledCluster, name: string): string {
  const pods = stage.client.of(podsResource);
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
  try {
    stage.cluster.run(pods.createSubresource('default', name, 'eviction', body));
    return 'evicted';
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return error.status.details?.causes?.[0]?.message ?? error.message;
  }
}

it('lets one pod of three go when two must stay, and the next when it has been replaced', () => {
  const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' }, spec: { minAvailable: 2, selector } };
  const stage = new ControlledCluster().addNode('n1').create(set, budget).pass(1).runPods('n1');
  const [first, second] = stage.pods().map(({ metadata }) => metadata.name);
  const answers = [evict(stage, first ?? '')];
  stage.pass(1);
  answers.push(evict(stage, second ?? ''));
  stage.pass(1).runPods('n1');
  answers.push(evict(stage, second ?? ''));
  const [status] = stage.list<PodDisruptionBudget>('policy/v1', 'PodDisruptionBudget').map((one) => one.status);
  expect({ answers, allowed: status?.disruptionsAllowed }).toEqual({
    answers: ['evicted', 'The disruption budget web needs 2 healthy pods and has 2 currently', 'evicted'],
    allowed: 0,
  });
});
