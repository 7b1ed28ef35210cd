// How a pod resolves names, and what it is called. Upstream: pkg/apis/core/validation/validation.go (validatePodDNSConfig, ValidateHostAliases).
import {
  child,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isDns1123SubdomainWithUnderscore,
} from '@/kubernetes/apimachinery/validation/names.ts';
import { validateIp } from '../../../../ip-addresses.ts';
import type { HostAlias, PodSpec } from '../types.ts';

const policies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

export function validateDnsPolicy(policy: string | undefined, path: string): readonly FieldError[] {
  if (!policy) return [required(path)];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
}

const mostNameservers = 3;
const mostSearches = 32;
const longestSearchList = 2048;

export function validateDnsConfig(spec: PodSpec, path: string): readonly FieldError[] {
  const config = spec.dnsConfig;
  const errors: FieldError[] = [];
  const nameservers = config?.nameservers ?? [];
  if (spec.dnsPolicy === 'None') {
    if (!config) return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
    if (nameservers.length === 0) {
      errors.push(
        required(
          child(path, 'nameservers'),
          'must provide at least one DNS nameserver when `dnsPolicy` is None',
        ),
      );
    }
  }
  if (!config) return errors;
  if (nameservers.length > mostNameservers) {
    errors.push(
      invalid(
        child(path, 'nameservers'),
        nameservers,
        `must not have more than ${mostNameservers} nameservers`,
      ),
    );
  }
  nameservers.forEach((one, at) => errors.push(...validateIp(one, index(child(path, 'nameservers'), at))));
  const searches = config.searches ?? [];
  if (searches.length > mostSearches) {
    errors.push(
      invalid(child(path, 'searches'), searches, `must not have more than ${mostSearches} search paths`),
    );
  }
  if (searches.join(' ').length > longestSearchList) {
    const detail = `must not have more than ${longestSearchList} characters (including spaces) in the search list`;
    errors.push(invalid(child(path, 'searches'), searches, detail));
  }
  searches.forEach((given, at) => {
    if (given === '.') return;
    const search = given.endsWith('.') ? given.slice(0, -1) : given;
    errors.push(
      ...isDns1123SubdomainWithUnderscore(search).map((problem) =>
        invalid(index(child(path, 'searches'), at), search, problem),
      ),
    );
  });
  config.options?.forEach((option, at) => {
    if (!option.name) errors.push(required(index(child(path, 'options'), at), 'must not be empty'));
  });
  return errors;
}

export function validateHostAliases(
  aliases: readonly HostAlias[] | undefined,
  path: string,
): readonly FieldError[] {
  return (aliases ?? []).flatMap((alias, at) => [
    ...validateIp(alias.ip ?? '', child(index(path, at), 'ip')),
    ...(alias.hostnames ?? []).flatMap((name) =>
      isDns1123Subdomain(name).map((problem) => invalid(child(index(path, at), 'hostnames'), name, problem)),
    ),
  ]);
}

const label = (name: string | undefined, path: string): readonly FieldError[] =>
  name ? isDns1123Label(name).map((problem) => invalid(path, name, problem)) : [];

export function validateHostnames(spec: PodSpec, path: string): readonly FieldError[] {
  return [
    ...label(spec.hostname, child(path, 'hostname')),
    ...label(spec.subdomain, child(path, 'subdomain')),
  ];
}

const longestHostname = 64;

/** The name a pod gives itself, whatever its own name is. */
export function validateHostnameOverride(spec: PodSpec, path: string): readonly FieldError[] {
  const name = spec.hostnameOverride;
  if (name === undefined) return [];
  const here = child(path, 'hostnameOverride');
  const errors: FieldError[] = [];
  if (spec.hostNetwork) errors.push(forbidden(here, 'may not be specified when hostNetwork is true'));
  if (spec.setHostnameAsFQDN)
    errors.push(forbidden(here, 'may not be specified when setHostnameAsFQDN is true'));
  if (name.length > longestHostname) errors.push(tooLong(here, longestHostname));
  errors.push(...isDns1123Subdomain(name).map((problem) => invalid(here, name, problem)));
  return errors;
}
