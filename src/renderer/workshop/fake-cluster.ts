// A made-up cluster for developing and photographing the window: frames in the feed's words, with roughly Kubernetes' timing. No engine.
import type {
  Catalogue,
  Deadline,
  Frame,
  MachineRow,
  PacketRow,
  PodLook,
  PodRow,
  PodState,
  ServiceRow,
  WorkloadRow,
} from '@/contract/feed/feed.ts';

type Occurrence = NonNullable<Frame['occurrences']>[number];

export interface FakeOptions {
  readonly machines: number;
  readonly pods: number;
  readonly zones: number;
  /** Starts in the middle of a failure. */
  readonly isFailing: boolean;
  /** The share of pods whose look changes in every frame. */
  readonly changing?: number;
}

interface FakePod {
  row: PodRow;
  state: PodState;
  app: string;
}

const start = Date.UTC(2026, 0, 1, 9, 0, 0) * 1000;
const second = 1e6;
const apps = ['frontend', 'redis-leader', 'redis-follower', 'vote', 'result', 'worker', 'api', 'web'];
const staticComponents = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const letters = 'bcdfghjklmnpqrstvwxz2456789';

export const fakeCatalogue: Catalogue = {
  faults: [
    { name: 'machine-unplugged', appliesTo: 'machine', explain: 'The cable is out.' },
    { name: 'machine-powered-off', appliesTo: 'machine', explain: 'The power is off.' },
    { name: 'kubelet-stopped', appliesTo: 'machine', explain: 'The kubelet stands still.' },
  ],
  images: [{ name: 'nginx', explain: 'A web server.' }],
  samples: [
    {
      name: 'guestbook',
      title: 'Guestbook',
      explain: 'A page, and Redis behind it.',
      manifest: 'apiVersion: v1\nkind: Service\nmetadata:\n  name: frontend\n',
    },
    { name: 'voting-app', title: 'Voting app', explain: 'Five parts that work together.', manifest: 'kind: Deployment\n' },
    { name: 'echo', title: 'Three echoes', explain: 'The smallest thing with a Service.', manifest: 'kind: Deployment\n' },
  ],
};

/** The state of the made-up world, stepped in virtual time. */
export class FakeCluster {
  time = start;
  readonly machines: MachineRow[] = [];
  readonly pods = new Map<number, FakePod>();
  readonly services: ServiceRow[] = [];
  readonly workloads: WorkloadRow[] = [];
  deadlines: Deadline[] = [];
  readonly history: Occurrence[] = [];
  fresh: Occurrence[] = [];
  freshPackets: PacketRow[] = [];
  touchedMachines = new Set<number>();
  touchedPods = new Set<number>();
  removedPods: number[] = [];
  areServicesTouched = true;
  private seed = 7;
  private nextSlot = 0;
  private nextPacket = 1;
  private nextStirred = 0;
  private readonly freeSlots: number[] = [];
  private readonly due: { at: number; run: () => void }[] = [];

  constructor(private readonly options: FakeOptions) {
    for (let i = 0; i < options.machines; i++) this.machines.push(this.machine(i));
    this.system();
    const perApp = Math.max(1, Math.ceil(options.pods / Math.min(apps.length, Math.max(3, options.pods / 4))));
    let made = 0;
    for (const app of apps) {
      if (made >= options.pods) break;
      const count = Math.min(perApp, options.pods - made);
      this.workloads.push(this.workload(app, count));
      this.services.push(this.service(app));
      for (let i = 0; i < count; i++, made++) this.addPod(app, 'ready');
    }
    this.recount();
    if (options.isFailing) this.fail();
  }

  /** Moves virtual time on, doing what falls due. */
  advance(micros: number): void {
    const until = this.time + micros;
    for (;;) {
      this.due.sort((a, b) => a.at - b.at);
      const next = this.due[0];
      if (!next || next.at > until) break;
      this.due.shift();
      this.time = Math.max(this.time, next.at);
      next.run();
    }
    this.time = until;
    this.heartbeats();
    this.traffic(micros);
    this.stir();
    this.deadlines = this.deadlines.filter((deadline) => deadline.due > this.time);
  }

