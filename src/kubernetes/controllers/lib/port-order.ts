// The order in which upstream writes the ports of endpoints: that of a hash (FNV-1a, 128 bits) over each port as Go prints it.
// Upstream: pkg/api/v1/endpoints/util.go and staging/src/k8s.io/endpointslice/util/controller_utils.go (portsInOrder).
import { utf8Bytes } from '@/base/utf8.ts';
import type { EndpointPort } from '@/kubernetes/api/core/v1/endpoints/types.ts';
import type { EndpointPort as SlicePort } from '@/kubernetes/api/discovery/v1/endpointslice/types.ts';

const offset = 0x6c62272e07bb014262b821756295c58dn;
const prime = 0x0000000001000000000000000000013bn;
const mask = (1n << 128n) - 1n;

function hash(text: string): bigint {
  let state = offset;
  for (const byte of utf8Bytes(text)) state = ((state ^ BigInt(byte)) * prime) & mask;
  return state;
}

function inOrder<T>(ports: readonly T[], print: (port: T) => string): readonly T[] {
  if (ports.length < 2) return ports;
  return ports
    .map((port) => ({ port, rank: hash(print(port)) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ port }) => port);
}

const pointer = (type: string, value: string | number | undefined): string => `(*${type})${value ?? '<nil>'}`;

/** Ports of Endpoints in upstream's order. */
export function endpointPortsInOrder(ports: readonly EndpointPort[]): readonly EndpointPort[] {
  return inOrder(ports, ({ name = '', port, protocol, appProtocol }) => {
    const app = pointer('string', appProtocol);
    return `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:${app}}`;
  });
}

/** Ports of an EndpointSlice in upstream's order. */
export function slicePortsInOrder(ports: readonly SlicePort[]): readonly SlicePort[] {
  return inOrder(ports, ({ name, port, protocol, appProtocol }) => {
    const [first, second] = [pointer('string', name), pointer('v1.Protocol', protocol)];
    return `(v1.EndpointPort){Name:${first} Protocol:${second} Port:${pointer('int32', port)} AppProtocol:${pointer('string', appProtocol)}}`;
  });
}
