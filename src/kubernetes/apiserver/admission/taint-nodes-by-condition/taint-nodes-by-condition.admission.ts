// A new node takes no pods before it is known to be ready. Upstream: plugin/pkg/admission/nodetaint.
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import type { Node } from '../../../api/core/v1/node/types.ts';
import type { AdmissionDescriptor } from '../admission.ts';

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' } as const;

export const plugin: AdmissionDescriptor = {
  name: 'TaintNodesByCondition',
  explain: 'Marks a new node as not ready, until its conditions say otherwise.',
  operations: ['CREATE'],
  resources: ['nodes'],
  admit({ object }) {
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return node;
    return { ...node, spec: { ...node.spec, taints: [...taints, notReady] } } as KubeObject;
  },
};