  /** The next of the changing share of pods turn from ready to not ready or back. */
  private stir(): void {
    const { changing = 0 } = this.options;
    if (changing === 0) return;
    const pods = [...this.pods.values()];
    for (let n = 0; n < pods.length * changing; n++) {
      const pod = pods[this.nextStirred++ % pods.length]!;
      pod.state = this.state(pod.row.slot, pod.state.look === 'ready' ? 'notready' : 'ready');
      this.touchedPods.add(pod.row.slot);
    }
  }

  record(kind: Occurrence['kind'], reason: string, subjects: readonly string[], message: string, actor: string, cause: number): number {
    const id = this.history.length + 1;
    const occurrence = { id, time: this.time, kind, reason, subjects, message, actor, cause } as Occurrence;
    this.history.push(occurrence);
    this.fresh.push(occurrence);
    return id;
  }

  setFault(fault: string, target: string, isOn: boolean): void {
    const row = this.machines.find((one) => one.name === target);
    if (!row) return;
    const isCable = fault === 'machine-unplugged';
    const input = this.record(
      'input',
      'Command',
      [`Machine/${target}`],
      `${isOn ? 'injectFault' : 'healFault'} ${fault} ${target}`,
      'window',
      0,
    );
    const cause = this.record(
      'fault',
      isOn ? (isCable ? 'MachineUnplugged' : 'MachinePoweredOff') : 'MachineBack',
      [`Machine/${target}`, `Node/${target}`],
      `${target}: ${fault} ${isOn ? 'in force' : 'healed'}`,
      'world',
      input,
    );
    this.change(row.slot, isCable ? { isConnected: !isOn } : { isPowered: !isOn });
    if (isOn) this.lose(row.slot, cause);
    else this.after(3, () => this.change(row.slot, { ready: 'True', readyReason: 'KubeletReady', taints: [] }));
  }

  deletePod(name: string): void {
    const pod = [...this.pods.values()].find((one) => one.row.name === name);
    if (!pod) return;
    const cause = this.record('input', 'Command', [`Pod/default/${name}`], `deleteObject pods ${name}`, 'window', 0);
    this.leave(pod, 3, cause, true);
  }

  setTraffic(name: string, rate: number): void {
    const index = this.services.findIndex((row) => row.name === name);
    const row = this.services[index];
    if (!row) return;
    const { traffic: _, ...rest } = row;
    this.services[index] =
      rate > 0
        ? {
            ...rest,
            traffic: { ratePerSecond: rate, sent: 0, succeeded: 0, failed: 0, byBackend: {}, p50Milliseconds: 3.2, p99Milliseconds: 18 },
          }
        : rest;
    this.areServicesTouched = true;
  }

  change(slot: number, change: Partial<MachineRow>): void {
    this.machines[slot] = { ...this.machines[slot]!, ...change };
    this.touchedMachines.add(slot);
  }

  private random(): number {
    this.seed = (this.seed * 1103515245 + 12345) % 2147483648;
    return this.seed / 2147483648;
  }

  private hash(length: number): string {
    return Array.from({ length }, () => letters[Math.floor(this.random() * letters.length)]).join('');
  }

  private after(seconds: number, run: () => void): void {
    this.due.push({ at: this.time + seconds * second, run });
  }

  private machine(slot: number): MachineRow {
    const isControl = slot === 0;
    const name = isControl ? 'control-plane' : `worker-${slot}`;
    return {
      slot,
      name,
      zone: this.options.zones === 1 ? 'zone-a' : `zone-${'abcdefgh'[slot % this.options.zones]}`,
      role: isControl ? 'control-plane' : 'worker',
      ip: `172.18.0.${slot + 2}`,
      isPowered: true,
      isConnected: true,
      ready: 'True',
      readyReason: 'KubeletReady',
      isCordoned: false,
      taints: isControl ? ['node-role.kubernetes.io/control-plane:NoSchedule'] : [],
      bars: {
        cpuUsed: 180,
        cpuRequested: 0,
        cpuAllocatable: 4000,
        memoryUsed: 7e8,
        memoryRequested: 0,
        memoryAllocatable: 8 * 1024 ** 3,
        pods: 0,
        podsAllocatable: 110,
      },
      faults: [],
    };
  }

