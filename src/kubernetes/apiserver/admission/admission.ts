// Admission: what is changed and what is refused of a write after it was allowed and before it is stored. Upstream: apiserver/pkg/admission.
import type { Described } from '@/base/registry.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import type { RequestOptions, UserInfo } from '../../apimachinery/rest/rest.ts';
import type { ResourceDescriptor } from '../../api/resource.ts';

export type AdmissionOperation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** One write, as plugins see it. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly resource: ResourceDescriptor;
  readonly subresource: string;
  /** '' for what is cluster-scoped. */
  readonly namespace: string;
  /** '' while it is to be generated. */
  readonly name: string;
  readonly user: UserInfo;
  /** The object as it is to be; undefined on DELETE. On a subresource with a body of its own, that body. */
  readonly object: KubeObject | undefined;
  /** The object as it is; undefined on CREATE. */
  readonly previous: KubeObject | undefined;
  readonly options: RequestOptions;
  readonly isDryRun: boolean;
  /** Adds a Warning header. */
  warn(text: string): void;
}

/** What plugins may look at beside the write itself. */
export interface AdmissionAccess {
  readonly now: Instant;
  readonly random: Random;
  /** An object as this server knows it. */
  get(group: string, plural: string, namespace: string, name: string): KubeObject | undefined;
  list(group: string, plural: string, namespace?: string): Iterable<KubeObject>;
  /** Writes an object's status as the server itself; false when it has changed meanwhile. */
  writeStatus(group: string, plural: string, object: KubeObject): Task<boolean>;
}

/** An admission plugin. Refuses by throwing a StatusError. */
export interface AdmissionDescriptor extends Described {
  /** Upstream's name: `NamespaceLifecycle`. */
  readonly name: string;
  readonly explain: string;
  readonly operations: readonly AdmissionOperation[];
  /** `pods`, `pods/status`, `deployments.apps`; '*' for every resource and subresource. */
  readonly resources: readonly string[];
  /** Gives the object, changed or the very same. */
  admit?(attributes: AdmissionAttributes, access: AdmissionAccess): KubeObject | undefined;
  validate?(attributes: AdmissionAttributes, access: AdmissionAccess): void;
  /** Refuses, or writes what goes with the request, when all else has been said and just before it is stored. */
  settle?(attributes: AdmissionAttributes, access: AdmissionAccess): Task<void>;
}

/** Upstream's order of plugins that change; those that are not here are not on by default. Upstream: pkg/kubeapiserver/options/plugins.go. */
const order: readonly string[] = [
  'AlwaysAdmit',
  'NamespaceAutoProvision',
  'NamespaceLifecycle',
  'NamespaceExists',
  'LimitPodHardAntiAffinityTopology',
  'LimitRanger',
  'ServiceAccount',
  'NodeRestriction',
  'TaintNodesByCondition',
  'PodSecurity',
  'AlwaysPullImages',
  'ImagePolicyWebhook',
  'PodNodeSelector',
  'Priority',
  'DefaultTolerationSeconds',
  'PodTolerationRestriction',
  'EventRateLimit',
  'ExtendedResourceToleration',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'OwnerReferencesPermissionEnforcement',
  'PersistentVolumeClaimResize',
  'RuntimeClass',
  'CertificateApproval',
  'CertificateSigning',
  'ClusterTrustBundleAttest',
  'CertificateSubjectRestriction',
  'DefaultIngressClass',
  'DenyServiceExternalIPs',
  'PodTopologyLabels',
  'NodeDeclaredFeatureValidator',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionWebhook',
  'ResourceQuota',
  'AlwaysDeny',
];

/** The plugins of one server, in upstream's order. */
export class AdmissionChain {
  private readonly plugins: readonly AdmissionDescriptor[];
  private readonly chains = new Map<string, readonly AdmissionDescriptor[]>();

  constructor(
    plugins: readonly AdmissionDescriptor[],
    private readonly access: AdmissionAccess,
  ) {
    for (const plugin of plugins)
      if (!order.includes(plugin.name)) throw new Error(`admission plugin ${plugin.name} has no place in the order`);
    this.plugins = [...plugins].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  }

  /** Lets every plugin change the object, then gives it back. */
  admit(attributes: AdmissionAttributes): KubeObject | undefined {
    let current = attributes;
    for (const plugin of this.chain(attributes)) {
      if (!plugin.admit) continue;
      const object = plugin.admit(current, this.access);
      if (object !== current.object) current = { ...current, object };
    }
    return current.object;
  }

  /** Lets every plugin refuse the object as it would be stored. */
  validate(attributes: AdmissionAttributes): void {
    for (const plugin of this.chain(attributes)) plugin.validate?.(attributes, this.access);
  }

  /** Lets plugins write what goes with the request. */
  *settle(attributes: AdmissionAttributes): Task<void> {
    for (const plugin of this.chain(attributes)) if (plugin.settle) yield* plugin.settle(attributes, this.access);
  }

  private chain({ operation, resource, subresource }: AdmissionAttributes): readonly AdmissionDescriptor[] {
    const target = subresource === '' ? resource.name : `${resource.name}/${subresource}`;
    const key = `${operation} ${target}`;
    let chain = this.chains.get(key);
    if (!chain) {
      chain = this.plugins.filter(
        (plugin) =>
          plugin.operations.includes(operation) &&
          (plugin.resources.includes('*') || plugin.resources.includes(target)),
      );
      this.chains.set(key, chain);
    }
    return chain;
  }
}
