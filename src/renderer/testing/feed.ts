// Builders of feed messages for tests of the window.
import type { Frame, Hello, MachineRow, PodRow, PodState, ServiceRow } from '@/contract/feed/feed.ts';
import type { Occurrence } from '../stores/cluster/logbook.ts';

export const hello: Hello = {
  kind: 'hello',
  version: 'v1.36.2',
  topology: 'three-workers',
  seed: 1,
  start: 0,
  catalogue: {
    faults: [
      { name: 'machine-unplugged', appliesTo: 'machine', explain: '' },
      { name: 'cable-slow', appliesTo: 'machine', explain: '' },
    ],
    images: [],
    samples: [{ name: 'web', title: 'Web server', explain: '', manifest: 'kind: Pod' }],
  },
  apiServer: 'https://127.0.0.1:6443',
  kubeconfig: '/home/you/kubeconfig',
};

export function machine(slot: number, change: Partial<MachineRow> = {}): MachineRow {
  return {
    slot,
    name: slot === 0 ? 'control-plane' : `worker-${slot}`,
    zone: 'zone-a',
    role: slot === 0 ? 'control-plane' : 'worker',
    ip: `172.18.0.${slot + 2}`,
    isPowered: true,
    isConnected: true,
    ready: 'True',
    readyReason: 'KubeletReady',
    isCordoned: false,
    taints: [],
    bars: {
      cpuUsed: 100,
      cpuRequested: 200,
      cpuAllocatable: 4000,
      memoryUsed: 1e8,
      memoryRequested: 2e8,
      memoryAllocatable: 8 * 1024 ** 3,
      pods: 1,
      podsAllocatable: 110,
    },
    faults: [],
    ...change,
  };
}

export function pod(slot: number, change: Partial<PodRow> = {}): PodRow {
  return {
    slot,
    namespace: 'default',
    name: `web-${slot}`,
    uid: `uid-${slot}`,
    machine: 1,
    workload: 'Deployment/web',
    labels: { app: 'web' },
    image: 'nginx',
    fidelity: 'as upstream',
    isStatic: false,
    component: '',
    ...change,
  };
}

export function podState(slot: number, change: Partial<PodState> = {}): PodState {
  return {
    slot,
    look: 'ready',
    status: 'Running',
    readyContainers: 1,
    containers: 1,
    restarts: 0,
    ip: '10.244.1.2',
    running: 1,
    message: '',
    ...change,
  };
}

export function service(name: string, change: Partial<ServiceRow> = {}): ServiceRow {
  return {
    namespace: 'default',
    name,
    uid: `uid-${name}`,
    type: 'ClusterIP',
    clusterIP: '10.96.0.7',
    ports: [{ name: '', port: 80, protocol: 'TCP', nodePort: 0, targetPort: '80' }],
    selector: { app: name },
    ready: [],
    notReady: [],
    ...change,
  };
}

export function occurrence(id: number, change: Partial<Occurrence> = {}): Occurrence {
  return {
    id,
    time: id * 1e6,
    kind: 'controller',
    reason: 'Reason',
    subjects: [],
    message: `message ${id}`,
    actor: 'somebody',
    cause: 0,
    ...change,
  } as Occurrence;
}

let sequence = 0;

export function frame(change: Partial<Frame> = {}): Frame {
  return { kind: 'frame', sequence: ++sequence, time: 0, speed: 1, isPaused: false, ...change };
}

/** Three machines, two pods, one Service, a chain of four occurrences. */
export const fullFrame = (): Frame =>
  frame({
    isSnapshot: true,
    machines: [machine(0), machine(1), machine(2)],
    pods: [pod(1), pod(2, { machine: 2, name: 'web-2' })],
    podStates: [podState(1), podState(2, { look: 'failing', status: 'CrashLoopBackOff' })],
    services: [service('web', { ready: [1], notReady: [2] })],
    workloads: [
      {
        kind: 'Deployment',
        namespace: 'default',
        name: 'web',
        uid: 'uid-w',
        desired: 2,
        current: 2,
        ready: 1,
        updated: 2,
        available: 1,
        images: ['nginx'],
        owner: '',
      },
    ],
    namespaces: ['default', 'kube-system'],
    occurrences: [
      occurrence(1, { kind: 'input', reason: 'InjectFault', message: 'unplug worker-2' }),
      occurrence(2, { kind: 'fault', reason: 'MachineUnplugged', cause: 1, subjects: ['Machine/worker-2'] }),
      occurrence(3, { reason: 'NodeNotReady', cause: 2, subjects: ['Node/worker-2'] }),
      occurrence(4, { kind: 'heartbeat', reason: 'LeaseRenewed' }),
      occurrence(5, { reason: 'TaintManagerEviction', cause: 3, subjects: ['Pod/default/web-2'] }),
    ],
  });
