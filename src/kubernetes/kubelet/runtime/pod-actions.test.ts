// What is decided for a pod, from what the runtime has of it: one line per situation.
import { expect, test } from 'vitest';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ContainerStatus as RuntimeContainer, PodSandboxStatus } from '@/kubernetes/cri-api/runtime.ts';
import { annotationsOf } from './containers.ts';
import { podActions, type ProbeResult } from './pod-actions.ts';

const container = (name: string, more: Partial<Container> = {}): Container => ({ name, image: 'nginx', resources: {}, terminationMessagePath: '', terminationMessagePolicy: 'File', imagePullPolicy: 'IfNotPresent', ...more });

interface Situation {
  readonly policy?: Pod['spec']['restartPolicy'];
  readonly inits?: readonly Container[];
  readonly containers?: readonly Container[];
  /** `running`, or an exit code, by container. */
  readonly has?: Readonly<Record<string, 'running' | number>>;
  readonly sandbox?: 'ready' | 'notready' | 'none';
  readonly liveness?: ProbeResult;
  readonly changed?: boolean;
}

function decide({ policy = 'Always', inits, containers = [container('c')], has = {}, sandbox = 'ready', liveness = 'success', changed }: Situation): string {
  const metadata = { name: 'p', namespace: 'default', uid: 'u', attempt: 0 };
  const place: PodSandboxStatus = { id: 's', metadata, state: sandbox === 'ready' ? 'ready' : 'notready', createdAt: 0 as Instant, ips: ['10.0.0.1'], labels: {}, annotations: {} };
  const instance = (one: Container): RuntimeContainer | undefined => {
    const state = has[one.name];
    if (state === undefined) return undefined;
    const annotations = changed ? annotationsOf({ ...one, image: 'other' }) : annotationsOf(one);
    const common = { id: one.name, sandboxId: 's', metadata: { name: one.name, attempt: 0 }, createdAt: 0 as Instant, image: '', imageRef: '', labels: {}, annotations };
    return state === 'running' ? { ...common, state } : { ...common, state: 'exited', exitCode: state };
  };
  const pod = { metadata: {}, spec: { restartPolicy: policy, initContainers: inits, containers } } as unknown as Pod;
  const { killPod, createSandbox, initToStart, toStart, toKill } = podActions({
    pod,
    sandbox: sandbox === 'none' ? undefined : place,
    current: instance,
    liveness: () => liveness,
    startup: () => 'success',
    isStarted: (one) => has[one.name] === 'running',
  });
  const words = [
    killPod ? 'kill pod' : '',
    createSandbox ? `sandbox ${createSandbox.attempt}` : '',
    ...toKill.map(({ message }) => `kill: ${message}`),
    ...[...initToStart, ...toStart].map(({ name }) => `start ${name}`),
  ];
  return words.filter(Boolean).join(', ');
}

const sidecar = container('side', { restartPolicy: 'Always' });
const first = container('first');
const second = container('second');
const alive = container('c', { livenessProbe: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } });

test.each<[string, Situation, string]>([
  ['a new pod', { sandbox: 'none' }, 'kill pod, sandbox 0, start c'],
  ['a new pod with init containers', { sandbox: 'none', inits: [first, second] }, 'kill pod, sandbox 0, start first'],
  ['all runs', { has: { c: 'running' } }, ''],
  ['its machine was rebooted', { sandbox: 'notready', has: { c: 255 } }, 'kill pod, sandbox 1, start c'],
  ['rebooted, but never to be run again', { sandbox: 'notready', has: { c: 255 }, policy: 'Never' }, 'kill pod'],
  ['a container ended', { has: { c: 0 } }, 'start c'],
  ['it ended well and is to be run on failure only', { has: { c: 0 }, policy: 'OnFailure' }, 'kill pod'],
  ['it failed and is to be run on failure', { has: { c: 1 }, policy: 'OnFailure' }, 'start c'],
  ['it failed and is to be run once', { has: { c: 1 }, policy: 'Never' }, 'kill pod'],
  ['one of two failed for good', { containers: [container('c'), second], has: { c: 1, second: 'running' }, policy: 'Never' }, ''],
  ['its own policy overrules', { containers: [container('c', { restartPolicy: 'Never' }), second], has: { c: 1, second: 'running' } }, ''],
  ['not alive', { containers: [alive], has: { c: 'running' }, liveness: 'failure' }, 'kill: Container c failed liveness probe, will be restarted, start c'],
  ['not alive and never restarted', { containers: [alive], has: { c: 'running' }, liveness: 'failure', policy: 'Never' }, 'kill pod'],
  ['another image', { has: { c: 'running' }, changed: true }, 'kill: Container c definition changed, will be restarted, start c'],
  ['the first init container runs', { inits: [first, second], has: { first: 'running' } }, ''],
  ['the first init container is done', { inits: [first, second], has: { first: 0 } }, 'start second'],
  ['an init container failed', { inits: [first, second], has: { first: 1 } }, 'start first'],
  ['an init container failed for good', { inits: [first, second], has: { first: 1 }, policy: 'Never' }, 'kill pod'],
  ['all init containers are done', { inits: [first, second], has: { first: 0, second: 0 } }, 'start c'],
  ['a sidecar runs', { inits: [sidecar, second], has: { side: 'running' } }, 'start second'],
  ['a sidecar ended beside the app', { inits: [sidecar], has: { side: 1, c: 'running' } }, 'start side'],
  ['only the sidecar is left', { inits: [sidecar], has: { side: 'running', c: 0 }, policy: 'Never' }, 'kill pod'],
])('%s', (_, situation, expected) => {
  expect(decide(situation)).toBe(expected);
});
