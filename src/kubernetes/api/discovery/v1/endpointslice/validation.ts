// What an EndpointSlice must be to be accepted, and what of it may change later. Upstream: pkg/apis/discovery/validation/validation.go.
import {
  child,
  duplicate,
  index,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
  isValidPortNumber,
} from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { parseIp, validateIp, validateNonSpecialIp } from '../../../ip-addresses.ts';
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from './types.ts';

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const mostEndpoints = 1000;
const mostAddresses = 100;
const mostPorts = 20000;
const mostHints = 8;

export function validateEndpointSlice(object: EndpointSlice): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, namespaced)];
  if (!object.addressType) errors.push(required('addressType'));
  else if (!addressTypes.includes(object.addressType))
    errors.push(notSupported('addressType', object.addressType, addressTypes));
  return [...errors, ...validateEndpoints(object), ...validatePorts(object.ports ?? [])];
}

const validEndpoints = new WeakSet<Endpoint>();

/** Endpoints that passed are remembered: a slice of a hundred is written for each that changes. */
function validateEndpoints({ endpoints, addressType }: EndpointSlice): readonly FieldError[] {
  const list = endpoints ?? [];
  if (list.length > mostEndpoints) return [tooMany('endpoints', list.length, mostEndpoints)];
  return list.flatMap((endpoint, at) => {
    if (validEndpoints.has(endpoint)) return [];
    const errors = validateEndpoint(endpoint, addressType, index('endpoints', at));
    if (errors.length === 0) validEndpoints.add(endpoint);
    return errors;
  });
}

function validateEndpoint(endpoint: Endpoint, addressType: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const here = child(path, 'addresses');
  const addresses = endpoint.addresses ?? [];
  if (addresses.length === 0) errors.push(required(here, 'must contain at least 1 address'));
  else if (addresses.length > mostAddresses) errors.push(tooMany(here, addresses.length, mostAddresses));
  addresses.forEach((address, at) => errors.push(...validateAddress(address, addressType, index(here, at))));
  const { nodeName, hostname, hints } = endpoint;
  if (nodeName !== undefined)
    errors.push(
      ...isDns1123Subdomain(nodeName).map((problem) => invalid(child(path, 'nodeName'), nodeName, problem)),
    );
  for (const [name, value] of Object.entries(endpoint.deprecatedTopology ?? {})) {
    const topology = child(path, 'deprecatedTopology');
    errors.push(...isQualifiedName(name).map((problem) => invalid(topology, name, problem)));
    errors.push(...isValidLabelValue(value).map((problem) => invalid(topology, value, problem)));
  }
  if (hostname !== undefined)
    errors.push(
      ...isDns1123Label(hostname).map((problem) => invalid(child(path, 'hostname'), hostname, problem)),
    );
  if (hints) errors.push(...validateHints(hints, child(path, 'hints')));
  return errors;
}

function validateAddress(address: string, addressType: string, path: string): readonly FieldError[] {
  if (addressType === 'FQDN') {
    if (address === '') return [required(path)];
    return isDns1123Subdomain(address.endsWith('.') ? address.slice(0, -1) : address).map((problem) =>
      invalid(path, address, problem),
    );
  }
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const errors = validateIp(address, path);
  if (errors.length > 0) return errors;
  const isV4 = parseIp(address)?.length === 4;
  if (isV4 !== (addressType === 'IPv4')) return [invalid(path, address, `must be an ${addressType} address`)];
  return validateNonSpecialIp(address, path);
}

function validateHints(hints: EndpointHints, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['forZones', 'forNodes'] as const) {
    const here = child(path, list);
    const items = hints[list] ?? [];
    if (items.length > mostHints) {
      errors.push(tooMany(here, items.length, mostHints));
      continue;
    }
    const seen = new Set<string>();
    items.forEach(({ name }, at) => {
      const item = child(index(here, at), 'name');
      if (seen.has(name)) return void errors.push(duplicate(item, name));
      seen.add(name);
      const problems = list === 'forZones' ? isValidLabelValue(name) : isDns1123Subdomain(name ?? '');
      errors.push(...problems.map((problem) => invalid(item, name ?? '', problem)));
    });
  }
  return errors;
}

function validatePorts(ports: readonly EndpointPort[]): readonly FieldError[] {
  if (ports.length > mostPorts) return [tooMany('ports', ports.length, mostPorts)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach((port, at) => {
    const here = index('ports', at);
    const { name = '', protocol, appProtocol } = port;
    if (name !== '')
      errors.push(...isDns1123Label(name).map((problem) => invalid(child(here, 'name'), name, problem)));
    if (names.has(name)) errors.push(duplicate(child(here, 'name'), name));
    names.add(name);
    if (!protocol) errors.push(required(child(here, 'protocol')));
    else if (!protocols.includes(protocol))
      errors.push(notSupported(child(here, 'protocol'), protocol, protocols));
    if (port.port !== undefined)
      errors.push(
        ...isValidPortNumber(port.port).map((problem) => invalid(child(here, 'port'), port.port, problem)),
      );
    if (appProtocol !== undefined) {
      errors.push(
        ...isQualifiedName(appProtocol).map((problem) =>
          invalid(child(here, 'appProtocol'), appProtocol, problem),
        ),
      );
    }
  });
  return errors;
}

export function validateEndpointSliceUpdate(
  next: EndpointSlice,
  previous: EndpointSlice,
): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateEndpointSlice(next),
    ...validateImmutableField(next.addressType ?? '', previous.addressType ?? '', 'addressType'),
  ];
}

export function endpointSliceWarnings(object: EndpointSlice): readonly string[] {
  return object.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
}
