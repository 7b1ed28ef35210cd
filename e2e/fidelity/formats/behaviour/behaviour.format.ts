// What controllers did over time: scripts of user's and kubelets' doings, and what was seen after each step.
import { milliseconds } from '@/simulation/clock/duration.ts';
import type { CheckResult, Format } from '../format.ts';
import { CaseComparison } from './comparison.ts';
import { replayEvents, type EventCase } from './events.ts';
import type { Action, GoldenArea, GoldenCase, Manifest, Observation } from './golden-case.ts';
import { checkHashes, type HashFile } from './hashes.ts';
import { resourceOfKind, Stage, type Habits } from './stage.ts';

const usual: Habits = { quiet: milliseconds(1200) };
const habits: Readonly<Record<string, Habits>> = {
  deployment: { ...usual, countsRepeats: true },
  gc: { quiet: milliseconds(2200) },
  volumes: { ...usual, countsRepeats: true },
  job: { quiet: milliseconds(2000), countsRepeats: true },
  cronjob: { ...usual, countsRepeats: true },
  statefulset: { ...usual, countsRepeats: true, keepsOrdinals: true },
  'node-lifecycle': { quiet: milliseconds(1000) },
};

/** Areas in which it matters where pods go. */
const realScheduler: ReadonlySet<string> = new Set(['daemonset', 'volumes']);

/** Areas with a format of their own. */
const elsewhere: ReadonlySet<string> = new Set(['scheduler']);

function replayCase(area: string, golden: GoldenCase): CheckResult {
  const { name } = golden;
  const missing = unserved(golden);
  if (missing !== undefined) return { name, outcome: 'unserved', details: [missing] };
  const stage = new Stage(golden, habits[area] ?? usual, realScheduler.has(area) ? 'real' : 'hands');
  const comparison = new CaseComparison(golden, area === 'deployment');
  const observations = golden.observations ?? [];
  const ranksUids = JSON.stringify(observations).includes('uid-rank-');
  observations.forEach((expected, at) => {
    if (expected.step === 'setup') {
      comparison.compare(expected, stage.observer.take(), `/observations/${at}`, true);
      return;
    }
    const action = golden.script?.[Number(expected.step) - 1];
    if (!action) return;
    playStep(stage, action, expected, at, comparison, ranksUids);
  });
  comparison.compareEvents(stage.observer.allEvents);
  const { details } = comparison;
  return { name, outcome: details.length === 0 ? 'same' : 'different', details };
}

function playStep(
  stage: Stage,
  action: Action,
  expected: Observation,
  at: number,
  comparison: CaseComparison,
  ranksUids: boolean,
): void {
  const path = `/observations/${at}`;
  stage.responses = [];
  stage.observer.begin();
  if (expected.phases) {
    expected.phases.forEach((phase, index) => {
      const [pod] = stage.choose(action.pods ?? {}, action.set);
      if (pod) stage.set(pod, action);
      settle(stage, action);
      comparison.compare(phase, stage.observer.take(), `${path}/phases/${index}`, false);
    });
    if (stage.choose(action.pods ?? {}, action.set).length > 0)
      comparison.details.push(`${path}: pods are left that the recording had not`);
    return;
  }
  if (action.each) {
    for (
      let [pod] = stage.choose(action.pods ?? {}, action.set);
      pod;
      [pod] = stage.choose(action.pods ?? {}, action.set)
    ) {
      stage.set(pod, action);
      settle(stage, action);
    }
  } else stage.perform(action);
  settle(stage, action);
  // A step that did not wait was recorded with its answer alone.
  const seen = action.settle === false && !expected.state ? {} : stage.observer.take();
  comparison.compare(
    expected,
    { ...seen, responses: stage.responses },
    path,
    action.stateOnly ?? false,
  );
  if (ranksUids) stage.rankPods();
}

function settle(stage: Stage, action: Action): void {
  if (action.settle === false) return;
  stage.settle(action.quietMs === undefined ? undefined : milliseconds(action.quietMs));
}

/** The first thing that a case needs and this cluster does not have. */
function unserved(golden: GoldenCase): string | undefined {
  const manifests = (action: Action): readonly Manifest[] => [
    ...(action.object ? [action.object] : []),
    ...(action.objects ?? []),
    ...(action.actions ?? []).flatMap(manifests),
  ];
  const kinds = [...(golden.setup ?? []), ...(golden.script ?? []).flatMap(manifests)].map((object) => object.kind);
  return kinds.find((kind) => kind !== 'Thing' && resourceOfKind(kind) === undefined);
}

export const format: Format = {
  name: 'behaviour',
  accepts: ({ text }) => {
    const area = /^\{\s*"(?:about":"[^"]*",\s*")?area":\s*"([^"]+)"/.exec(text.slice(0, 2000))?.[1];
    return area !== undefined && !elsewhere.has(area);
  },
  replay(file, only) {
    const golden = JSON.parse(file.text) as GoldenArea;
    if (golden.area === 'pod-template-hash') return checkHashes(golden as unknown as HashFile, only);
    const cases = golden.cases.filter(({ name }) => only === undefined || name.includes(only));
    if (golden.area === 'events') return cases.map((one) => replayEvents(one as unknown as EventCase));
    return cases.map((one) => {
      try {
        return replayCase(golden.area, one);
      } catch (error) {
        return {
          name: one.name,
          outcome: 'different',
          details: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
        };
      }
    });
  },
};
