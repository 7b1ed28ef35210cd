// What is known of one pod on its node: small, for there are as many as pods in the cluster.
import type { Pod, PodStatus } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { PodSandboxStatus } from '@/kubernetes/cri-api/runtime.ts';
import { subjectOf } from '../runtime/containers.ts';
import { ContainerRecords } from './container-records.ts';
import type { Machinery } from './machinery.ts';

/** Why the kubelet itself ends a pod. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
}

export class PodRecord {
  /** The status to be reported. */
  status: PodStatus;
  /** The youngest sandbox; '' while there was none. */
  sandboxId = '';
  failure: PodFailure | undefined;
  /** Tries to set up its volumes that failed since the last that did not. */
  mountFailures = 0;
  readonly containers: ContainerRecords;

  constructor(
    private readonly machinery: Machinery,
    /** What the pod is to be: the API's object, or the static pod's manifest. */
    public pod: Pod,
  ) {
    this.status = pod.status;
    this.containers = new ContainerRecords(machinery.runtime);
  }

  get sandbox(): PodSandboxStatus | undefined {
    return this.sandboxId ? this.machinery.runtime.podSandboxStatus(this.sandboxId) : undefined;
  }

  /** `Pod/namespace/name` */
  get subject(): string {
    return subjectOf(this.pod);
  }

  /** The pod's addresses; empty until its sandbox has some. */
  get ips(): readonly string[] {
    return this.pod.spec.hostNetwork ? [this.machinery.hostIp] : (this.sandbox?.ips ?? []);
  }
}
