// The root CA publisher: every namespace has the cluster's certificate, so that pods can tell the API server from an impostor.
// Upstream: pkg/controller/certificates/rootcacertpublisher/publisher.go.
import { equalJson } from '@/base/json.ts';
import type { ConfigMap } from '@/kubernetes/api/core/v1/configmap/types.ts';
import type { Namespace } from '@/kubernetes/api/core/v1/namespace/types.ts';
import { StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import { configMapsResource, namespacesResource } from '@/kubernetes/client/resources.ts';
import { runWorkers, WorkQueue } from '@/kubernetes/client/work-queue.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { ControllerDescriptor, ControllerParts } from '../controller.ts';
import { isNamespaceTerminating } from '../lib/pod-control.ts';

const mapName = 'kube-root-ca.crt';
const annotations = {
  'kubernetes.io/description':
    'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.',
};

function start(context: Context, parts: ControllerParts): void {
  const namespaces = parts.informers.informer<Namespace>(namespacesResource);
  const maps = parts.informers.informer<ConfigMap>(configMapsResource);
  const client = parts.client.of<ConfigMap>(configMapsResource);
  const data = { 'ca.crt': parts.flags.rootCa };
  const queue = new WorkQueue(context);
  const mapChanged = (map: ConfigMap): void => {
    if (map.metadata.name === mapName) queue.add(map.metadata.namespace ?? '');
  };
  namespaces.onChange({
    added: (namespace) => queue.add(namespace.metadata.name),
    updated: (namespace) => queue.add(namespace.metadata.name),
  });
  maps.onChange({ updated: mapChanged, deleted: mapChanged });

  function* sync(name: string): Task<void> {
    if (namespaces.get(name)?.status.phase !== 'Active') return;
    const map = maps.get(`${name}/${mapName}`);
    if (map && equalJson(map.data, data) && hasAnnotations(map)) return;
    try {
      if (map)
        yield* client.update({
          ...map,
          metadata: { ...map.metadata, annotations: { ...map.metadata.annotations, ...annotations } },
          data,
        });
      else
        yield* client.create(name, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: mapName, namespace: name, annotations },
          data,
        });
    } catch (error) {
      const isThere = error instanceof StatusError && error.reason === 'AlreadyExists';
      if (!isThere && !isNamespaceTerminating(error)) throw error;
    }
  }

  context.spawn(
    (function* (): Task<void> {
      yield* namespaces.waitForSync();
      yield* maps.waitForSync();
      runWorkers(context, queue, 1, sync);
    })(),
  );
}

function hasAnnotations(map: ConfigMap): boolean {
  return Object.entries(annotations).every(([name, value]) => map.metadata.annotations?.[name] === value);
}

/** Upstream: pkg/controller/certificates/rootcacertpublisher. */
export const controller: ControllerDescriptor = {
  name: 'root-ca-certificate-publisher-controller',
  component: 'root-ca-cert-publisher',
  explain: 'Puts the certificate that signed the API server into every namespace, as the config map kube-root-ca.crt.',
  watches: [namespacesResource, configMapsResource],
  rules: [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'update', 'list', 'watch'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] },
    { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch', 'update'] },
  ],
  start,
};
