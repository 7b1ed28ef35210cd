// Runs postStart and preStop hooks. Upstream: pkg/kubelet/lifecycle/handlers.go.
import { seconds } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { LifecycleHandler } from '@/kubernetes/api/core/v1/pod/types.ts';
import { getHttp, runExec, type Finding, type ProbeMeans, type ProbeTarget } from './handlers.ts';

/** The hook's end; a failure's `output` is for the log alone, events do not carry it. */
export function* runHook(means: ProbeMeans, hook: LifecycleHandler, target: ProbeTarget): Task<Finding> {
  if (hook.exec) return yield* runExec(means, hook.exec, target, 0);
  if (hook.httpGet) return yield* getHttp(means, hook.httpGet, target, 0, 'kube-lifecycle/1.36');
  if (hook.sleep) {
    yield* means.context.sleep(seconds(hook.sleep.seconds));
    return { isSuccess: true, output: '' };
  }
  return { isSuccess: false, output: 'cannot run handler: no handler is given' };
}