  private system(): void {
    for (const component of staticComponents)
      this.addAt({
        name: `${component}-control-plane`,
        namespace: 'kube-system',
        machine: 0,
        app: component,
        component,
        workload: '',
        look: 'ready',
      });
    for (const row of this.machines)
      this.addAt({
        name: `kube-proxy-${this.hash(5)}`,
        namespace: 'kube-system',
        machine: row.slot,
        app: 'kube-proxy',
        component: 'kube-proxy',
        workload: 'DaemonSet/kube-proxy',
        look: 'ready',
      });
    for (let i = 0; i < 2; i++)
      this.addAt({
        name: `coredns-7c65d6cfc9-${this.hash(5)}`,
        namespace: 'kube-system',
        machine: Math.min(i + 1, this.machines.length - 1),
        app: 'kube-dns',
        component: '',
        workload: 'Deployment/coredns',
        look: 'ready',
      });
    this.services.push(
      { ...this.service('kubernetes'), clusterIP: '10.96.0.1', selector: {} },
      { ...this.service('kube-dns'), namespace: 'kube-system', clusterIP: '10.96.0.10' },
    );
  }

  private addAt(wanted: {
    name: string;
    namespace: string;
    machine: number;
    app: string;
    component: string;
    workload: string;
    look: PodLook;
  }): FakePod {
    const slot = this.freeSlots.pop() ?? this.nextSlot++;
    const row: PodRow = {
      slot,
      namespace: wanted.namespace,
      name: wanted.name,
      uid: `uid-${wanted.name}`,
      machine: wanted.machine,
      workload: wanted.workload,
      labels: { app: wanted.app },
      image: `registry.example/${wanted.app}:1.4.2`,
      fidelity: 'not modelled',
      isStatic: wanted.workload === '' && wanted.component !== '',
      component: wanted.component,
    };
    const pod = { row, state: this.state(slot, wanted.look), app: wanted.app };
    this.pods.set(slot, pod);
    this.touchedPods.add(slot);
    return pod;
  }

  private state(slot: number, look: PodLook): PodState {
    const status = {
      pending: 'Pending',
      starting: 'ContainerCreating',
      ready: 'Running',
      notready: 'Running',
      failing: 'CrashLoopBackOff',
      failed: 'Error',
      leaving: 'Terminating',
      ghost: 'Unknown',
      done: 'Completed',
    }[look];
    const message =
      look === 'pending'
        ? 'Waiting: no machine has 2 CPUs free. Nearest: worker-1, short by 0.3.'
        : look === 'failing'
          ? 'back-off 40s restarting failed container'
          : '';
    const isUp = look === 'ready' || look === 'notready' || look === 'ghost' || look === 'leaving';
    return {
      slot,
      look,
      status,
      readyContainers: look === 'ready' ? 1 : 0,
      containers: 1,
      restarts: look === 'failing' ? 4 : 0,
      ip: isUp ? `10.244.1.${slot % 250}` : '',
      running: isUp ? 1 : 0,
      message,
    };
  }

  private addPod(app: string, look: PodLook): FakePod {
    const workers = this.machines.filter((row) => row.role === 'worker' && row.ready === 'True');
    const target = workers[Math.floor(this.random() * workers.length)];
    return this.addAt({
      name: `${app}-6d4cf56db6-${this.hash(5)}`,
      namespace: 'default',
      machine: look === 'pending' || !target ? -1 : target.slot,
      app,
      component: '',
      workload: `Deployment/${app}`,
      look,
    });
  }

  private setLook(pod: FakePod, look: PodLook): void {
    if (!this.pods.has(pod.row.slot) || this.pods.get(pod.row.slot) !== pod) return;
    pod.state = this.state(pod.row.slot, look);
    this.touchedPods.add(pod.row.slot);
    this.recount();
  }

  private removePod(pod: FakePod): void {
    if (this.pods.get(pod.row.slot) !== pod) return;
    this.pods.delete(pod.row.slot);
    this.removedPods.push(pod.row.slot);
    this.touchedPods.delete(pod.row.slot);
    this.recount();
  }

  private deadline(kind: Deadline['kind'], subject: string, seconds: number, rule: string): void {
    this.deadlines = [
      ...this.deadlines,
      { id: `${kind}/${subject}`, kind, subject, start: this.time, due: this.time + seconds * second, rule },
    ];
  }

