// Cluster addresses and node ports for Services: given out when one is written, taken back when it is deleted or no longer needs them.
// Upstream: pkg/registry/core/service/storage/alloc.go.
import { StatusError } from '../../../apimachinery/rest/rest.ts';
import type { KubeObject } from '../../../apimachinery/meta/meta.ts';
import { internalError } from '../../../apimachinery/status/status.ts';
import { invalid } from '../../../apimachinery/validation/field-error.ts';
import type { Service, ServiceSpec } from '../../../api/core/v1/service/types.ts';
import type { ResourceRequest } from '../server.ts';
import { withFamilies } from './ip-families.ts';
import { nodePortsOf, PortAssignment, refusal, Taken } from './port-assignment.ts';
import { DryRange, IpRange, PortRange } from './ranges.ts';

/** A write with what was reserved for it: `keep` when it went through; `release` always follows and takes back what was not kept. */
export interface Reservation {
  readonly object: KubeObject;
  keep(): void;
  release(): void;
}

const nothing = { keep: (): void => undefined, release: (): void => undefined };

/** The addresses and ports of one cluster. */
export class ServiceAllocator {
  private readonly addresses: IpRange;
  private readonly ports: PortRange;

  constructor(options: {
    readonly serviceCidr: string;
    readonly nodePorts: readonly [number, number];
    readonly seed: (bound: number) => number;
  }) {
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
      if (!request.isDryRun) for (const port of taken.ports) this.ports.free(port);
    };
    let isKept = false;
    try {
      const before = previous as Service | undefined;
      const object = this.fill(
        before ? withAllocated(next as Service, before) : (next as Service),
        before,
        taken,
        request.isDryRun,
      );
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

  private fill(next: Service, previous: Service | undefined, taken: Taken, isDryRun: boolean): Service {
    const { spec: known, errors } = withFamilies(next);
    if (errors.length > 0) throw refusal(next, errors);
    if (!known) return next;
    const addressed = this.withAddress({ ...next, spec: known }, previous, taken, isDryRun);
    const ports = isDryRun ? new DryRange() : this.ports;
    const spec = new PortAssignment(next, previous, ports, taken).assigned(addressed);
    return spec === next.spec ? next : { ...next, spec };
  }

  private withAddress(next: Service, previous: Service | undefined, taken: Taken, isDryRun: boolean): ServiceSpec {
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
      if (problem)
        throw refusal(next, [invalid('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: ${problem}`)]);
      this.addresses.take(wanted);
      taken.addresses.push(wanted);
      return { ...spec, clusterIPs: spec.clusterIPs ?? [wanted] };
    }
    if (next.spec.clusterIPs && next.spec.clusterIPs.length > 0) return spec;
    if (isDryRun) return { ...spec, clusterIP: this.addresses.base, clusterIPs: [this.addresses.base] };
    const address = this.addresses.next();
    if (address === undefined) throw new StatusError(internalError('failed to allocate a serviceIP: range is full'));
    taken.addresses.push(address);
    return { ...spec, clusterIP: address, clusterIPs: [address] };
  }
}

/** What was allocated before and is not spoken of now stays as it is. Upstream: patchAllocatedValues. */
function withAllocated(next: Service, { spec: before }: Service): Service {
  let { spec } = next;
  if (spec.type !== 'ExternalName' && before.type !== 'ExternalName') {
    if (!spec.ipFamilyPolicy && before.ipFamilyPolicy) spec = { ...spec, ipFamilyPolicy: before.ipFamilyPolicy };
    if (!spec.ipFamilies?.length && before.ipFamilies) spec = { ...spec, ipFamilies: before.ipFamilies };
    if (!spec.clusterIP && before.clusterIP) spec = { ...spec, clusterIP: before.clusterIP };
    if (!spec.clusterIPs?.length && before.clusterIPs && spec.clusterIP === before.clusterIP)
      spec = { ...spec, clusterIPs: before.clusterIPs };
  }
  const hasPorts = (type: ServiceSpec['type']): boolean => type === 'NodePort' || type === 'LoadBalancer';
  if (hasPorts(spec.type) && hasPorts(before.type) && spec.ports?.some(({ nodePort }) => !nodePort)) {
    const known = new Map(
      (before.ports ?? []).map(({ protocol, port, nodePort }) => [`${protocol}/${port}`, nodePort]),
    );
    const wanted = new Set(spec.ports.map(({ nodePort }) => nodePort));
    spec = {
      ...spec,
      ports: spec.ports.map((port) => {
        const nodePort = known.get(`${port.protocol}/${port.port}`);
        return port.nodePort || !nodePort || wanted.has(nodePort) ? port : { ...port, nodePort };
      }),
    };
  }
  return spec === next.spec ? next : { ...next, spec };
}

function addressesOf(spec: ServiceSpec | undefined): readonly string[] {
  if (!spec || spec.type === 'ExternalName') return [];
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  return addresses.filter((address) => address !== 'None' && address !== '');
}
