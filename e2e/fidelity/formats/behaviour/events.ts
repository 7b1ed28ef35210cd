// Events as objects: what a deed left behind, read through core/v1 and through events.k8s.io/v1.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { canonicalJson } from '@/base/json.ts';
import type { CheckResult } from '../format.ts';
import type { Action, Json, JsonObject, Manifest } from './golden-case.ts';
import { homeNamespace } from './names.ts';
import { resourceOfKind, Stage } from './stage.ts';
import { milliseconds } from '@/simulation/clock/duration.ts';

interface Deed {
  readonly create?: Manifest;
  readonly patch?: JsonObject;
  readonly patchPod?: JsonObject;
  readonly wait?: number;
}

export interface EventCase {
  readonly name: string;
  readonly do: readonly Deed[];
  readonly events: readonly { readonly times?: number; readonly core: Json; readonly 'events.k8s.io': Json }[];
}

const recordedAbout = (event: KubeObject): boolean => event.metadata.namespace === homeNamespace;

/** Plays the deeds with a scheduler that works, and compares all events of the namespace in both forms. */
export function replayEvents(golden: EventCase): CheckResult {
  const { name } = golden;
  const missing = golden.do
    .map((deed) => deed.create?.kind)
    .find((kind) => kind !== undefined && !resourceOfKind(kind));
  if (missing !== undefined) return { name, outcome: 'unserved', details: [missing] };
  const stage = new Stage({ name }, { quiet: milliseconds(1200) }, 'real');
  let pod = '';
  for (const { create, patch, patchPod, wait } of golden.do) {
    if (create?.kind === 'Pod') pod = create.metadata.name;
    const action: Action = create
      ? { do: 'create', object: homely(create) }
      : { do: patch || patchPod ? 'patch' : 'wait', kind: 'Pod', name: pod, patch: patch ?? patchPod, seconds: wait };
    stage.perform(action);
    stage.settle(wait === undefined ? undefined : milliseconds(wait * 1000));
  }
  const seen = new Map<string, JsonObject & { times: number }>();
  const newer = new Map(stage.list('events.k8s.io', 'v1', 'events').map((event) => [event.metadata.name, event]));
  for (const event of stage.list('', 'v1', 'events').filter(recordedAbout)) {
    const pair = { core: plain(event, stage), 'events.k8s.io': plain(newer.get(event.metadata.name), stage) };
    const text = canonicalJson(pair);
    const same = seen.get(text);
    seen.set(text, { ...pair, times: (same?.times ?? 0) + 1 });
  }
  const details: string[] = [];
  for (const { times = 1, ...pair } of golden.events) {
    const text = canonicalJson(pair);
    if (seen.get(text)?.times === times) seen.delete(text);
    else details.push(`expected ${times} × ${text}`);
  }
  for (const [text, { times }] of seen) details.push(`unexpected ${times} × ${text}`);
  return { name, outcome: details.length === 0 ? 'same' : 'different', details };
}

/** The recorder's own namespace had another name. */
function homely(manifest: Manifest): Manifest {
  const text = JSON.stringify(manifest).replace(/"namespace":"[^"]*"/g, `"namespace":"${homeNamespace}"`);
  const object = JSON.parse(text) as Manifest;
  return object.apiVersion === undefined ? { ...object, apiVersion: 'v1' } : object;
}

const dropped: ReadonlySet<string> = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields']);

function plain(value: unknown, stage: Stage, isTop = true): Json {
  if (typeof value === 'string') {
    if (/^\d{4}-\d\d-\d\dT[\d:]+\.\d{6}Z$/.test(value)) return '<microtime>';
    if (/^\d{4}-\d\d-\d\dT[\d:]+Z$/.test(value)) return '<time>';
    const plain = stage.names.plain(value).replace(/\.[0-9a-f]{16}$/, '.<16 hex>');
    return plain.replace(/^default-scheduler-.*$/, 'default-scheduler-<hostname>');
  }
  if (Array.isArray(value)) return value.map((item) => plain(item, stage, false));
  if (value === null || typeof value !== 'object') return (value ?? null) as Json;
  const members = Object.entries(value).filter(
    ([key]) => !dropped.has(key) && !(isTop && (key === 'kind' || key === 'apiVersion')),
  );
  return Object.fromEntries(members.map(([key, member]) => [key, plain(member, stage, false)]));
}
