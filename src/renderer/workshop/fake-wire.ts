// A wire whose other end is the made-up cluster: answers commands and questions, and sends frames in wall time.
import type { Frame, ToHost, ToWindow } from '@/contract/feed/feed.ts';
import type { Wire, WireListener } from '../bridge/wire.ts';
import { fakeCatalogue, FakeCluster, type FakeOptions } from './fake-cluster.ts';

const frameMilliseconds = 33;

export class FakeWire implements Wire {
  private readonly cluster: FakeCluster;
  private listener: WireListener | undefined;
  private sequence = 0;
  private speed: number | 'max' = 1;
  private isPaused = false;

  constructor(options: FakeOptions) {
    this.cluster = new FakeCluster(options);
  }

  connect(listener: WireListener): void {
    this.listener = listener;
    listener.open();
  }

  post(message: ToHost): boolean {
    if (message.kind === 'ready') this.begin();
    else if (message.kind === 'command') {
      const parameters = message.parameters as Readonly<Record<string, unknown>>;
      this.command(message.name, parameters);
      this.say({ kind: 'reply', request: message.request, ok: true, value: { accepted: true, input: 1, time: '' } });
      this.send();
    } else
      this.say({
        kind: 'reply',
        request: message.request,
        ok: true,
        value: this.answer(message.name, message.parameters as Readonly<Record<string, unknown>>),
      });
    return true;
  }

  private say(message: ToWindow): void {
    queueMicrotask(() => this.listener?.message(message));
  }

  private begin(): void {
    this.say({
      kind: 'hello',
      version: '0.1.0',
      topology: 'workshop',
      seed: 1,
      start: this.cluster.time,
      catalogue: fakeCatalogue,
      apiServer: 'https://127.0.0.1:6443',
      kubeconfig: '/home/you/.kubarium/kubeconfig',
    });
    this.send(true);
    let last = performance.now();
    window.setInterval(() => {
      const wall = performance.now();
      const span = wall - last;
      last = wall;
      if (this.isPaused) return;
      this.cluster.advance(span * 1000 * (this.speed === 'max' ? 3000 : this.speed));
      this.send();
    }, frameMilliseconds);
  }

  private send(isSnapshot = false): void {
    const { cluster } = this;
    const slots = isSnapshot ? [...cluster.pods.keys()] : [...cluster.touchedPods];
    const pods = slots.flatMap((slot) => cluster.pods.get(slot) ?? []);
    const frame: Frame = {
      kind: 'frame',
      sequence: this.sequence++,
      time: cluster.time,
      speed: this.speed,
      isPaused: this.isPaused,
      ...(isSnapshot && {
        isSnapshot,
        namespaces: ['default', 'kube-system', 'kube-public', 'kube-node-lease'],
        workloads: cluster.workloads,
      }),
      machines: isSnapshot ? cluster.machines : [...cluster.touchedMachines].map((slot) => cluster.machines[slot]!),
      removedPods: cluster.removedPods,
      pods: pods.map((pod) => pod.row),
      podStates: pods.map((pod) => pod.state),
      ...((cluster.areServicesTouched || isSnapshot) && { services: [...cluster.services] }),
      packets: cluster.freshPackets,
      occurrences: isSnapshot ? cluster.history : cluster.fresh,
      deadlines: cluster.deadlines,
    };
    cluster.touchedMachines = new Set();
    cluster.touchedPods = new Set();
    cluster.removedPods = [];
    cluster.fresh = [];
    cluster.freshPackets = [];
    cluster.areServicesTouched = false;
    this.say(frame);
  }

  private command(name: string, parameters: Readonly<Record<string, unknown>>): void {
    const { cluster } = this;
    const text = (key: string): string => String(parameters[key] ?? '');
    if (name === 'pause') this.isPaused = true;
    else if (name === 'resume') this.isPaused = false;
    else if (name === 'setSpeed') this.speed = parameters['speed'] === 'max' ? 'max' : Number(parameters['speed']);
    else if (name === 'injectFault' || name === 'healFault') cluster.setFault(text('fault'), text('target'), name === 'injectFault');
    else if (name === 'deleteObject') cluster.deletePod(text('name'));
    else if (name === 'startTraffic') cluster.setTraffic(text('service'), Number(parameters['ratePerSecond'] ?? 5));
    else if (name === 'stopTraffic') cluster.setTraffic(text('service'), 0);
    else if (name === 'cordonNode' || name === 'uncordonNode') {
      const slot = cluster.machines.findIndex((row) => row.name === text('name'));
      if (slot >= 0) cluster.change(slot, { isCordoned: name === 'cordonNode' });
    } else if (name === 'step' || name === 'skip') {
      this.isPaused = name === 'step' || this.isPaused;
      const due = cluster.deadlines.map((deadline) => deadline.due).sort((a, b) => a - b)[0];
      cluster.advance(name === 'skip' && due ? due - cluster.time + 1000 : 1e6);
    }
  }

  private answer(name: string, parameters: Readonly<Record<string, unknown>>): unknown {
    const { cluster } = this;
    const objectName = String(parameters['name'] ?? '');
    if (name === 'object') {
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: objectName,
          namespace: parameters['namespace'],
          labels: { app: 'web' },
          creationTimestamp: '2026-01-01T09:00:00Z',
        },
        spec: { containers: [{ name: 'app', image: 'nginx:1.29' }] },
        status: { phase: 'Running' },
      };
    }
    if (name === 'eventsOf')
      return [
        {
          type: 'Normal',
          reason: 'Scheduled',
          message: `Successfully assigned default/${objectName} to worker-1`,
          lastTimestamp: '2026-01-01T09:00:02Z',
          count: 1,
        },
      ];
    if (name === 'logs')
      return Array.from({ length: 14 }, (_, i) => ({
        time: cluster.time - (14 - i) * 1e6,
        stream: 'stdout',
        text: `10.244.0.1 - "GET / HTTP/1.1" 200 ${600 + i}`,
      }));
    if (name === 'chain') {
      const chain = [];
      for (let at = cluster.history[Number(parameters['id']) - 1]; at; at = cluster.history[at.cause - 1]) chain.push(at);
      return chain;
    }
    if (name === 'account') {
      const at = cluster.time;
      return {
        id: parameters['id'],
        service: 'default/frontend',
        start: at - 3200,
        end: at,
        outcome: 'ok',
        status: 200,
        path: ['user', 'service:default/frontend', 'machine:worker-1', 'pod:default/frontend-6d4cf56db6-8wqrs'],
        hops: [
          { at: 'user', kind: 'dns', detail: 'frontend.default.svc.cluster.local is 10.96.22.54', time: at - 3200 },
          { at: 'worker-1', kind: 'rule', detail: 'KUBE-SVC frontend: 1 of 3 endpoints by chance 0.33', time: at - 2800 },
          { at: 'worker-1', kind: 'forward', detail: 'DNAT to 10.244.1.12:80', time: at - 2500 },
          { at: 'frontend-6d4cf56db6-8wqrs', kind: 'answer', detail: '200 OK in 2.1 ms', time: at },
        ],
      };
    }
    if (name === 'preview')
      return {
        pods: 4,
        systemPods: 1,
        containers: 5,
        isInForce: false,
        stops: '',
        isControlPlane: false,
        noticeSeconds: 50,
        evictSeconds: 300,
      };
    return name === 'objects' ? { items: [] } : [];
  }
}
