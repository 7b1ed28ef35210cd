// Names: the question a resolver sends to port 53, what comes back, and how a resolver walks its search list.
import { ipToNumber } from './address.ts';

/** A question for the addresses of one fully qualified name, without its last dot. */
export interface DnsQuestion {
  readonly kind: 'dns';
  readonly name: string;
}

export interface DnsAnswer {
  readonly kind: 'dns-answer';
  readonly name: string;
  readonly outcome: 'ok' | 'NXDOMAIN' | 'SERVFAIL';
  /** In the order of the answer; empty for a name that exists without addresses. */
  readonly addresses: readonly string[];
}

/** How a process finds names: resolv.conf and hosts. */
export interface ResolverSettings {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** The fully qualified names to ask for, in order: with `ndots` dots or more the name itself comes first. */
export function candidateNames(name: string, settings: ResolverSettings): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  let ndots = 1;
  for (const option of settings.options) if (option.startsWith('ndots:')) ndots = Number(option.slice(6));
  const searched = settings.searches.map((search) => `${name}.${search.replace(/\.$/, '')}`);
  return name.split('.').length - 1 >= ndots ? [name, ...searched] : [...searched, name];
}

/** Addresses that need no question: an address itself, and the loopback names. */
export function literalAddress(name: string): string | undefined {
  if (ipToNumber(name) !== undefined) return name;
  return name === 'localhost' ? '127.0.0.1' : undefined;
}

/** Addresses of a name in a hosts file. */
export function addressInHosts(hosts: string, name: string): string | undefined {
  for (const line of hosts.split('\n')) {
    const [ip, ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/);
    if (ip && ipToNumber(ip) !== undefined && names.includes(name)) return ip;
  }
  return undefined;
}
