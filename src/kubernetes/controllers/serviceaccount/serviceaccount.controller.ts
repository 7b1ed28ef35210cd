// The service account controller: every namespace has an account named default, whatever happens to it.
// Upstream: pkg/controller/serviceaccount/serviceaccounts_controller.go.
import type { Namespace } from '@/kubernetes/api/core/v1/namespace/types.ts';
import type { ServiceAccount } from '@/kubernetes/api/core/v1/serviceaccount/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { namespacesResource, serviceAccountsResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNamespaceTerminating } from '../lib/pod-control.ts';

const accountName = 'default';

function start(context: Context, parts: ControllerParts): void {
  const namespaces = parts.informers.informer<Namespace>(namespacesResource);
  const accounts = parts.informers.informer<ServiceAccount>(serviceAccountsResource);
  const queue = new WorkQueue(context);
  namespaces.onChange({
    added: (namespace) => queue.add(namespace.metadata.name),
    updated: (namespace) => queue.add(namespace.metadata.name),
  });
  accounts.onChange({ deleted: (account) => queue.add(account.metadata.namespace ?? '') });

  function* sync(name: string): Task<void> {
    if (namespaces.get(name)?.status.phase !== 'Active' || accounts.get(`${name}/${accountName}`)) return;
    try {
      yield* parts.client.of<ServiceAccount>(serviceAccountsResource).create(name, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: accountName, namespace: name },
      });
    } catch (error) {
      if (!isNamespaceTerminating(error) && !(error instanceof StatusError && error.reason === 'AlreadyExists'))
        throw error;
    }
  }

  context.spawn(
    (function* (): Task<void> {
      yield* namespaces.waitForSync();
      yield* accounts.waitForSync();
      runWorkers(context, queue, 1, sync);
    })(),
  );
}

/** Upstream: pkg/controller/serviceaccount. */
export const controller: ControllerDescriptor = {
  name: 'serviceaccount-controller',
  component: 'service-account-controller',
  explain: 'Gives every namespace a service account named default: who pods are when they do not say.',
  watches: [namespacesResource, serviceAccountsResource],
  rules: [
    { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['create', 'list', 'watch'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
  ],
  start,
};
