// A pod stays five minutes on a node that is lost, unless it says otherwise. Upstream: plugin/pkg/admission/defaulttolerationseconds.
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import type { Pod } from '../../../api/core/v1/pod/types.ts';
import type { PodSpec } from '../../../api/core/v1/podspec/types.ts';
import type { Toleration } from '../../../api/core/v1/podspec/scheduling-types.ts';
import { remembered } from '../../../api/sharing.ts';
import type { AdmissionDescriptor } from '../admission.ts';

const defaults: readonly Toleration[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].map(
  (key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }),
);

export const plugin: AdmissionDescriptor = {
  name: 'DefaultTolerationSeconds',
  explain:
    'Lets a pod stay for 300 seconds on a node that is not ready or cannot be reached, unless the pod says otherwise.',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  admit({ object }) {
    const pod = object as Pod;
    const spec = withDefaults(pod.spec);
    return spec === pod.spec ? pod : ({ ...pod, spec } as KubeObject);
  },
};

const withDefaults = remembered((spec: PodSpec): PodSpec => {
  const own = spec.tolerations ?? [];
  const missing = defaults.filter(({ key: wanted }) => {
    return !own.some(({ key, effect }) => (key === wanted || !key) && (effect === 'NoExecute' || !effect));
  });
  return missing.length === 0 ? spec : { ...spec, tolerations: [...own, ...missing] };
});
