// Gives every pod an identity: its service account's name, a token where programs look for one, and the account's pull secrets.
// Upstream: plugin/pkg/admission/serviceaccount.
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import type { Pod } from '../../../api/core/v1/pod/types.ts';
import type { PodSpec } from '../../../api/core/v1/podspec/types.ts';
import type { ServiceAccount } from '../../../api/core/v1/serviceaccount/types.ts';
import type { AdmissionAccess, AdmissionAttributes, AdmissionDescriptor } from '../admission.ts';
import { refusal } from '../refusal.ts';
import { withToken } from './token-volume.ts';

const mirrorAnnotation = 'kubernetes.io/config.mirror';

/** What was made of a spec last time, and for which account: pods of one template share their spec. */
const known = new WeakMap<PodSpec, { readonly account: ServiceAccount; readonly spec: PodSpec }>();

export const plugin: AdmissionDescriptor = {
  name: 'ServiceAccount',
  explain: 'Gives a pod its service account, with a token mounted and the secrets to pull images with.',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  admit(attributes, access) {
    const pod = attributes.object as Pod;
    if (attributes.operation === 'UPDATE') return pod;
    if (pod.metadata.annotations?.[mirrorAnnotation] !== undefined) {
      refuseMirror(attributes, pod);
      return pod;
    }
    const account = accountOf(attributes, pod, access);
    let made = known.get(pod.spec);
    if (made?.account !== account) {
      made = { account, spec: withAccount(pod.spec, account, access) };
      known.set(pod.spec, made);
    }
    return made.spec === pod.spec ? pod : ({ ...pod, spec: made.spec } as KubeObject);
  },
};

function refuseMirror(attributes: AdmissionAttributes, { spec }: Pod): void {
  if (spec.serviceAccountName) throw refusal(attributes, 'a mirror pod may not reference service accounts');
  const volumes = (spec.volumes ?? []) as readonly {
    readonly secret?: unknown;
    readonly configMap?: unknown;
    readonly projected?: unknown;
  }[];
  if (volumes.some(({ secret }) => secret)) throw refusal(attributes, 'a mirror pod may not reference secrets');
}

function accountOf(attributes: AdmissionAttributes, { spec }: Pod, access: AdmissionAccess): ServiceAccount {
  const name = spec.serviceAccountName || spec.serviceAccount || 'default';
  const account = access.get('', 'serviceaccounts', attributes.namespace, name);
  if (account) return account as ServiceAccount;
  throw refusal(
    attributes,
    `error looking up service account ${attributes.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
  );
}

function withAccount(given: PodSpec, account: ServiceAccount, access: AdmissionAccess): PodSpec {
  const { name } = account.metadata;
  let spec =
    given.serviceAccountName === name && given.serviceAccount === name
      ? given
      : { ...given, serviceAccountName: name, serviceAccount: name };
  if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) {
    // Differs: the suffix is drawn once for a template, not once for a pod, so that its pods share one spec.
    spec = withToken(spec, `kube-api-access-${access.random.nameSuffix()}`);
  }
  const secrets = account.imagePullSecrets ?? [];
  return secrets.length > 0 && (spec.imagePullSecrets ?? []).length === 0
    ? { ...spec, imagePullSecrets: secrets }
    : spec;
}