  private lose(slot: number, cause: number): void {
    const { name } = this.machines[slot]!;
    this.deadline('grace', `Node/${name}`, 50, 'node-monitor-grace-period: no lease renewed for 50 s makes a node Unknown.');
    this.after(50, () => {
      if (this.machines[slot]!.isPowered && this.machines[slot]!.isConnected) return;
      const notReady = this.record(
        'controller',
        'NodeNotReady',
        [`Node/${name}`],
        `Node ${name} has not renewed its lease for 50 s: Ready is Unknown`,
        'node-lifecycle-controller',
        cause,
      );
      const taint = this.record(
        'controller',
        'TaintAdded',
        [`Node/${name}`],
        `node.kubernetes.io/unreachable:NoExecute on ${name}`,
        'node-lifecycle-controller',
        notReady,
      );
      this.change(slot, { ready: 'Unknown', readyReason: 'NodeStatusUnknown', taints: ['node.kubernetes.io/unreachable:NoExecute'] });
      for (const pod of this.pods.values()) {
        if (pod.row.machine !== slot || pod.row.namespace !== 'default') continue;
        this.setLook(pod, 'notready');
        this.deadline('toleration', `Pod/default/${pod.row.name}`, 300, 'tolerationSeconds 300 of node.kubernetes.io/unreachable.');
        this.after(300, () => {
          if (this.machines[slot]!.ready === 'True') return;
          const evicted = this.record(
            'controller',
            'TaintManagerEviction',
            [`Pod/default/${pod.row.name}`],
            `Marking ${pod.row.name} for deletion`,
            'taint-eviction-controller',
            taint,
          );
          this.setLook(pod, 'ghost');
          this.replace(pod.app, evicted);
        });
      }
    });
  }

  private leave(pod: FakePod, seconds: number, cause: number, isReplaced: boolean): void {
    const killing = this.record('kubelet', 'Killing', [`Pod/default/${pod.row.name}`], `Stopping container ${pod.app}`, 'kubelet', cause);
    this.setLook(pod, 'leaving');
    this.deadline('termination', `Pod/default/${pod.row.name}`, seconds, 'terminationGracePeriodSeconds.');
    this.after(seconds, () => this.removePod(pod));
    if (isReplaced && pod.row.workload.startsWith('Deployment/')) this.replace(pod.app, killing);
  }

  private replace(app: string, cause: number): void {
    const pod = this.addPod(app, 'pending');
    const subject = `Pod/default/${pod.row.name}`;
    const created = this.record(
      'controller',
      'SuccessfulCreate',
      [subject, `ReplicaSet/default/${app}-6d4cf56db6`],
      `Created pod: ${pod.row.name}`,
      'replicaset-controller',
      cause,
    );
    this.after(0.4, () => {
      const workers = this.machines.filter((row) => row.role === 'worker' && row.ready === 'True' && !row.isCordoned);
      const target = workers[Math.floor(this.random() * workers.length)];
      if (!target) return;
      const bound = this.record(
        'scheduling',
        'Scheduled',
        [subject, `Node/${target.name}`],
        `Successfully assigned default/${pod.row.name} to ${target.name}`,
        'default-scheduler',
        created,
      );
      pod.row = { ...pod.row, machine: target.slot };
      this.setLook(pod, 'starting');
      this.after(2.5, () => {
        this.record('kubelet', 'Started', [subject], `Started container ${app}`, `kubelet ${target.name}`, bound);
        this.setLook(pod, 'ready');
      });
    });
  }

  private fail(): void {
    const looks: readonly PodLook[] = ['failing', 'failed', 'done', 'notready', 'starting', 'leaving', 'pending', 'pending'];
    const own = [...this.pods.values()].filter((pod) => pod.row.namespace === 'default');
    looks.forEach((look, index) => {
      const pod = own[index];
      if (!pod) return;
      if (look === 'pending') pod.row = { ...pod.row, machine: -1 };
      this.setLook(pod, look);
      const subject = `Pod/default/${pod.row.name}`;
      if (look === 'failing') this.deadline('backoff', subject, 40, 'CrashLoopBackOff: 10 s, doubled to at most 300 s.');
      if (look === 'leaving') this.deadline('termination', subject, 30, 'terminationGracePeriodSeconds: 30.');
    });
    this.setFault('machine-unplugged', 'worker-2', true);
    this.advance(20 * second);
    if (this.machines.length > 4) {
      this.change(3, { isCordoned: true });
      this.setFault('machine-powered-off', 'worker-4', true);
      this.advance(60 * second);
    }
  }

