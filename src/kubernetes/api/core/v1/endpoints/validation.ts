// What Endpoints must be to be accepted. Upstream: pkg/apis/core/validation/validation.go (ValidateEndpointsCreate).
import {
  child,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidPortNumber,
} from '@/kubernetes/apimachinery/validation/names.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { parseIp, validateIp, validateNonSpecialIp } from '../../../ip-addresses.ts';
import type { EndpointAddress, EndpointPort, Endpoints } from './types.ts';

export function validateEndpoints(object: Endpoints): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, namespaced)];
  object.subsets?.forEach((subset, at) => {
    const here = index('subsets', at);
    const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
    if (addresses.length === 0 && notReadyAddresses.length === 0) {
      errors.push(required(here, 'must specify `addresses` or `notReadyAddresses`'));
    }
    addresses.forEach((one, position) =>
      errors.push(...validateAddress(one, index(child(here, 'addresses'), position))),
    );
    notReadyAddresses.forEach((one, position) =>
      errors.push(...validateAddress(one, index(child(here, 'notReadyAddresses'), position))),
    );
    ports.forEach((one, position) =>
      errors.push(...validatePort(one, ports.length > 1, index(child(here, 'ports'), position))),
    );
  });
  return errors;
}

function validateAddress(address: EndpointAddress, path: string): readonly FieldError[] {
  const { ip, hostname, nodeName } = address;
  const errors: FieldError[] = [...validateIp(ip ?? '', child(path, 'ip'))];
  if (hostname)
    errors.push(
      ...isDns1123Label(hostname).map((problem) => invalid(child(path, 'hostname'), hostname, problem)),
    );
  if (nodeName !== undefined) {
    errors.push(
      ...isDns1123Subdomain(nodeName).map((problem) => invalid(child(path, 'nodeName'), nodeName, problem)),
    );
  }
  if (parseIp(ip ?? '')) errors.push(...validateNonSpecialIp(ip, child(path, 'ip')));
  else errors.push(invalid(child(path, 'ip'), ip ?? '', 'must be a valid IP address'));
  return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePort(port: EndpointPort, needsName: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name, appProtocol, protocol } = port;
  if (needsName && !name) errors.push(required(child(path, 'name')));
  else if (name)
    errors.push(...isDns1123Label(name).map((problem) => invalid(child(path, 'name'), name, problem)));
  errors.push(
    ...isValidPortNumber(port.port).map((problem) => invalid(child(path, 'port'), port.port, problem)),
  );
  if (!protocol) errors.push(required(child(path, 'protocol')));
  else if (!protocols.includes(protocol))
    errors.push(notSupported(child(path, 'protocol'), protocol, protocols));
  if (appProtocol !== undefined) {
    errors.push(
      ...isQualifiedName(appProtocol).map((problem) =>
        invalid(child(path, 'appProtocol'), appProtocol, problem),
      ),
    );
  }
  return errors;
}

export function validateEndpointsUpdate(next: Endpoints, previous: Endpoints): readonly FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateEndpoints(next)];
}
