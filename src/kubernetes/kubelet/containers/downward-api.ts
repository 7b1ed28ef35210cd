// What a pod may know of itself: fields and resources, for environment variables and downward volumes.
// Upstream: pkg/fieldpath/fieldpath.go, pkg/api/v1/resource/helpers.go (ExtractResourceValueByContainerName).
import { goQuote } from '@/base/text.ts';
import type { Container, Pod, ResourceFieldSelector } from '@/kubernetes/api/core/v1/pod/types.ts';
import { quantityToMilli, quantityToValue } from '@/kubernetes/apimachinery/quantity/quantity.ts';

/** Facts that are not in the pod's spec. */
export interface DownwardFacts {
  readonly podIps: readonly string[];
  readonly hostIp: string;
  /** The node's allocatable, for limits that are not set. */
  readonly allocatable: Readonly<Record<string, string>>;
}

const subscript = /^(metadata\.(?:labels|annotations))\['([^']*)'\]$/;

function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.keys(map ?? {})
    .sort()
    .map((key) => `${key}=${goQuote(map?.[key] ?? '')}`)
    .join('\n');
}

/** The value of a field path; undefined when there is no such field. */
export function fieldValue(pod: Pod, path: string, facts: DownwardFacts): string | undefined {
  const found = subscript.exec(path);
  if (found) {
    const map = found[1] === 'metadata.labels' ? pod.metadata.labels : pod.metadata.annotations;
    return map?.[found[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIp;
    case 'status.podIP':
      return facts.podIps[0] ?? '';
    case 'status.podIPs':
      return facts.podIps.join(',');
    default:
      return undefined;
  }
}

/** A container's request or limit in units of the divisor, rounded up. A limit that is not set is the node's allocatable. */
export function resourceValue(container: Container, selector: ResourceFieldSelector, facts: DownwardFacts): string {
  const dot = selector.resource.indexOf('.');
  const kind = selector.resource.slice(0, dot);
  const name = selector.resource.slice(dot + 1);
  const own = kind === 'limits' ? container.resources?.limits?.[name] : container.resources?.requests?.[name];
  const amount = own ?? (kind === 'limits' ? facts.allocatable[name] : undefined) ?? '0';
  const divisor = selector.divisor && selector.divisor !== '0' ? selector.divisor : '1';
  if (name === 'cpu') return String(Math.ceil(quantityToMilli(amount) / quantityToMilli(divisor)));
  return String(Math.ceil(quantityToValue(amount) / quantityToValue(divisor)));
}