  private workload(app: string, count: number): WorkloadRow {
    return {
      kind: 'Deployment',
      namespace: 'default',
      name: app,
      uid: `w-${app}`,
      desired: count,
      current: count,
      ready: count,
      updated: count,
      available: count,
      images: [`registry.example/${app}:1.4.2`],
      owner: '',
    };
  }

  private service(app: string): ServiceRow {
    const ip = `10.96.${20 + this.services.length}.${40 + this.services.length * 7}`;
    return {
      namespace: 'default',
      name: app,
      uid: `s-${app}`,
      type: 'ClusterIP',
      clusterIP: ip,
      ports: [{ name: '', port: 80, protocol: 'TCP', nodePort: 0, targetPort: '80' }],
      selector: { app },
      ready: [],
      notReady: [],
    };
  }

  private recount(): void {
    const counts = this.machines.map(() => 0);
    for (const pod of this.pods.values()) if (pod.row.machine >= 0) counts[pod.row.machine]!++;
    counts.forEach((pods, slot) => {
      const row = this.machines[slot]!;
      if (row.bars.pods !== pods)
        this.change(slot, {
          bars: {
            ...row.bars,
            pods,
            cpuRequested: 100 + pods * 150,
            cpuUsed: 60 + pods * 70,
            memoryRequested: pods * 180e6,
            memoryUsed: 4e8 + pods * 90e6,
          },
        });
    });
    this.services.forEach((row, index) => {
      const behind = [...this.pods.values()].filter((pod) => pod.app === row.name);
      const ready = behind.filter((pod) => pod.state.look === 'ready').map((pod) => pod.row.slot);
      const notReady = behind.filter((pod) => pod.state.look !== 'ready').map((pod) => pod.row.slot);
      if (ready.join() !== row.ready.join() || notReady.join() !== row.notReady.join()) {
        this.services[index] = { ...row, ready, notReady };
        this.areServicesTouched = true;
      }
    });
  }

  private lastBeat = start;

  private heartbeats(): void {
    if (this.time - this.lastBeat < 10 * second) return;
    this.lastBeat = this.time;
    for (const row of this.machines.slice(0, 20)) {
      if (row.isPowered && row.isConnected)
        this.record(
          'heartbeat',
          'LeaseRenewed',
          [`Lease/kube-node-lease/${row.name}`],
          `${row.name} renewed its lease`,
          `kubelet ${row.name}`,
          0,
        );
    }
  }

  private traffic(micros: number): void {
    this.services.forEach((row, index) => {
      const { traffic } = row;
      if (!traffic) return;
      const expected = (traffic.ratePerSecond * micros) / second;
      const count = Math.floor(expected) + (this.random() < expected % 1 ? 1 : 0);
      const byBackend: Record<string, number> = { ...traffic.byBackend };
      let failed = 0;
      for (let i = 0; i < count; i++) failed += this.request(row, byBackend) ? 0 : 1;
      if (count === 0) return;
      this.services[index] = {
        ...row,
        traffic: {
          ...traffic,
          sent: traffic.sent + count,
          succeeded: traffic.succeeded + count - failed,
          failed: traffic.failed + failed,
          byBackend,
        },
      };
      this.areServicesTouched = true;
    });
  }

  private request(row: ServiceRow, byBackend: Record<string, number>): boolean {
    const all = [...row.ready, ...row.notReady.filter(() => this.random() < 0.2)];
    const pod = this.pods.get(all[Math.floor(this.random() * all.length)] ?? -1);
    const machine = pod && this.machines[pod.row.machine];
    const isOk = machine !== undefined && machine.isPowered && machine.isConnected;
    const path = [
      'user',
      `service:${row.namespace}/${row.name}`,
      ...(machine && pod ? [`machine:${machine.name}`, `pod:${pod.row.namespace}/${pod.row.name}`] : []),
    ];
    this.freshPackets.push({
      id: this.nextPacket++,
      service: `${row.namespace}/${row.name}`,
      start: this.time,
      end: this.time + 3200,
      outcome: isOk ? 'ok' : machine ? 'timeout' : 'refused',
      path,
    });
    if (isOk && pod) byBackend[pod.row.name] = (byBackend[pod.row.name] ?? 0) + 1;
    return isOk;
  }
}
