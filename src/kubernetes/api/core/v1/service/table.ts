// Services as `kubectl get` prints them. Upstream: pkg/printers/internalversion/printers.go (printService).
import type { TableColumn, TablePrinter } from '@/kubernetes/apimachinery/table/table.ts';
import { age, ageColumn, column, labelsText, nameColumn, orNone } from '../../../columns.ts';
import type { Service } from './types.ts';

const columns: readonly TableColumn[] = [
  nameColumn,
  column(
    'Type',
    'type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer. "ClusterIP" allocates a cluster-internal IP address for load-balancing to endpoints. Endpoints are determined by the selector or if that is not specified, by manual construction of an Endpoints object or EndpointSlice objects. If clusterIP is "None", no virtual IP is allocated and the endpoints are published as a set of endpoints rather than a virtual IP. "NodePort" builds on ClusterIP and allocates a port on every node which routes to the same endpoints as the clusterIP. "LoadBalancer" builds on NodePort and creates an external load-balancer (if supported in the current cloud) which routes to the same endpoints as the clusterIP. "ExternalName" aliases this service to the specified externalName. Several other fields do not apply to ExternalName services. More info: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types',
  ),
  column(
    'Cluster-IP',
    'clusterIP is the IP address of the service and is usually assigned randomly. If an address is specified manually, is in-range (as per system configuration), and is not in use, it will be allocated to the service; otherwise creation of the service will fail. This field may not be changed through updates unless the type field is also being changed to ExternalName (which requires this field to be blank) or the type field is being changed from ExternalName (in which case this field may optionally be specified, as describe above).  Valid values are "None", empty string (""), or a valid IP address. Setting this to "None" makes a "headless service" (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.  Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified when creating a Service of type ExternalName, creation will fail. This field will be wiped when updating a Service to type ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies',
  ),
  column(
    'External-IP',
    'externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.  These IPs are not managed by Kubernetes.  The user is responsible for ensuring that traffic arrives at a node with this IP.  A common example is external load-balancers that are not part of the Kubernetes system.',
  ),
  column(
    'Port(s)',
    'The list of ports that are exposed by this service. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies',
  ),
  ageColumn,
  column(
    'Selector',
    'Route service traffic to pods with label keys and values matching this selector. If empty or not present, the service is assumed to have an external process managing its endpoints, which Kubernetes will not modify. Only applies to types ClusterIP, NodePort, and LoadBalancer. Ignored if type is ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/',
    { priority: 1 },
  ),
];

/** What the outside reaches the service by. */
function externalIp({ spec, status }: Service): string {
  const given = spec.externalIPs ?? [];
  if (spec.type === 'ExternalName') return spec.externalName ?? '';
  if (spec.type !== 'LoadBalancer') return orNone(given.join(','));
  const balancer = (status.loadBalancer?.ingress ?? [])
    .map((one) => one.ip || one.hostname || '')
    .filter((one) => one !== '');
  const all = [...new Set(balancer)].sort().concat(given);
  return all.length > 0 ? all.join(',') : '<pending>';
}

function ports({ spec }: Service): string {
  const texts = (spec.ports ?? []).map((one) =>
    one.nodePort ? `${one.port}:${one.nodePort}/${one.protocol}` : `${one.port}/${one.protocol}`,
  );
  return orNone(texts.join(','));
}

export const table: TablePrinter<Service> = {
  columns,
  cells: (service, now) => [
    service.metadata.name,
    service.spec.type,
    orNone(service.spec.clusterIPs?.[0]),
    externalIp(service),
    ports(service),
    age(service.metadata.creationTimestamp, now),
    labelsText(service.spec.selector),
  ],
};
