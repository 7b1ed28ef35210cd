// The picture of the cluster: what is counted follows every change, and counts kept are counts made anew.
import { describe, expect, it } from 'vitest';
import { selectorFromSet } from '@/kubernetes/apimachinery/labels/labels.ts';
import { Random } from '@/simulation/random/random.ts';
import { hostname, node, placed, pod, zone } from '../testing/objects.ts';
import { Cache } from './cache.ts';
import { podsIn } from './pod-tallies.ts';

const web = podsIn('default', selectorFromSet({ app: 'web' }), true);
const zones = (cache: Cache): object => Object.fromEntries(cache.tally(web).in(zone));

describe('the cache', () => {
  it('counts an assumed pod once, and no more when binding failed', () => {
    const cache = new Cache();
    cache.setNode(node('a'));
    const one = placed(pod('one'), 'a');
    cache.assume(one);
    const assumed = cache.get('a')?.requested.cpu;
    cache.setPod(one);
    const bound = cache.get('a')?.requested.cpu;
    cache.forget('one');
    const kept = cache.get('a')?.requested.cpu;
    cache.removePod('one');
    expect([assumed, bound, kept, cache.get('a')?.requested.cpu]).toEqual([1000, 1000, 1000, 0]);
  });

  it('keeps pods of a node that is not known yet, or no more', () => {
    const cache = new Cache();
    cache.setPod(placed(pod('one', { app: 'web' }), 'a'));
    cache.setNode(node('a', { [zone]: 'west' }));
    const before = zones(cache);
    cache.removeNode('a');
    const between = zones(cache);
    cache.setNode(node('a', { [zone]: 'east' }));
    expect([before, between, zones(cache)]).toEqual([{ west: 1 }, {}, { east: 1 }]);
  });

  it('follows labels of nodes and pods, and deletions', () => {
    const cache = new Cache();
    cache.setNode(node('a', { [zone]: 'west' }));
    const one = placed(pod('one', { app: 'web' }), 'a');
    cache.setPod(one);
    const seen = [zones(cache)];
    cache.setNode(node('a', { [zone]: 'east' }));
    seen.push(zones(cache));
    cache.setPod({ ...one, metadata: { ...one.metadata, labels: { app: 'db' } } });
    seen.push(zones(cache));
    cache.setPod(one);
    seen.push(zones(cache));
    cache.setPod({ ...one, metadata: { ...one.metadata, deletionTimestamp: '2026-01-01T09:00:00Z' } });
    seen.push(zones(cache));
    expect(seen).toEqual([{ west: 1 }, { east: 1 }, {}, { east: 1 }, {}]);
  });

  it('takes the zones in turn', () => {
    const cache = new Cache();
    for (const [name, where] of [
      ['a', 'west'],
      ['b', 'west'],
      ['c', 'east'],
      ['d', 'north'],
    ] as const)
      cache.setNode(node(name, { [zone]: where }));
    expect(cache.nodes.map(({ name }) => name)).toEqual(['a', 'c', 'd', 'b']);
  });

  it('knows by counting along what it would count anew', () => {
    const random = new Random('cache');
    const cache = new Cache();
    const affinity = {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: hostname },
        ],
      },
    };
    const counts = (one: Cache): object => ({
      web: [...one.tally(web).in(zone)].sort(),
      terms: [...one.placedTerms('requiredAntiAffinity')].map(({ term, counts: at }) => [
        term.key,
        [...at.in(hostname)].sort(),
      ]),
      domains: [...one.domains(zone)].sort(),
      used: one.nodes.map(({ name, requested, pods }) => [name, requested.cpu, pods.size]).sort(),
    });
    counts(cache);
    const nodes = new Map<string, ReturnType<typeof node>>();
    const pods = new Map<string, ReturnType<typeof pod>>();
    for (let step = 0; step < 400; step++) {
      const name = `n${random.below(6)}`;
      const uid = `p${random.below(20)}`;
      if (random.chance(0.2)) {
        nodes.set(name, node(name, random.chance(0.8) ? { [zone]: random.pick(['west', 'east']) } : {}));
        cache.setNode(nodes.get(name) as ReturnType<typeof node>);
      } else if (random.chance(0.1)) {
        nodes.delete(name);
        cache.removeNode(name);
      } else if (random.chance(0.3)) {
        pods.delete(uid);
        cache.removePod(uid);
      } else {
        const where = pods.get(uid)?.spec.nodeName ?? name;
        pods.set(
          uid,
          placed(
            pod(uid, { app: random.pick(['web', 'db']) }, random.chance(0.5) ? { affinity } : {}),
            where,
          ),
        );
        cache.setPod(pods.get(uid) as ReturnType<typeof pod>);
      }
    }
    const anew = new Cache();
    for (const one of nodes.values()) anew.setNode(one);
    for (const one of pods.values()) anew.setPod(one);
    expect(counts(cache)).toEqual(counts(anew));
  });
});
