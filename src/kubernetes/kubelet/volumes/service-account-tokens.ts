// Tokens that pods show to the API server: asked for one pod, kept until four fifths of their life are over.
// Upstream: pkg/kubelet/token/token_manager.go.
import { hours, microseconds, parseRfc3339, plus, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Pod, ServiceAccountTokenProjection } from '@/kubernetes/api/core/v1/pod/types.ts';
import type { ServiceAccount } from '@/kubernetes/api/core/v1/serviceaccount/types.ts';
import type { Client, ResourceClient } from '@/kubernetes/client/client.ts';
import { serviceAccountsResource } from '@/kubernetes/client/resources.ts';

interface TokenRequest {
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

interface Known {
  readonly token: string;
  /** From when on a new one is asked for. */
  readonly refreshAt: Instant;
}

const maxAge = hours(24);

/** Tokens by pod, audience and life. */
export class ServiceAccountTokens {
  private readonly known = new Map<string, Known>();
  private readonly accounts: ResourceClient<ServiceAccount>;

  constructor(
    private readonly context: Context,
    client: Client,
  ) {
    this.accounts = client.of<ServiceAccount>(serviceAccountsResource);
  }

  /** Throws what the API server refuses with. */
  *get(pod: Pod, projection: ServiceAccountTokenProjection): Task<string> {
    const { audience = '', expirationSeconds = 3600 } = projection;
    const { name, namespace = '', uid } = pod.metadata;
    const key = `${uid} ${audience} ${expirationSeconds}`;
    const known = this.known.get(key);
    if (known && this.context.now < known.refreshAt) return known.token;
    const answer = yield* this.accounts.createSubresource<TokenRequest>(namespace, pod.spec.serviceAccountName ?? 'default', 'token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid },
      },
    });
    const { token, expirationTimestamp } = answer.status;
    const expiry = parseRfc3339(expirationTimestamp) ?? this.context.now;
    const life = microseconds(Math.min((expiry - this.context.now) * 0.8, maxAge));
    this.known.set(key, { token, refreshAt: plus(this.context.now, life) });
    return token;
  }

  forget(podUid: string): void {
    for (const key of this.known.keys()) if (key.startsWith(`${podUid} `)) this.known.delete(key);
  }
}
