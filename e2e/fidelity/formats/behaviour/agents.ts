// The recorder's hands: what kubelets would do to pods and nodes, done on command.
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client } from '@/kubernetes/client/client.ts';
import { leasesResource, nodesResource, podsResource } from '@/kubernetes/client/resources.ts';
import type { Lease } from '@/kubernetes/api/coordination/v1/lease/types.ts';
import { plus, rfc3339, rfc3339Micro, seconds } from '@/simulation/clock/duration.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { GoldenCase, JsonObject, PodWish } from './golden-case.ts';

const leaseNamespace = 'kube-node-lease';
const renewal = seconds(3);

interface Reported {
  readonly conditions?: readonly JsonObject[];
}

/** All kubelets, and a scheduler that takes nodes in turn. */
export class Agents {
  private readonly beating = new Set<string>();
  private readonly nodes: string[] = [];
  private nextNode = 0;
  private nextIp = 1;

  constructor(
    private readonly context: Process,
    private readonly client: Client,
    private readonly rules: NonNullable<GoldenCase['kubelet']>,
  ) {}

  /** Follows pods: binds those that wait for the default scheduler and lets go of deleted ones, as the case wants. */
  *start(): Task<void> {
    this.context.spawn(this.beat());
    yield* this.client.of<Pod>(podsResource).watch(
      '',
      { resourceVersion: '0' },
      {
        event: ({ type, object }) => {
          if (type === 'ADDED' || type === 'MODIFIED') this.context.spawn(this.follow(object as Pod));
        },
        end: () => undefined,
      },
    );
  }

  addNode(name: string): void {
    this.nodes.push(name);
  }

  private *follow(pod: Pod): Task<void> {
    const { name, namespace = '', deletionTimestamp } = pod.metadata;
    if (!pod.spec.nodeName && deletionTimestamp === undefined) {
      const node = this.nodes[this.nextNode++ % this.nodes.length];
      if (pod.spec.schedulerName === 'default-scheduler' && node !== undefined) yield* this.bind(pod, node);
    } else if (deletionTimestamp !== undefined && this.rules.onDelete === 'remove at once')
      yield* this.remove(namespace, name);
  }

  *bind(pod: Pod, node: string): Task<void> {
    const { name, namespace = '' } = pod.metadata;
    const body = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { name, namespace },
      target: { apiVersion: 'v1', kind: 'Node', name: node },
    };
    yield* ignoringRefusal(this.client.of<Pod>(podsResource).createSubresource(namespace, name, 'binding', body));
    if (this.rules.onBind) yield* this.setPod(pod, { state: this.rules.onBind });
  }

  *remove(namespace: string, name: string): Task<void> {
    yield* ignoringRefusal(this.client.of<Pod>(podsResource).delete(namespace, name, { gracePeriodSeconds: 0 }));
  }

  /** Puts a pod into a state; `reported` adds to its status: a reason and a message, conditions. */
  *setPod(pod: Pod, wish: PodWish, reported: Reported = {}): Task<void> {
    // It may have been deleted meanwhile.
    yield* ignoringRefusal(this.report(pod, wish, reported));
  }

  private *report(pod: Pod, wish: PodWish, { conditions = [], ...reported }: Reported): Task<void> {
    const pods = this.client.of<Pod>(podsResource);
    const { name, namespace = '' } = pod.metadata;
    const live = yield* pods.get(namespace, name);
    const now = rfc3339(this.context.now);
    const isReady = wish.state === 'ready';
    const isOver = wish.state === 'succeeded' || wish.state === 'failed';
    const readyAt = wish.readyAt ?? rfc3339(plus(this.context.now, seconds(-(wish.readySince ?? 0))));
    const ip = live.status.podIP ?? `10.244.${Math.floor(this.nextIp / 250) + 1}.${(this.nextIp++ % 250) + 1}`;
    const state = isOver
      ? {
          terminated: {
            exitCode: wish.state === 'failed' ? (wish.exitCode ?? 1) : 0,
            reason: wish.state === 'failed' ? 'Error' : 'Completed',
            startedAt: now,
            finishedAt: now,
          },
        }
      : wish.state === 'pending'
        ? { waiting: { reason: 'ContainerCreating' } }
        : { running: { startedAt: now } };
    const condition = (type: string, isTrue: boolean, at = now): object => ({
      type,
      status: isTrue ? 'True' : 'False',
      lastTransitionTime: at,
    });
    const status = {
      ...reported,
      phase: { ready: 'Running', running: 'Running', pending: 'Pending', succeeded: 'Succeeded', failed: 'Failed' }[
        wish.state
      ],
      conditions: [
        condition('Initialized', true),
        condition('Ready', isReady, isReady ? readyAt : now),
        condition('ContainersReady', isReady),
        ...conditions,
      ],
      hostIP: '10.0.0.1',
      hostIPs: [{ ip: '10.0.0.1' }],
      ...(wish.state === 'pending' ? {} : { podIP: ip, podIPs: [{ ip }] }),
      startTime: live.status.startTime ?? now,
      containerStatuses: live.spec.containers.map((container) => ({
        name: container.name,
        state,
        lastState: {},
        ready: isReady,
        restartCount: wish.restarts ?? 0,
        image: container.image ?? '',
        imageID: '',
        started: isReady,
      })),
    };
    yield* pods.patch(namespace, name, 'strategic', { status }, { subresource: 'status' });
  }

  /** Turns a node's signs of life on (with Ready=True) or off. */
  *heartbeat(node: string, isOn: boolean): Task<void> {
    if (!isOn) {
      this.beating.delete(node);
      return;
    }
    this.beating.add(node);
    const now = rfc3339(this.context.now);
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    };
    yield* this.renew(node);
    yield* this.client
      .of<Node>(nodesResource)
      .patch('', node, 'strategic', { status: { conditions: [ready] } }, { subresource: 'status' });
  }

  private *beat(): Task<void> {
    for (;;) {
      yield* this.context.sleep(renewal);
      for (const node of [...this.beating]) yield* this.renew(node);
    }
  }

  private *renew(node: string): Task<void> {
    const leases = this.client.of<Lease>(leasesResource);
    const spec = { holderIdentity: node, leaseDurationSeconds: 40, renewTime: rfc3339Micro(this.context.now) };
    try {
      yield* leases.patch(leaseNamespace, node, 'merge', { spec });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      const metadata = { name: node, namespace: leaseNamespace };
      yield* ignoringRefusal(
        leases.create(leaseNamespace, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }),
      );
    }
  }
}

function* ignoringRefusal(task: Task<unknown>): Task<void> {
  try {
    yield* task;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}
