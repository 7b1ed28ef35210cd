// What the checks look at: any pod or template, with the few fields that matter.
import type { ObjectMeta } from '../../../apimachinery/meta/meta.ts';

type Typed = { readonly type?: string };

interface Security {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: Typed;
  readonly appArmorProfile?: Typed;
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
}

interface Handler {
  readonly httpGet?: { readonly host?: string };
  readonly tcpSocket?: { readonly host?: string };
}

export interface SecuredContainer {
  readonly name: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly livenessProbe?: Handler;
  readonly readinessProbe?: Handler;
  readonly startupProbe?: Handler;
  readonly lifecycle?: { readonly postStart?: Handler; readonly preStop?: Handler };
  readonly securityContext?: Security & {
    readonly privileged?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly procMount?: string;
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
}

export interface Secured {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: {
    readonly containers: readonly SecuredContainer[];
    readonly initContainers?: readonly SecuredContainer[];
    readonly ephemeralContainers?: readonly SecuredContainer[];
    readonly volumes?: readonly { readonly name: string }[];
    readonly hostNetwork?: boolean;
    readonly hostPID?: boolean;
    readonly hostIPC?: boolean;
    readonly hostUsers?: boolean;
    readonly os?: { readonly name?: string };
    readonly securityContext?: Security & { readonly sysctls?: readonly { readonly name: string }[] };
  };
}

/** In the order in which upstream visits them. */
export function containersOf({ spec }: Secured): readonly SecuredContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

/** The names of containers for which this holds. */
export function namesWhere(pod: Secured, holds: (container: SecuredContainer) => boolean): readonly string[] {
  return containersOf(pod)
    .filter(holds)
    .map(({ name }) => name);
}
