// The ReplicaSet controller: a set-based selector, a template, a number.
import type { ReplicaSet } from '@/kubernetes/api/apps/v1/replicaset/types.ts';
import { podsResource, replicaSetsResource } from '@/kubernetes/client/resources.ts';
import type { ControllerDescriptor } from '../controller.ts';
import { ReplicaController } from '../lib/replica-controller.ts';
import { selectorOf } from '../lib/selectors.ts';

/** Upstream: pkg/controller/replicaset. */
export const controller: ControllerDescriptor = {
  name: 'replicaset-controller',
  explain:
    'Keeps as many pods of a ReplicaSet alive as it asks for: makes those that are missing and deletes those that are too many.',
  watches: [replicaSetsResource, podsResource],
  rules: [
    { apiGroups: ['apps', 'extensions'], resources: ['replicasets'], verbs: ['get', 'list', 'update', 'watch'] },
    {
      apiGroups: ['apps', 'extensions'],
      resources: ['replicasets/status', 'replicasets/finalizers'],
      verbs: ['update'],
    },
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'list', 'patch', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) =>
    void new ReplicaController<ReplicaSet>(context, parts, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      resource: replicaSetsResource,
      countsTerminating: true,
      selectorOf: (set) => selectorOf(set.spec.selector),
    }),
};
