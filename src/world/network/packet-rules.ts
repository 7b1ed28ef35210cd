// A machine's packet filter: finds the rule of a virtual address and chooses a backend. It goes on as it stands when kube-proxy is gone.
import type { PacketFilter, ProxyBackend, ProxyRule } from '@/kubernetes/cri-api/network.ts';
import { plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Random } from '@/simulation/random/random.ts';

export interface Choice {
  readonly backend: ProxyBackend;
  /** Why this one, for accounts. */
  readonly why: string;
}

const mostAffinities = 10_000;

/** Upstream: the iptables rules that pkg/proxy/iptables writes, as a table. Differs: all nine-tuple state is in the connection itself. */
export class PacketRules implements PacketFilter {
  private rules: readonly ProxyRule[] = [];
  private index: Map<string, ProxyRule> | undefined;
  private affinities: Map<string, { readonly key: string; readonly until: Instant }> | undefined;

  constructor(private readonly random: () => Random) {}

  setRules(rules: readonly ProxyRule[]): void {
    this.rules = rules;
    this.index = undefined;
  }

  /** What is in force now, in the order it was given. */
  get table(): readonly ProxyRule[] {
    return this.rules;
  }

  /** The rule for a destination; rules for any address of the machine count where `isOwnAddress`. */
  match(ip: string, port: number, protocol: ProxyRule['protocol'], isOwnAddress: boolean): ProxyRule | undefined {
    if (this.rules.length === 0) return undefined;
    if (this.index === undefined) {
      this.index = new Map();
      for (const rule of this.rules) {
        const key = `${rule.ip}:${rule.port}/${rule.protocol}`;
        if (!this.index.has(key)) this.index.set(key, rule);
      }
    }
    return this.index.get(`${ip}:${port}/${protocol}`) ?? (isOwnAddress ? this.index.get(`*:${port}/${protocol}`) : undefined);
  }

  /** A backend for a client: the one it had, while affinity lasts, else any with equal chance. */
  choose(rule: ProxyRule, client: string, now: Instant): Choice | undefined {
    const { backends } = rule;
    if (backends.length === 0) return undefined;
    const affinityKey = `${rule.servicePort} ${client}`;
    if (rule.affinitySeconds > 0) {
      const kept = this.affinities?.get(affinityKey);
      const backend = kept && kept.until > now ? backends.find((one) => backendKey(one) === kept.key) : undefined;
      if (backend) {
        this.keep(affinityKey, backend, plus(now, seconds(rule.affinitySeconds)));
        return { backend, why: `this client keeps its backend for ${rule.affinitySeconds} s` };
      }
    }
    const at = backends.length === 1 ? 0 : this.random().below(backends.length);
    const backend = backends[at] as ProxyBackend;
    if (rule.affinitySeconds > 0) this.keep(affinityKey, backend, plus(now, seconds(rule.affinitySeconds)));
    return { backend, why: backends.length === 1 ? 'the only backend' : `backend ${at + 1} of ${backends.length}, at random` };
  }

  /** The machine lost power: the kernel's tables are gone. */
  forget(): void {
    this.setRules([]);
    this.affinities = undefined;
  }

  private keep(key: string, backend: ProxyBackend, until: Instant): void {
    const affinities = (this.affinities ??= new Map());
    affinities.delete(key);
    affinities.set(key, { key: backendKey(backend), until });
    if (affinities.size > mostAffinities) for (const oldest of affinities.keys()) return void affinities.delete(oldest);
  }
}

function backendKey(backend: ProxyBackend): string {
  return `${backend.ip}:${backend.port}`;
}
