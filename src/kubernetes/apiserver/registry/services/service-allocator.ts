// Cluster addresses and node ports for Services: given out when one is written, taken back when it is deleted or no longer needs them.
// Upstream: pkg/registry/core/service/storage/alloc.go.
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import { invalid as invalidStatus, internalError } from '../../../apimachinery/status/status.ts';
import { invalid, type FieldError } from '../../../apimachinery/validation/field-error.ts';
import type { Service, ServicePort, ServiceSpec } from '../../../api/core/v1/service/types.ts';
import type { ResourceRequest } from '../server.ts';
import { IpRange, PortRange } from './ranges.ts';

/** A write with what was reserved for it: `keep` when it went through; `release` always follows and takes back what was not kept. */
export interface Reservation {
  readonly object: KubeObject;
  keep(): void;
  release(): void;
}

const nothing = { keep: (): void => undefined, release: (): void => undefined };

/** What one write took and gives back. */
class Taken {
  readonly addresses: string[] = [];
  readonly ports: number[] = [];
  readonly freedAddresses: string[] = [];
  readonly freedPorts: number[] = [];
}

/** The addresses and ports of one cluster. */
export class ServiceAllocator {
  private readonly addresses: IpRange;
  private readonly ports: PortRange;

  constructor(options: { readonly serviceCidr: string; readonly nodePorts: readonly [number, number]; readonly seed: (bound: number) => number }) {
    this.addresses = new IpRange(options.serviceCidr, options.seed);
    this.ports = new PortRange(options.nodePorts[0], options.nodePorts[1], options.seed);
  }

  /** The first address of the range: that of the Service `kubernetes`. */
  get firstAddress(): string {
    return this.addresses.first;
  }

  /** Takes note of what stored Services have, as a server does when it starts. */
  restore(services: Iterable<KubeObject>): void {
    for (const object of services) {
      const { spec } = object as Service;
      for (const address of addressesOf(spec)) this.addresses.take(address);
      for (const port of nodePortsOf(spec)) this.ports.take(port);
    }
  }

