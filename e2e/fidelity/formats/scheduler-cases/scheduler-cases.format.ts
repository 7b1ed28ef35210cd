// Recorded decisions of a real scheduler: where pods went, what each node scored, and what was said when no node would do.
import { startControllerManager } from '@/kubernetes/controllers/controller-manager.ts';
import { caseDifferences } from '@/kubernetes/scheduler/testing/case-comparison.ts';
import {
  playRecordedCase,
  unservedKind,
  type Companion,
  type RecordedCase,
} from '@/kubernetes/scheduler/testing/recorded-case.ts';
import type { CheckResult, Format } from '../format.ts';

interface SchedulerFile {
  readonly priorityClasses: Parameters<typeof playRecordedCase>[1];
  readonly cases: readonly RecordedCase[];
}

const binder: Companion = (cluster) => {
  const credential = { kind: 'certificate', user: 'system:kube-controller-manager', groups: [] } as const;
  startControllerManager(cluster.process('kube-controller-manager'), {
    client: cluster.client('kube-controller-manager/v1.36.2', credential),
    controllers: ['persistentvolume-binder-controller'],
  });
};

function check(recorded: RecordedCase, { priorityClasses }: SchedulerFile): CheckResult {
  const { name } = recorded;
  const missing = unservedKind(recorded, binder);
  if (missing) return { name, outcome: 'unserved', details: [missing] };
  try {
    const details = caseDifferences(recorded, playRecordedCase(recorded, priorityClasses, binder));
    return { name, outcome: details.length === 0 ? 'same' : 'different', details };
  } catch (error) {
    return {
      name,
      outcome: 'different',
      details: [`threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
    };
  }
}

export const format: Format = {
  name: 'scheduler-cases',
  accepts: ({ path, text }) => path.endsWith('.json') && /^\s*\{\s*"area"\s*:\s*"scheduler"/.test(text),
  replay(file, only) {
    const recorded = JSON.parse(file.text) as SchedulerFile;
    return recorded.cases
      .filter(({ name }) => only === undefined || name.includes(only))
      .map((one) => check(one, recorded));
  },
};
