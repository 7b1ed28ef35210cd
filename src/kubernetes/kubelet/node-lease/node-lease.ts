// A node's sign of life: renews its Lease every ten seconds. Upstream: component-helpers/apimachinery/lease/controller.go.
import { microseconds, milliseconds, rfc3339Micro, seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Lease } from '@/kubernetes/api/coordination/v1/lease/types.ts';
import type { Node } from '@/kubernetes/api/core/v1/node/types.ts';
import type { OwnerReference } from '@/kubernetes/apimachinery/meta/meta.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import { leasesResource, nodesResource } from '@/kubernetes/client/resources.ts';

const namespace = 'kube-node-lease';
const leaseDurationSeconds = 40;
const renewInterval = seconds(10);
/** Upstream's heartbeat client gives up after the renew interval. */
const answerWithin = renewInterval;
const maxRenewTries = 5;
const firstEnsureRetry = milliseconds(200);
const maxEnsureRetry = seconds(7);

/** Runs for as long as its process. */
export class NodeLease {
  private readonly leases: ResourceClient<Lease>;
  private readonly nodes: ResourceClient<Node>;
  private latest: Lease | undefined;
  /** The occurrence of the first renewal that failed; 0 while all is well. */
  private failedSince = 0;

  constructor(
    private readonly context: Context,
    client: Client,
    private readonly nodeName: string,
  ) {
    this.leases = client.of<Lease>(leasesResource);
    this.nodes = client.of<Node>(nodesResource);
  }

  *run(): Task<void> {
    for (;;) {
      // Every renewal begins a story of its own.
      this.context.cause = 0;
      yield* this.sync();
      yield* this.context.sleep(microseconds(renewInterval * this.context.random.within(1, 1.04)));
    }
  }

  private *sync(): Task<void> {
    if (this.latest !== undefined) {
      for (let tries = 0; tries < maxRenewTries; tries++) {
        const isDone = yield* this.attempt(this.renew());
        if (isDone) return;
        if (this.latest === undefined) break;
      }
      if (this.latest !== undefined) return;
    }
    let delay: number = firstEnsureRetry;
    while (!(yield* this.attempt(this.ensure()))) {
      yield* this.context.sleep(microseconds(delay));
      delay = Math.min(delay * 2, maxEnsureRetry);
    }
  }

  /** One try, bounded; says whether it worked and tells when the lease was lost or won back. */
  private *attempt(request: Task<Lease>): Task<boolean> {
    try {
      const answer = yield* this.context.within(answerWithin, request);
      if (answer === undefined) throw new ConnectionError('timeout', 'context deadline exceeded');
      this.latest = answer;
      this.renewed();
      return true;
    } catch (error) {
      if (error instanceof StatusError) {
        // Someone else wrote it: what is there now is read anew.
        if (error.code === 409) this.latest = yield* this.read();
        else if (error.code === 404) this.latest = undefined;
      } else if (!(error instanceof ConnectionError)) throw error;
      this.failed(error);
      return false;
    }
  }

  private renew(): Task<Lease> {
    const latest = this.latest as Lease;
    return this.leases.update({ ...latest, spec: { ...latest.spec, ...this.spec() } });
  }

  private *ensure(): Task<Lease> {
    try {
      const existing = yield* this.leases.get(namespace, this.nodeName);
      const ownerReferences = existing.metadata.ownerReferences?.length ? existing.metadata.ownerReferences : yield* this.owner();
      return yield* this.leases.update({ ...existing, metadata: { ...existing.metadata, ownerReferences }, spec: { ...existing.spec, ...this.spec() } });
    } catch (error) {
      if (!(error instanceof StatusError) || error.code !== 404) throw error;
    }
    const ownerReferences = yield* this.owner();
    return yield* this.leases.create(namespace, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.nodeName, namespace, ownerReferences },
      spec: this.spec(),
    });
  }

  private *owner(): Task<readonly OwnerReference[]> {
    const { uid } = (yield* this.nodes.get('', this.nodeName)).metadata;
    return [{ apiVersion: 'v1', kind: 'Node', name: this.nodeName, uid }];
  }

  private *read(): Task<Lease | undefined> {
    try {
      return yield* this.context.within(answerWithin, this.leases.get(namespace, this.nodeName));
    } catch (error) {
      if (error instanceof StatusError || error instanceof ConnectionError) return undefined;
      throw error;
    }
  }

  private spec(): Lease['spec'] {
    return { holderIdentity: this.nodeName, leaseDurationSeconds, renewTime: rfc3339Micro(this.context.now) };
  }

  private get subjects(): string[] {
    return [`Lease/${namespace}/${this.nodeName}`, `Node/${this.nodeName}`, `Machine/${this.nodeName}`];
  }

  /** Said once, not at every try. A node that was never registered has nothing to lose. */
  private failed(error: Error): void {
    if (this.failedSince !== 0 || this.latest === undefined) return;
    this.failedSince = this.context.record({
      kind: 'heartbeat',
      reason: 'LeaseRenewalFailed',
      subjects: this.subjects,
      message: `The lease of node ${this.nodeName} cannot be renewed: ${error.message}`,
      // What cut it off, not the timer that noticed.
      cause: this.context.latestAbout(`Machine/${this.nodeName}`),
    });
  }

  private renewed(): void {
    if (this.failedSince === 0) return;
    this.failedSince = 0;
    this.context.record({
      kind: 'heartbeat',
      reason: 'LeaseRenewed',
      subjects: this.subjects,
      message: `The lease of node ${this.nodeName} is renewed again`,
      cause: this.context.latestAbout(`Machine/${this.nodeName}`),
    });
  }
}
