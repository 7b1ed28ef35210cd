// Decisions on a picture of a cluster: budgets, spreading with policies, what is kept per template.
import { describe, expect, it } from 'vitest';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import { Random } from '@/simulation/random/random.ts';
import { Cache } from './cache/cache.ts';
import type { DisruptionBudget } from './cache/budgets.ts';
import { plugins } from './plugins/registry.ts';
import { diagnosisText, enoughNodes, Scheduling, type Decision } from './schedule.ts';
import { hostname, node, placed, pod, zone } from './testing/objects.ts';

const now = 0 as Instant;

function decide(
  cache: Cache,
  wanted: Pod,
  scheduling = new Scheduling(plugins, new Random('test')),
): Decision {
  return scheduling.decide(wanted, cache, now);
}

/** The node, or the text of the refusal. */
const outcome = (decision: Decision): string =>
  decision.kind === 'placed' ? decision.node : diagnosisText(decision.diagnosis);

const full = {
  containers: pod('x').spec.containers.map((one) => ({ ...one, resources: { requests: { cpu: '4' } } })),
};

describe('a decision', () => {
  it('breaks no disruption budget when there is another way', () => {
    const cache = new Cache();
    const budget = (allowed: number): DisruptionBudget => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'default', uid: 'b', resourceVersion: '1', creationTimestamp: '' },
      spec: { selector: { matchLabels: { app: 'web' } } },
      status: { disruptionsAllowed: allowed },
    });
    cache.setNode(node('a'));
    cache.setNode(node('b'));
    cache.setPod(placed(pod('low', { app: 'web' }, { ...full, priority: 1 }), 'a'));
    cache.setPod(placed(pod('mid', { app: 'db' }, { ...full, priority: 5 }), 'b'));
    const vip = pod('vip', {}, { ...full, priority: 9 });
    const nominated = [0, 1].map((allowed) => {
      cache.disruptionBudgets.set(budget(allowed));
      const decision = decide(cache, vip);
      return decision.kind === 'refused' ? decision.nominated?.node : undefined;
    });
    expect(nominated).toEqual(['b', 'a']);
  });

  it('counts skew only where the pod could go, unless it is told to ignore that', () => {
    const cache = new Cache();
    cache.setNode(node('a', { [zone]: 'west', disk: 'ssd' }));
    cache.setNode(node('b', { [zone]: 'east' }));
    cache.setPod(placed(pod('one', { app: 'web' }), 'a'));
    const spread = (nodeAffinityPolicy: 'Honor' | 'Ignore'): Pod =>
      pod(
        'two',
        { app: 'web' },
        {
          nodeSelector: { disk: 'ssd' },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: zone,
              whenUnsatisfiable: 'DoNotSchedule',
              labelSelector: { matchLabels: { app: 'web' } },
              nodeAffinityPolicy,
            },
          ],
        },
      );
    expect([outcome(decide(cache, spread('Honor'))), outcome(decide(cache, spread('Ignore')))]).toEqual([
      'a',
      "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, " +
        "1 node(s) didn't match pod topology spread constraints. no new claims to deallocate, " +
        'preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, ' +
        '1 Preemption is not helpful for scheduling.',
    ]);
  });

  it('keeps away from pods of namespaces chosen by their labels, and follows those labels', () => {
    const cache = new Cache();
    cache.setNode(node('a'));
    cache.setNamespace('default', { team: 'x' });
    cache.setPod(placed(pod('one', { app: 'web' }), 'a'));
    const term = {
      labelSelector: { matchLabels: { app: 'web' } },
      namespaceSelector: { matchLabels: { team: 'x' } },
      topologyKey: hostname,
    };
    const shy = pod(
      'shy',
      {},
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
    );
    const before = decide(cache, shy).kind;
    cache.setNamespace('default', { team: 'y' });
    expect([before, decide(cache, shy).kind]).toEqual(['refused', 'placed']);
  });

  it('is the same for a pod of a known template as for the first of its kind', () => {
    const cache = new Cache();
    const random = new Random('templates');
    const known = new Scheduling(plugins, new Random('same'));
    const { spec } = pod('first', {}, { nodeSelector: { disk: 'ssd' } });
    const differing: string[] = [];
    for (let at = 0; at < 20; at++) cache.setNode(node(`n${at}`, { disk: random.pick(['ssd', 'hdd']) }));
    for (let at = 0; at < 60; at++) {
      const wanted = { ...pod(`p${at}`), spec };
      const decision = decide(cache, wanted, known);
      const anew = decide(cache, { ...wanted, spec: { ...spec } });
      const scores = [decision, anew].map((one) =>
        one.kind === 'placed'
          ? JSON.stringify([...one.scores()].sort((a, b) => (a.node < b.node ? -1 : 1)))
          : outcome(one),
      );
      if (scores[0] !== scores[1]) differing.push(wanted.metadata.name);
      if (decision.kind === 'placed') cache.assume(placed(wanted, decision.node));
      if (random.chance(0.3))
        cache.setNode(node(`n${random.below(20)}`, { disk: random.pick(['ssd', 'hdd']) }));
    }
    expect(differing).toEqual([]);
  });

  it('shares one map of refusals among waiting pods of a template', () => {
    const cache = new Cache();
    for (let at = 0; at < 5; at++) cache.setNode(node(`n${at}`));
    const scheduling = new Scheduling(plugins, new Random('test'));
    const { spec } = pod('big', {}, { nodeSelector: { disk: 'ssd' } });
    const maps = [1, 2, 3, 4].map((at) => {
      const decision = decide(cache, { ...pod(`p${at}`), spec }, scheduling);
      return decision.kind === 'refused' ? decision.diagnosis.byNode : undefined;
    });
    expect([maps[2] === maps[1], maps[3] === maps[1], maps[3]?.size]).toEqual([true, true, 5]);
  });

  it('looks at enough nodes and no more', () => {
    expect([50, 100, 200, 1000, 5000, 10000].map(enoughNodes)).toEqual([50, 100, 100, 420, 500, 500]);
  });
});
