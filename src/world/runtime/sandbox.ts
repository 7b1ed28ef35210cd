// A pod sandbox: the network namespace that the containers of a pod share, held by its pause container.
import type { PodSandboxConfig, PodSandboxStatus } from '@/kubernetes/cri-api/runtime.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { NetworkInterface } from '../network/interfaces.ts';
import type { Container } from './container.ts';

export class Sandbox {
  containers: readonly Container[] = [];
  state: 'ready' | 'notready' = 'ready';
  private known: PodSandboxStatus | undefined;

  constructor(
    readonly id: string,
    readonly config: PodSandboxConfig,
    readonly createdAt: Instant,
    /** Its namespace; a pod on the host's network has none of its own. */
    public networkInterface: NetworkInterface | undefined,
    private readonly ip: string,
  ) {}

  /** `pod:default/web-1`, for accounts. */
  get label(): string {
    return this.networkInterface?.label ?? podLabel(this.config);
  }

  get subject(): string {
    return `Pod/${this.config.metadata.namespace}/${this.config.metadata.name}`;
  }

  get address(): string {
    return this.ip;
  }

  get status(): PodSandboxStatus {
    if (this.known?.state === this.state) return this.known;
    const { metadata, labels, annotations, isHostNetwork } = this.config;
    this.known = {
      id: this.id,
      metadata,
      state: this.state,
      createdAt: this.createdAt,
      ips: this.state === 'ready' || isHostNetwork ? [this.ip] : [],
      labels,
      annotations,
    };
    return this.known;
  }
}

/** `pod:default/web-1`, for accounts. */
export function podLabel(config: PodSandboxConfig): string {
  return ['pod:', config.metadata.namespace, '/', config.metadata.name].join('');
}
