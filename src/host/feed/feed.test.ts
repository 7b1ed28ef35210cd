// The feed as a window gets it: a snapshot, then deltas that add up to the same; and a host without windows that does not grow.
import { describe, expect, test } from 'vitest';
import type { FeedMessage, Frame, MachineRow, PodRow, PodState, ServiceRow, WorkloadRow } from '@/contract/feed/feed.ts';
import { deployment, deploymentsPath, TestSession } from '../testing/sessions.ts';
import { Feed } from './feed.ts';

/** Keeps what a window would know, by applying frames in order. */
class Mirror {
  readonly messages: FeedMessage[] = [];
  readonly machines = new Map<number, MachineRow>();
  readonly pods = new Map<number, PodRow>();
  readonly states = new Map<number, PodState>();
  readonly services = new Map<string, ServiceRow>();
  readonly workloads = new Map<string, WorkloadRow>();

  take(message: FeedMessage): void {
    this.messages.push(message);
    if (message.kind !== 'frame') return;
    for (const slot of message.removedPods ?? []) {
      this.pods.delete(slot);
      this.states.delete(slot);
    }
    for (const key of message.removedServices ?? []) this.services.delete(key);
    for (const key of message.removedWorkloads ?? []) this.workloads.delete(key);
    for (const row of message.machines ?? []) this.machines.set(row.slot, row);
    for (const row of message.pods ?? []) this.pods.set(row.slot, row);
    for (const state of message.podStates ?? []) this.states.set(state.slot, state);
    for (const row of message.services ?? []) this.services.set(`${row.namespace}/${row.name}`, row);
    for (const row of message.workloads ?? []) this.workloads.set(`${row.kind}/${row.namespace}/${row.name}`, row);
  }

  get frames(): Frame[] {
    return this.messages.filter((one) => one.kind === 'frame');
  }

  /** All that a window shows, without the order in which it was told. */
  get all(): unknown {
    const sorted = <T>(rows: ReadonlyMap<unknown, T>): string[] => [...rows.values()].map((row) => JSON.stringify(row)).sort();
    return { machines: sorted(this.machines), pods: sorted(this.pods), states: sorted(this.states), services: sorted(this.services), workloads: sorted(this.workloads) };
  }

  statesOf(name: string): PodState[] {
    return [...this.pods.values()].filter((row) => row.name.startsWith(name)).flatMap(({ slot }) => this.states.get(slot) ?? []);
  }
}

interface Watched {
  readonly run: TestSession;
  readonly feed: Feed;
  join(): { readonly mirror: Mirror; leave(): void };
  /** Time passes as on a host: a frame at every second. */
  pass(seconds: number): void;
}

function watched(): Watched {
  const run = new TestSession({ topology: 'three-workers' });
  const feed = new Feed({ session: run.session, apiServer: 'https://127.0.0.1:1', kubeconfig: '/nowhere' });
  return {
    run,
    feed,
    join() {
      const mirror = new Mirror();
      return { mirror, leave: feed.join((message) => mirror.take(message)) };
    },
    pass(seconds) {
      for (let i = 0; i < seconds; i++) {
        run.advance(1);
        feed.flush();
      }
    },
  };
}

const servicesPath = '/api/v1/namespaces/default/services';
const service = (name: string): unknown => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { app: name }, ports: [{ port: 80 }] } });

