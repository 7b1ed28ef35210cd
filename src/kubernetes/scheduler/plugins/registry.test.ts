// The laws of scheduler plugins: they read only what they are given, score from 0 to 100, and refuse in upstream's words.
import { describe, expect, it } from 'vitest';
import { deepFreeze } from '@/base/json.ts';
import type { Pod, PodSpec } from '@/kubernetes/api/core/v1/pod/types.ts';
import { Cache } from '../cache/cache.ts';
import { CycleState, maxNodeScore, type SchedulerPlugin } from '../framework/framework.ts';
import { localPart } from '../framework/template-answers.ts';
import { hostname, node, placed, pod, zone } from '../testing/objects.ts';
import { plugins } from './registry.ts';

/** Upstream's reasons of the filters that are here. */
const reasons = [
  /^node\(s\) were unschedulable$/,
  /^node\(s\) didn't match the requested node name$/,
  /^node\(s\) had untolerated taint\(s\)$/,
  /^node\(s\) didn't match Pod's node affinity\/selector$/,
  /^node\(s\) didn't have free ports for the requested pod ports$/,
  /^(Too many pods|Insufficient [a-z./-]+)$/,
  /^node\(s\) didn't match pod topology spread constraints( \(missing required label\))?$/,
  /^node\(s\) didn't match pod (anti-)?affinity rules$/,
  /^node\(s\) didn't satisfy existing pods anti-affinity rules$/,
];

const near = (app: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey: hostname });
const container = {
  name: 'main',
  image: 'nginx',
  resources: { requests: { cpu: '3', memory: '7Gi' } },
  ports: [{ hostPort: 80, containerPort: 80, protocol: 'TCP' }],
};

const wishes: readonly Partial<PodSpec>[] = [
  {},
  { containers: [container] as unknown as PodSpec['containers'] },
  { nodeName: 'b' },
  { nodeSelector: { disk: 'ssd' } },
  { tolerations: [{ operator: 'Exists' }] },
  { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near('web')] } } },
  { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near('web')] } } },
  {
    affinity: {
      podAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, podAffinityTerm: near('web') }],
      },
    },
  },
  {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, podAffinityTerm: near('web') }],
      },
    },
  },
  {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: zone,
        whenUnsatisfiable: 'DoNotSchedule',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ],
  },
  {
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: hostname,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { app: 'web' } },
      },
    ],
  },
];

function crowded(): Cache {
  const cache = new Cache();
  cache.setNode(deepFreeze(node('a', { [zone]: 'west', disk: 'ssd' })));
  cache.setNode(
    deepFreeze(
      node(
        'b',
        { [zone]: 'east' },
        { spec: { unschedulable: true, taints: [{ key: 'x', effect: 'NoSchedule' }] } },
      ),
    ),
  );
  cache.setNode(
    deepFreeze(
      node(
        'c',
        {},
        { allocatable: { pods: '1' }, spec: { taints: [{ key: 'y', effect: 'PreferNoSchedule' }] } },
      ),
    ),
  );
  const busy = { containers: [container] as unknown as PodSpec['containers'] };
  const shy = {
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [near('web')] } },
  };
  cache.setPod(deepFreeze(placed(pod('one', { app: 'web' }, busy), 'a')));
  cache.setPod(deepFreeze(placed(pod('two', { app: 'web' }), 'a')));
  cache.setPod(deepFreeze(placed(pod('three', { app: 'db' }, shy), 'c')));
  return cache;
}

/** What a plugin says of all nodes to a pod, twice over. */
function opinions(plugin: SchedulerPlugin, wanted: Pod, cache: Cache) {
  const state = new CycleState();
  const isSkipped = plugin.preFilter?.(state, wanted, cache).kind === 'skip';
  const refusals = () =>
    isSkipped ? [] : cache.nodes.flatMap((one) => plugin.filter?.(state, wanted, one) ?? []);
  const skipsScore = plugin.preScore?.(state, wanted, cache.nodes, cache) ?? false;
  const raw = () => (skipsScore ? [] : cache.nodes.map((one) => plugin.score?.(state, wanted, one) ?? 0));
  const scores = raw();
  plugin.normalize?.(state, wanted, scores, cache.nodes);
  return { refusals: [refusals(), refusals()], raw: [raw(), raw()], scores };
}

describe.each(plugins.map((plugin) => [plugin.name, plugin] as const))('%s', (_name, plugin) => {
  const all = wishes.map((spec, at) =>
    opinions(plugin, deepFreeze(pod(`pod-${at}`, { app: 'web' }, spec)), crowded()),
  );

  it('says the same twice', () => {
    expect(all.map(({ refusals, raw }) => [refusals[1], raw[1]])).toEqual(
      all.map(({ refusals, raw }) => [refusals[0], raw[0]]),
    );
  });

  it('reads no more than it says', () => {
    if (!plugin.isLocal) return;
    const said = (spec: Partial<PodSpec>, at: number): unknown => {
      const wanted = pod(`pod-${at}`, {}, spec);
      const { nodeAffinity, ...part } = localPart(wanted.spec) as { readonly nodeAffinity?: object };
      const bare = { ...wanted, spec: { ...part, affinity: { nodeAffinity } } } as unknown as Pod;
      const { refusals, scores } = opinions(plugin, bare, crowded());
      return [refusals, scores];
    };
    expect(wishes.map(said)).toEqual(all.map(({ refusals, scores }) => [refusals, scores]));
  });

  it('scores whole numbers from 0 to 100', () => {
    const scores = all.flatMap((one) => one.scores);
    expect(scores.filter((score) => !Number.isInteger(score) || score < 0 || score > maxNodeScore)).toEqual(
      [],
    );
    expect(plugin.weight > 0).toBe(plugin.score !== undefined);
  });

  it("refuses with upstream's reasons", () => {
    const given = all.flatMap(({ refusals }) => refusals.flat().flatMap((one) => one.reasons));
    expect(given.filter((reason) => !reasons.some((one) => one.test(reason)))).toEqual([]);
  });

  it('waits for something when it can refuse', () => {
    if (plugin.filter || plugin.preEnqueue) expect(plugin.events?.length).toBeGreaterThan(0);
    expect(plugin.explain).toMatch(/^[A-Z].*\.$/);
  });
});

it('local filters come before all others, so that their answers can be kept', () => {
  const filters = plugins.filter(({ filter }) => filter).map(({ isLocal }) => isLocal === true);
  expect(filters).toEqual([...filters].sort((a, b) => Number(b) - Number(a)));
});