  /** The object as it is to be stored, with addresses and ports filled in; any other kind of object as it is. */
  reserve(request: ResourceRequest, next: KubeObject, previous: KubeObject | undefined): Reservation {
    const { descriptor } = request.resource;
    if (descriptor.group !== '' || descriptor.plural !== 'services') return { object: next, ...nothing };
    if (request.request.subresource) return { object: next, ...nothing };
    const taken = new Taken();
    const giveBack = (): void => {
      for (const address of taken.addresses) this.addresses.free(address);
      for (const port of taken.ports) this.ports.free(port);
    };
    let isKept = false;
    try {
      const object = this.fill(next as Service, previous as Service | undefined, taken);
      return {
        object,
        keep: () => {
          if (request.isDryRun) return;
          isKept = true;
          for (const address of taken.freedAddresses) this.addresses.free(address);
          for (const port of taken.freedPorts) this.ports.free(port);
        },
        release: () => {
          if (!isKept) giveBack();
        },
      };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Takes back what a deleted object had. */
  forget(object: KubeObject): void {
    if (object.kind !== 'Service' || object.apiVersion !== 'v1') return;
    const { spec } = object as Service;
    for (const address of addressesOf(spec)) this.addresses.free(address);
    for (const port of nodePortsOf(spec)) this.ports.free(port);
  }

  private fill(next: Service, previous: Service | undefined, taken: Taken): Service {
    const spec = this.withPorts(next, this.withAddress(next, previous, taken), previous, taken);
    return spec === next.spec ? next : { ...next, spec };
  }

  private withAddress(next: Service, previous: Service | undefined, taken: Taken): ServiceSpec {
    const { spec } = next;
    const held = addressesOf(previous?.spec);
    if (spec.type === 'ExternalName') {
      taken.freedAddresses.push(...held);
      return spec;
    }
    const wanted = spec.clusterIP ?? '';
    if (wanted === 'None') return { ...spec, clusterIPs: spec.clusterIPs ?? ['None'] };
    if (wanted !== '') {
      if (held.includes(wanted)) return spec;
      const problem = this.addresses.problemWith(wanted);
      if (problem) throw refusal(next, [invalid('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: ${problem}`)]);
      this.addresses.take(wanted);
      taken.addresses.push(wanted);
      return { ...spec, clusterIPs: spec.clusterIPs ?? [wanted] };
    }
    if (next.spec.clusterIPs && next.spec.clusterIPs.length > 0) return spec;
    const address = this.addresses.next();
    if (address === undefined) throw new StatusError(internalError('failed to allocate a serviceIP: range is full'));
    taken.addresses.push(address);
    return { ...spec, clusterIP: address, clusterIPs: [address] };
  }

  private withPorts(next: Service, spec: ServiceSpec, previous: Service | undefined, taken: Taken): ServiceSpec {
    const held = nodePortsOf(previous?.spec);
    const needsPorts = spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    const mayHavePorts = needsPorts || spec.type === 'LoadBalancer';
    const used = new Map<number, Set<string>>();
    const ports = spec.ports?.map((port, at) => this.withNodePort(next, port, at, { needsPorts, mayHavePorts, held, used, taken }));
    for (const port of held) if (!used.has(port)) taken.freedPorts.push(port);
    const isSame = ports?.every((port, at) => port === spec.ports?.[at]) ?? true;
    return this.withHealthCheckPort(next, isSame ? spec : { ...spec, ports }, previous, taken);
  }

  private withNodePort(
    next: Service,
    port: ServicePort,
    at: number,
    use: { needsPorts: boolean; mayHavePorts: boolean; held: readonly number[]; used: Map<number, Set<string>>; taken: Taken },
  ): ServicePort {
    const protocol = port.protocol ?? 'TCP';
    const wanted = port.nodePort ?? 0;
    if (!use.mayHavePorts) return port;
    if (wanted !== 0) {
      const protocols = use.used.get(wanted);
      // One port may serve several protocols of one Service.
      if (!use.held.includes(wanted) && !protocols) this.takePort(next, wanted, `spec.ports[${at}].nodePort`, use.taken);
      else if (protocols?.has(protocol)) throw refusal(next, [invalid(`spec.ports[${at}].nodePort`, wanted, 'provided port is already allocated')]);
      use.used.set(wanted, (protocols ?? new Set<string>()).add(protocol));
      return port;
    }
    if (!use.needsPorts) return port;
    const nodePort = this.ports.next();
    if (nodePort === undefined) throw new StatusError(internalError('failed to allocate a nodePort: range is full'));
    use.taken.ports.push(nodePort);
    use.used.set(nodePort, new Set([protocol]));
    return { ...port, nodePort };
  }

  private takePort(next: Service, port: number, field: string, taken: Taken): void {
    const problem = this.ports.problemWith(port);
    if (problem) throw refusal(next, [invalid(field, port, problem)]);
    this.ports.take(port);
    taken.ports.push(port);
  }

  private withHealthCheckPort(next: Service, spec: ServiceSpec, previous: Service | undefined, taken: Taken): ServiceSpec {
    const needs = spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';
    const held = previous?.spec.healthCheckNodePort ?? 0;
    if (!needs) return spec;
    const wanted = spec.healthCheckNodePort ?? 0;
    if (wanted === 0 && held !== 0) return { ...spec, healthCheckNodePort: held };
    if (wanted !== 0) {
      if (wanted !== held) this.takePort(next, wanted, 'spec.healthCheckNodePort', taken);
      return spec;
    }
    const port = this.ports.next();
    if (port === undefined) throw new StatusError(internalError('failed to allocate a HealthCheck NodePort: range is full'));
    taken.ports.push(port);
    return { ...spec, healthCheckNodePort: port };
  }
}

function addressesOf(spec: ServiceSpec | undefined): readonly string[] {
  if (!spec || spec.type === 'ExternalName') return [];
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  return addresses.filter((address) => address !== 'None' && address !== '');
}

function nodePortsOf(spec: ServiceSpec | undefined): readonly number[] {
  const ports = (spec?.ports ?? []).flatMap((port) => (port.nodePort ? [port.nodePort] : []));
  if (spec?.healthCheckNodePort) ports.push(spec.healthCheckNodePort);
  return ports;
}

function refusal(service: Service, errors: readonly FieldError[]): StatusError {
  return new StatusError(invalidStatus({ group: '', kind: 'Service' }, service.metadata.name, errors));
}
