// The node ports of one Service: those it asks for, those it has, and new ones for the rest. Upstream: pkg/registry/core/service/storage/alloc.go.
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import { internalError, invalid as invalidStatus } from '../../../apimachinery/status/status.ts';
import { invalid, type FieldError } from '../../../apimachinery/validation/field-error.ts';
import type { Service, ServicePort, ServiceSpec } from '../../../api/core/v1/service/types.ts';
import type { PortSource } from './ranges.ts';

/** What one write took, and what it gives back when it goes through. */
export class Taken {
  readonly addresses: string[] = [];
  readonly ports: number[] = [];
  readonly freedAddresses: string[] = [];
  readonly freedPorts: number[] = [];
}

const alreadyAllocated = 'provided port is already allocated';

/** One Service's ports being assigned. */
export class PortAssignment {
  private readonly held: readonly number[];
  /** The protocols that this Service uses a port for: several may share one. */
  private readonly used = new Map<number, Set<string>>();

  constructor(
    private readonly service: Service,
    private readonly previous: Service | undefined,
    private readonly ports: PortSource,
    private readonly taken: Taken,
  ) {
    this.held = nodePortsOf(previous?.spec);
  }

  assigned(spec: ServiceSpec): ServiceSpec {
    const needs =
      spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    const may = needs || spec.type === 'LoadBalancer';
    const ports = may ? spec.ports?.map((port, at) => this.withNodePort(port, at, needs)) : spec.ports;
    const isSame = ports?.every((port, at) => port === spec.ports?.[at]) ?? true;
    const next = this.withHealthCheckPort(isSame ? spec : { ...spec, ports });
    for (const port of this.held) if (!this.used.has(port)) this.taken.freedPorts.push(port);
    return next;
  }

  private withNodePort(port: ServicePort, at: number, needs: boolean): ServicePort {
    const protocol = port.protocol ?? 'TCP';
    const wanted = port.nodePort ?? 0;
    if (wanted !== 0) {
      const field = `spec.ports[${at}].nodePort`;
      const protocols = this.used.get(wanted);
      if (protocols?.has(protocol)) throw refusal(this.service, [invalid(field, wanted, alreadyAllocated)]);
      if (!protocols && !this.held.includes(wanted)) this.take(wanted, field);
      this.used.set(wanted, (protocols ?? new Set<string>()).add(protocol));
      return port;
    }
    if (!needs) return port;
    const nodePort = this.next('nodePort');
    this.used.set(nodePort, new Set([protocol]));
    return { ...port, nodePort };
  }

  private withHealthCheckPort(spec: ServiceSpec): ServiceSpec {
    if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return spec;
    const held = this.previous?.spec.healthCheckNodePort ?? 0;
    const wanted = spec.healthCheckNodePort || held;
    if (wanted !== 0 && wanted !== held) this.take(wanted, 'spec.healthCheckNodePort');
    const port = wanted !== 0 ? wanted : this.next('HealthCheck NodePort');
    this.used.set(port, new Set(['TCP']));
    return spec.healthCheckNodePort === port ? spec : { ...spec, healthCheckNodePort: port };
  }

  private take(port: number, field: string): void {
    const problem = this.ports.problemWith(port);
    if (problem) throw refusal(this.service, [invalid(field, port, problem)]);
    this.ports.take(port);
    this.taken.ports.push(port);
  }

  private next(what: string): number {
    const port = this.ports.next();
    if (port === undefined) throw new StatusError(internalError(`failed to allocate a ${what}: range is full`));
    this.taken.ports.push(port);
    return port;
  }
}

/** All ports that a spec holds on the nodes. */
export function nodePortsOf(spec: ServiceSpec | undefined): readonly number[] {
  const ports = (spec?.ports ?? []).flatMap((port) => (port.nodePort ? [port.nodePort] : []));
  if (spec?.healthCheckNodePort) ports.push(spec.healthCheckNodePort);
  return [...new Set(ports)];
}

export function refusal(service: Service, errors: readonly FieldError[]): StatusError {
  return new StatusError(invalidStatus({ group: '', kind: 'Service' }, service.metadata.name, errors));
}
