// Field ownership through recorded scenarios: creates, updates, patches and applies, with the managedFields after each step.
import { expect, it } from 'vitest';
import { decode } from '../codec/codec.ts';
import { modelOfKind } from '../schema/schema.ts';
import { jsonPatch, type JsonPatchOperation } from '../patch/json-patch.ts';
import { mergePatch } from '../patch/merge-patch.ts';
import { strategicMergePatch } from '../patch/strategic-merge-patch.ts';
import { describeGolden, goldenCases } from '../testing/golden.ts';
import { applyPatch } from './apply-patch.ts';
import { trackUpdate } from './track-update.ts';

type JsonMap = Readonly<Record<string, unknown>>;

interface Step {
  readonly op: 'create' | 'update' | 'apply' | 'merge-patch' | 'strategic-merge-patch' | 'json-patch';
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: string;
  readonly body: JsonMap;
  readonly after?: JsonMap;
  readonly noChange?: boolean;
  readonly error?: string;
  readonly errorStatus?: JsonMap;
}

interface Scenario {
  readonly name: string;
  readonly gvk: string;
  readonly steps: readonly Step[];
}

type Outcome = { readonly object: JsonMap | undefined } | { readonly error: string };

const metadataOf = (object: JsonMap | undefined) => (object?.metadata ?? {}) as JsonMap;

/** The object as Go would hold it. An empty list of managedFields is not written by Go, but the server sees it. */
function typed(model: string, sent: JsonMap): JsonMap {
  const { object, errors } = decode<JsonMap>(model, sent);
  if (errors.length > 0) throw new Error(errors.join());
  const { managedFields } = metadataOf(sent);
  return managedFields === undefined ? object : { ...object, metadata: { ...metadataOf(object), managedFields } };
}

/** What the strategy of an endpoint lets through. */
function throughEndpoint(live: JsonMap | undefined, next: JsonMap, subresource: string | undefined): JsonMap {
  if (!live) return next;
  if (subresource === 'status') {
    return {
      ...live,
      status: next.status,
      metadata: { ...metadataOf(live), managedFields: metadataOf(next).managedFields },
    };
  }
  if (live.status === undefined) {
    const { status: _, ...rest } = next;
    return rest;
  }
  return { ...next, status: live.status };
}

function patched(model: string, live: JsonMap, { op, body }: Step): JsonMap {
  if (op === 'merge-patch') return mergePatch(live, body);
  if (op === 'strategic-merge-patch') return strategicMergePatch(model, live, body);
  return jsonPatch(live, body as unknown as JsonPatchOperation[]);
}

function run(model: string, apiVersion: string, live: JsonMap | undefined, step: Step, time: string): Outcome {
  const { op, manager, subresource, body } = step;
  if (op === 'apply') {
    const result = applyPatch<JsonMap>({
      model,
      apiVersion,
      live,
      applied: body,
      manager,
      force: step.force ?? false,
      time,
      subresource,
    });
    if ('status' in result) return { error: result.status.message ?? '' };
    if ('error' in result) return { error: result.error };
    if (!result.isChanged) return { object: result.object };
    const { managedFields } = metadataOf(result.object);
    const object = throughEndpoint(live, typed(model, result.object), subresource);
    return { object: { ...object, metadata: { ...metadataOf(object), managedFields } } };
  }
  const isWhole = op === 'create' || op === 'update';
  const sent =
    isWhole && !('managedFields' in metadataOf(body)) && live
      ? { ...body, metadata: { ...metadataOf(body), managedFields: metadataOf(live).managedFields } }
      : body;
  const next = throughEndpoint(live, typed(model, isWhole ? sent : patched(model, live ?? {}, step)), subresource);
  return { object: trackUpdate<JsonMap>({ model, apiVersion, live, next, manager, time, subresource }) };
}

/** Messages up to where Go prints values in its own way; of those of Go's decoder, which is another room's, the cause. */
const comparable = (message: string) =>
  /unable to parse quantity's suffix/.exec(message)?.[0] ?? message.replace(/got .*$/s, '');

function attempt(compute: () => Outcome): Outcome {
  try {
    return compute();
  } catch (error) {
    return { error: (error as Error).message };
  }
}

function play({ gvk, steps }: Scenario): readonly unknown[] {
  const parts = gvk.split('/');
  const kind = parts.pop() ?? '';
  const apiVersion = parts.join('/');
  const [group, version] = parts.length === 2 ? parts : ['', parts[0]];
  const model = modelOfKind(group ?? '', version ?? '', kind) ?? '';
  let live: JsonMap | undefined;
  return steps.map((step, at) => {
    const time = `2026-01-01T00:00:${String(at + 1).padStart(2, '0')}Z`;
    const outcome = attempt(() => run(model, apiVersion, live, step, time));
    if ('error' in outcome) return { error: comparable(outcome.error) };
    live = outcome.object;
    return JSON.parse(JSON.stringify(live)) as unknown;
  });
}

function recorded({ steps }: Scenario): readonly unknown[] {
  let live: JsonMap | undefined;
  return steps.map((step) => {
    if (step.error !== undefined) return { error: comparable(step.error) };
    live = step.noChange ? live : step.after;
    return live;
  });
}

describeGolden('server-side-apply', () => {
  const scenarios = goldenCases<Scenario>('server-side-apply/scenarios.json');
  it.each(scenarios.map((scenario): [string, Scenario] => [scenario.name, scenario]))('%s', (_, scenario) => {
    expect(play(scenario)).toEqual(recorded(scenario));
  });
});
