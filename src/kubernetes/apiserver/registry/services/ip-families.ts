// Which IP families a Service has, on a cluster that has IPv4 alone. Upstream: pkg/registry/core/service/storage/alloc.go (initIPFamilyFields).
import { invalid, type FieldError } from '../../../apimachinery/validation/field-error.ts';
import type { Service, ServiceSpec } from '../../../api/core/v1/service/types.ts';

const addressPattern = /^\d+\.\d+\.\d+\.\d+$/;
const families: readonly string[] = ['IPv4', 'IPv6'];

/** The spec with its families and their policy, or why it cannot have them; `spec` undefined when validation will refuse it anyway. */
export function withFamilies({ spec }: Service): {
  readonly spec: ServiceSpec | undefined;
  readonly errors: readonly FieldError[];
} {
  if (spec.type === 'ExternalName') return { spec, errors: [] };
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []);
  const isHeadless = addresses[0] === 'None';
  if (!isHeadless) {
    const wrong = addresses.findIndex((address) => address.includes(':'));
    if (wrong === 0)
      return {
        spec: undefined,
        errors: [invalid(`spec.clusterIPs[${wrong}]`, addresses, 'IPv6 is not configured on this cluster')],
      };
    if (!addresses.every((address) => addressPattern.test(address))) return { spec: undefined, errors: [] };
  }
  const given = spec.ipFamilies ?? [];
  const isSelectorless = isHeadless && Object.keys(spec.selector ?? {}).length === 0;
  if (given.some((family) => !families.includes(family)) || new Set(given).size !== given.length)
    return { spec: undefined, errors: [] };
  if (isSelectorless) return { spec: selectorless(spec, given), errors: [] };
  const missing = given.indexOf('IPv6');
  if (missing >= 0 && addresses[missing] !== undefined && !isHeadless) {
    const detail = 'expected an IPv6 value as indicated by `ipFamilies[' + missing + ']`';
    return { spec: undefined, errors: [invalid(`spec.clusterIPs[${missing}]`, addresses[missing], detail)] };
  }
  if (missing >= 0)
    return {
      spec: undefined,
      errors: [invalid(`spec.ipFamilies[${missing}]`, 'IPv6', 'not configured on this cluster')],
    };
  if (spec.ipFamilyPolicy === 'RequireDualStack') {
    return {
      spec: undefined,
      errors: [
        invalid('spec.ipFamilyPolicy', 'RequireDualStack', 'this cluster is not configured for dual-stack services'),
      ],
    };
  }
  if (given.length > 0 && spec.ipFamilyPolicy) return { spec, errors: [] };
  return { spec: { ...spec, ipFamilies: ['IPv4'], ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack' }, errors: [] };
}

/** A headless Service that selects nothing may have both families everywhere. */
function selectorless(spec: ServiceSpec, given: readonly string[]): ServiceSpec {
  const policy = spec.ipFamilyPolicy ?? (given.length === 1 ? 'SingleStack' : 'RequireDualStack');
  const wanted = policy === 'SingleStack' ? 1 : 2;
  const all = [...given, ...families.filter((family) => !given.includes(family))].slice(
    0,
    Math.max(wanted, given.length),
  );
  return { ...spec, ipFamilies: all as ServiceSpec['ipFamilies'], ipFamilyPolicy: policy };
}
