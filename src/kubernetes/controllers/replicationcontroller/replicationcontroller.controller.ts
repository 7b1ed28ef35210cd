// The replication controller: the ReplicaSet's forerunner, with a selector by equality alone.
import type { ReplicationController } from '@/kubernetes/api/core/v1/replicationcontroller/types.ts';
import { podsResource, replicationControllersResource } from '@/kubernetes/client/resources.ts';
import type { ControllerDescriptor } from '../controller.ts';
import { ReplicaController } from '../lib/replica-controller.ts';
import { setSelectorOf } from '../lib/selectors.ts';

/** Upstream: pkg/controller/replication. */
export const controller: ControllerDescriptor = {
  name: 'replicationcontroller-controller',
  component: 'replication-controller',
  explain:
    'Keeps as many pods of a ReplicationController alive as it asks for; its selector compares labels by equality only.',
  watches: [replicationControllersResource, podsResource],
  rules: [
    { apiGroups: [''], resources: ['replicationcontrollers'], verbs: ['get', 'list', 'update', 'watch'] },
    {
      apiGroups: [''],
      resources: ['replicationcontrollers/status', 'replicationcontrollers/finalizers'],
      verbs: ['update'],
    },
    { apiGroups: [''], resources: ['pods'], verbs: ['create', 'delete', 'list', 'patch', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start: (context, parts) =>
    void new ReplicaController<ReplicationController>(context, parts, {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      resource: replicationControllersResource,
      countsTerminating: false,
      selectorOf: (owner) => setSelectorOf(owner.spec.selector),
    }),
};
