// The addresses of a Service inside the cluster, and their families. Upstream: pkg/apis/core/validation/validation.go
// (ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngradeClusterIPs).
import {
  duplicate,
  index,
  invalid,
  notSupported,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isIpv6, validateIp } from '../../../ip-addresses.ts';
import type { ServiceSpec } from './types.ts';

const families = ['IPv4', 'IPv6'];
const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export function validateClusterAddresses(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const here = 'spec.clusterIPs';
  if (clusterIPs.length > 0 && clusterIP === '') {
    errors.push(invalid(here, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  } else if (clusterIPs.length === 0 && clusterIP !== '') {
    errors.push(invalid(here, null, 'must not be empty when `clusterIP` is specified'));
  } else if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    errors.push(invalid(here, clusterIPs, 'first value must match `clusterIP`'));
  }
  const seen = new Set<string>();
  ipFamilies.forEach((family, at) => {
    if (!families.includes(family)) errors.push(notSupported(index('spec.ipFamilies', at), family, families));
    if (seen.has(family)) errors.push(duplicate(index('spec.ipFamilies', at), family));
    seen.add(family);
  });
  if (ipFamilyPolicy !== undefined && !policies.includes(ipFamilyPolicy)) {
    errors.push(notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, policies));
  }
  clusterIPs.forEach((ip, at) => {
    if (at === 0 && ip === 'None') {
      if (clusterIPs.length > 1)
        errors.push(invalid(here, clusterIPs, "'None' must be the first and only value"));
    } else errors.push(...validateIp(ip, index(here, at)));
  });
  if (clusterIPs.length > 2) errors.push(invalid(here, clusterIPs, 'may only hold up to 2 values'));
  if (clusterIPs.length === 2 && isIpv6(clusterIPs[0] ?? '') === isIpv6(clusterIPs[1] ?? '')) {
    errors.push(invalid(here, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  return errors;
}

/** A Service keeps its first address and family for as long as it has one. */
export function validateKeptAddresses(next: ServiceSpec, previous: ServiceSpec): readonly FieldError[] {
  if (next.type === 'ExternalName' || previous.type === 'ExternalName') return [];
  const errors: FieldError[] = [];
  const [after, before] = [next.clusterIPs ?? [], previous.clusterIPs ?? []];
  if (before.length > 0) {
    if (after.length === 0)
      errors.push(
        invalid('spec.clusterIPs[0]', next.clusterIPs ?? null, 'primary clusterIP can not be unset'),
      );
    else if (after[0] !== before[0])
      errors.push(invalid('spec.clusterIPs[0]', after, 'may not change once set'));
  }
  const [families, old] = [next.ipFamilies ?? [], previous.ipFamilies ?? []];
  if (old.length > 0) {
    if (families.length === 0)
      errors.push(
        invalid('spec.ipFamilies[0]', next.ipFamilies ?? null, 'primary ipFamily can not be unset'),
      );
    else if (families[0] !== old[0])
      errors.push(invalid('spec.ipFamilies[0]', families, 'may not change once set'));
  }
  return errors;
}
