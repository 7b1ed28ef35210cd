// The environment variables by which containers find Services without DNS. Upstream: pkg/kubelet/envvars/envvars.go.
import type { Service } from '@/kubernetes/api/core/v1/service/types.ts';
import type { Informer } from '@/kubernetes/client/informer.ts';

export interface Variable {
  readonly name: string;
  readonly value: string;
}

const word = (name: string): string => name.toUpperCase().replaceAll('-', '_');

function variablesOf(service: Service): Variable[] {
  const { clusterIP = '' } = service.spec;
  const ports = service.spec.ports ?? [];
  const first = ports[0];
  if (first === undefined) return [];
  const prefix = word(service.metadata.name);
  const host = clusterIP.includes(':') ? `[${clusterIP}]` : clusterIP;
  const variables: Variable[] = [
    { name: `${prefix}_SERVICE_HOST`, value: clusterIP },
    { name: `${prefix}_SERVICE_PORT`, value: String(first.port) },
  ];
  for (const port of ports) if (port.name) variables.push({ name: `${prefix}_SERVICE_PORT_${word(port.name)}`, value: String(port.port) });
  for (const [index, port] of ports.entries()) {
    const protocol = port.protocol ?? 'TCP';
    const url = `${protocol.toLowerCase()}://${host}:${port.port}`;
    const own = `${prefix}_PORT_${port.port}_${protocol}`;
    if (index === 0) variables.push({ name: `${prefix}_PORT`, value: url });
    variables.push(
      { name: own, value: url },
      { name: `${own}_PROTO`, value: protocol.toLowerCase() },
      { name: `${own}_PORT`, value: String(port.port) },
      { name: `${own}_ADDR`, value: clusterIP },
    );
  }
  return variables;
}

function hasClusterIp(service: Service): boolean {
  return service.spec.clusterIP !== undefined && service.spec.clusterIP !== '' && service.spec.clusterIP !== 'None';
}

/** Lists of variables, made once per namespace and shared by all containers until a Service changes. */
export class ServiceVariables {
  private readonly known = new Map<string, readonly Variable[]>();

  constructor(private readonly services: Informer<Service>) {
    const forget = (): void => this.known.clear();
    services.onChange({ added: forget, updated: forget, deleted: forget });
  }

  /** With `isLinked` those of all Services of the namespace, else only where the API server is. */
  of(namespace: string, isLinked: boolean): readonly Variable[] {
    const key = isLinked ? namespace : '';
    let variables = this.known.get(key);
    if (variables === undefined) {
      const members = isLinked ? this.services.listNamespace(namespace).filter(hasClusterIp) : [];
      const kubernetes = this.services.get('default/kubernetes');
      // A namespace's own Service named kubernetes hides the cluster's.
      const isHidden = members.some(({ metadata }) => metadata.name === 'kubernetes');
      if (kubernetes && hasClusterIp(kubernetes) && !isHidden) members.push(kubernetes);
      variables = members.flatMap(variablesOf);
      this.known.set(key, variables);
    }
    return variables;
  }
}
