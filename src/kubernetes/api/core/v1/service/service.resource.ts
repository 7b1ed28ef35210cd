// Services: one name and address for a set of pods. Addresses and node ports are allocated by the API server, not here.
// Upstream: pkg/registry/core/service, pkg/apis/core/v1/defaults.go.
import type { ResourceDescriptor } from '../../../resource.ts';
import { at, each, fill, put } from '../../../sharing.ts';
import { specStrategy, statusStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { dropTypeDependentFields, normalizeClusterIps } from './strategy.ts';
import { table } from './table.ts';
import type { Service, ServicePort, ServiceSpec } from './types.ts';
import {
  serviceWarnings,
  validateService,
  validateServiceStatusUpdate,
  validateServiceUpdate,
} from './validation.ts';

function defaults(service: Service): Service {
  const next = fill(put(service, 'spec', defaultSpec(service.spec ?? ({} as ServiceSpec))), {
    status: { loadBalancer: {} },
  });
  const status = fill(next.status, { loadBalancer: {} });
  return put(
    next,
    'status',
    at(status, 'loadBalancer', (balancer) =>
      at(balancer, 'ingress', (ingress) =>
        each(ingress, (one) => (one.ip ? fill(one, { ipMode: 'VIP' }) : one)),
      ),
    ),
  );
}

function defaultSpec(given: ServiceSpec): ServiceSpec {
  let spec = fill(given, { sessionAffinity: 'None', type: 'ClusterIP' });
  if (spec.sessionAffinity === 'None') spec = put(spec, 'sessionAffinityConfig', undefined);
  if (spec.sessionAffinity === 'ClientIP' && !spec.sessionAffinityConfig?.clientIP?.timeoutSeconds) {
    if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
      spec = put(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: 10800 } });
    }
  }
  spec = at(spec, 'ports', (ports) => each(ports, defaultPort));
  if (
    spec.type === 'NodePort' ||
    spec.type === 'LoadBalancer' ||
    (spec.type === 'ClusterIP' && spec.externalIPs?.length)
  ) {
    spec = fill(spec, { externalTrafficPolicy: 'Cluster' });
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer' || spec.type === 'ClusterIP') {
    spec = fill(spec, { internalTrafficPolicy: 'Cluster' });
  }
  return spec.type === 'LoadBalancer' ? fill(spec, { allocateLoadBalancerNodePorts: true }) : spec;
}

function defaultPort(given: ServicePort): ServicePort {
  const port = fill(given, { protocol: 'TCP' });
  return port.targetPort === undefined || port.targetPort === 0 || port.targetPort === ''
    ? put(port, 'targetPort', port.port)
    : port;
}

export const resource: ResourceDescriptor<Service> = {
  name: 'services',
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: ['proxy', 'status'],
  model: 'io.k8s.api.core.v1.Service',
  explain: 'One name and one address for a set of pods; connections are spread over those that are ready.',
  defaults,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,
  strategy: specStrategy<Service>({
    hasGeneration: false,
    emptyStatus: () => ({ loadBalancer: {} }),
    allowCreateOnUpdate: true,
    create: (service) => normalizeClusterIps(service, undefined),
    update: (next, previous) => dropTypeDependentFields(normalizeClusterIps(next, previous), previous),
  }),
  statusStrategy: statusStrategy<Service>({ validateUpdate: validateServiceStatusUpdate }),
  selectableFieldNames: ['spec.clusterIP', 'spec.type'],
  selectableFields: ({ spec }) => ({ 'spec.clusterIP': spec.clusterIP ?? '', 'spec.type': spec.type }),
  table,
};
