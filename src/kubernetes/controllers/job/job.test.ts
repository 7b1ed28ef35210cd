// Jobs over time: failures are tried again with growing pauses, up to the limit.
import { expect, it } from 'vitest';
import type { Job } from '@/kubernetes/api/batch/v1/job/types.ts';
import { podsResource } from '@/kubernetes/client/resources.ts';
import { ControlledCluster } from '../testing/controlled-cluster.ts';

const job = (spec: object): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'sum' },
  spec: { ...spec, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'c:1' }] } } },
});

/** Ends all pods that run, in this phase. */
function end(stage: ControlledCluster, phase: 'Succeeded' | 'Failed'): void {
  for (const { metadata, status } of stage.pods()) {
    if (status.phase !== 'Pending') continue;
    const patch = { status: { phase } };
    stage.cluster.run(
      stage.client.of(podsResource).patch('default', metadata.name, 'merge', patch, { subresource: 'status' }),
    );
  }
}

it('gives up after as many failures as it may have, each try later than the one before', () => {
  const stage = new ControlledCluster().create(job({ backoffLimit: 2 })).pass(2);
  const made = [stage.pods().length];
  for (const pause of [9, 4, 18, 5]) {
    end(stage, 'Failed');
    made.push(stage.pass(pause).pods().length);
  }
  const [sum] = stage.list<Job>('batch/v1', 'Job');
  const failed = sum?.status.conditions?.map(({ type, reason }) => `${type}: ${reason}`);
  expect({ made, failed, count: sum?.status.failed }).toEqual({
    made: [1, 1, 2, 2, 3],
    failed: undefined,
    count: 2,
  });
  end(stage, 'Failed');
  const [over] = stage.pass(5).list<Job>('batch/v1', 'Job');
  expect(over?.status.conditions?.map(({ type, reason }) => `${type}: ${reason}`)).toEqual([
    'FailureTarget: BackoffLimitExceeded',
    'Failed: BackoffLimitExceeded',
  ]);
});

it('keeps its pods until they are counted, and then lets them go', () => {
  const stage = new ControlledCluster().create(job({ completions: 2, parallelism: 2 })).pass(2);
  const held = stage.pods().map(({ metadata }) => metadata.finalizers);
  end(stage, 'Succeeded');
  const [sum] = stage.pass(3).list<Job>('batch/v1', 'Job');
  expect({ held, kept: stage.pods().map(({ metadata }) => metadata.finalizers), succeeded: sum?.status.succeeded }).toEqual({
    held: [['batch.kubernetes.io/job-tracking'], ['batch.kubernetes.io/job-tracking']],
    kept: [undefined, undefined],
    succeeded: 2,
  });
});