describe('a window', () => {
  test('gets a hello, a snapshot, then only what changed', () => {
    const { run, join, pass, feed } = watched();
    const { mirror } = join();
    expect(mirror.messages.map(({ kind }) => kind)).toEqual(['hello', 'frame']);
    expect(mirror.frames[0]).toMatchObject({ isSnapshot: true, isPaused: true, machines: expect.arrayContaining([expect.objectContaining({ name: 'worker-1', ready: 'True' })]) as unknown });
    feed.flush();
    const before = mirror.frames.length;
    feed.flush();
    expect(mirror.frames.length).toBe(before);
    run.ask('POST', deploymentsPath, deployment('web'));
    feed.flush();
    expect(mirror.frames.at(-1)?.workloads?.map(({ name }) => name)).toEqual(['web']);
    expect(mirror.frames.at(-1)?.machines).toBeUndefined();
    pass(10);
    expect(mirror.statesOf('web').map(({ status, running }) => `${status} ${running}`)).toEqual(['Running 1', 'Running 1']);
  });

  test('that came early knows the same as one that comes late, whatever happened', () => {
    const { run, join, pass } = watched();
    const { mirror: early } = join();
    run.ask('POST', deploymentsPath, deployment('web', 4));
    run.ask('POST', servicesPath, service('web'));
    pass(10);
    run.ask('DELETE', `${servicesPath}/web`);
    run.ask('POST', servicesPath, service('web'));
    run.command('injectFault', { fault: 'machine-unplugged', target: 'worker-1' });
    pass(60);
    run.ask('PATCH', `${deploymentsPath}/web`, { spec: { replicas: 1 } }, { 'content-type': 'application/merge-patch+json' });
    pass(20);
    run.command('healFault', { fault: 'machine-unplugged', target: 'worker-1' });
    run.ask('DELETE', `${servicesPath}/web`);
    pass(60);
    const { mirror: late } = join();
    expect(early.all).toEqual(late.all);
  });

  test('sees what still runs where the API cannot see', () => {
    const { run, join, pass } = watched();
    run.ask('POST', deploymentsPath, deployment('web', 3));
    pass(10);
    const { mirror } = join();
    run.command('injectFault', { fault: 'machine-unplugged', target: 'worker-1' });
    pass(420);
    const worker = [...mirror.machines.values()].find(({ name }) => name === 'worker-1');
    expect(worker).toMatchObject({ isPowered: true, isConnected: false, ready: 'Unknown', faults: ['machine-unplugged'] });
    const there = [...mirror.pods.values()].filter((row) => row.machine === worker?.slot && row.name.startsWith('web'));
    expect(there.map(({ slot }) => mirror.states.get(slot))).toMatchObject([{ status: 'Terminating', running: 1 }]);
    run.command('healFault', { fault: 'machine-unplugged', target: 'worker-1' });
    pass(60);
    expect(mirror.statesOf('web').map(({ status }) => status)).toEqual(['Running', 'Running', 'Running']);
  });

  test('is told how true the program of an image is', () => {
    const { run, join, pass } = watched();
    const { mirror } = join();
    for (const image of ['grafana/grafana:11.0', 'nginx:1.27', 'registry.k8s.io/pause:3.10'])
      run.ask('POST', '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name: `of-${image.length}` }, spec: { containers: [{ name: 'c', image }] } });
    pass(1);
    const fidelity = Object.fromEntries([...mirror.pods.values()].map((row) => [row.image, row.fidelity]));
    expect(fidelity).toMatchObject({ 'grafana/grafana:11.0': 'not modelled', 'nginx:1.27': 'simplified', 'registry.k8s.io/pause:3.10': 'as upstream' });
    expect([...mirror.pods.values()].filter(({ component, fidelity: is }) => component !== '' && is !== 'as upstream')).toEqual([]);
  });

  test('hears occurrences in order, each with an earlier cause; too many are counted', () => {
    const { run, join, feed } = watched();
    const { mirror } = join();
    run.ask('POST', deploymentsPath, deployment('big', 60));
    run.advance(30);
    feed.flush();
    const told = mirror.frames.flatMap(({ occurrences = [], isSnapshot }) => (isSnapshot ? [] : occurrences));
    expect(told.every(({ id, cause }) => cause < id)).toBe(true);
    expect(told.map(({ id }) => id)).toEqual([...told.map(({ id }) => id)].sort((a, b) => a - b));
    const folded = mirror.frames.reduce((sum, frame) => sum + (frame.foldedOccurrences ?? 0), 0);
    expect(told.length).toBeLessThan(400);
    expect(folded).toBeGreaterThan(0);
  });

  test('that left hears nothing more', () => {
    const { run, join, pass } = watched();
    const { mirror, leave } = join();
    leave();
    const before = mirror.messages.length;
    run.ask('POST', deploymentsPath, deployment('web'));
    pass(3);
    expect(mirror.messages.length).toBe(before);
  });

  test('is told when the engine breaks a promise', () => {
    const { join, feed } = watched();
    const { mirror } = join();
    feed.broken(new Error('two and two are five'));
    expect(mirror.messages.at(-1)).toMatchObject({ kind: 'broken', message: 'two and two are five' });
  });
});

test('without windows nothing gathers: slots of pods that are gone are given again', () => {
  const { run, pass, join } = watched();
  for (let turn = 0; turn < 4; turn++) {
    run.ask('POST', deploymentsPath, deployment('web', 10));
    pass(8);
    run.ask('DELETE', `${deploymentsPath}/web`);
    pass(8);
  }
  const { mirror } = join();
  expect(mirror.statesOf('web')).toEqual([]);
  expect(Math.max(...mirror.pods.keys())).toBeLessThan(mirror.pods.size + 21);
});
