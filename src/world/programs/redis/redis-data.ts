// What a Redis server keeps, and what its commands do to it.
import { plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Reply } from './resp.ts';

type Stored = string | string[] | Map<string, string> | Set<string>;

const ok: Reply = { status: 'OK' };
const wrongType: Reply = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };

/** Commands that change data; they are passed on to replicas. */
export const writes = new Set([
  'SET',
  'SETEX',
  'SETNX',
  'MSET',
  'GETSET',
  'APPEND',
  'DEL',
  'UNLINK',
  'INCR',
  'DECR',
  'INCRBY',
  'DECRBY',
  'RPUSH',
  'LPUSH',
  'RPOP',
  'LPOP',
  'LTRIM',
  'HSET',
  'HDEL',
  'HINCRBY',
  'SADD',
  'SREM',
  'EXPIRE',
  'PERSIST',
  'FLUSHALL',
  'FLUSHDB',
]);

/** Keys and values, with expiry looked at when a key is used. */
export class RedisData {
  private readonly values = new Map<string, Stored>();
  private readonly expiries = new Map<string, Instant>();

  constructor(private readonly clock: { readonly now: Instant }) {}

  get size(): number {
    return this.values.size;
  }

  /** Roughly what the values take, in bytes. */
  get bytes(): number {
    let bytes = 0;
    for (const [key, value] of this.values) {
      bytes += 64 + key.length;
      if (typeof value === 'string') bytes += value.length;
      else if (value instanceof Map) for (const [field, item] of value) bytes += field.length + item.length + 32;
      else for (const item of value) bytes += item.length + 16;
    }
    return bytes;
  }

  /** The commands that make this data anew. */
  snapshot(): string[][] {
    const commands: string[][] = [];
    for (const [key, value] of this.values) {
      if (typeof value === 'string') commands.push(['SET', key, value]);
      else if (Array.isArray(value)) commands.push(['RPUSH', key, ...value]);
      else if (value instanceof Set) commands.push(['SADD', key, ...value]);
      else commands.push(['HSET', key, ...[...value].flat()]);
    }
    return commands;
  }

  clear(): void {
    this.values.clear();
    this.expiries.clear();
  }

  /** Runs a command; undefined when it is not one of data. */
  run(command: string, args: readonly string[]): Reply | undefined {
    const [key = '', a = '', b = ''] = args;
    this.expire(key);
    const value = this.values.get(key);
    switch (command) {
      case 'GET':
        return value === undefined ? null : typeof value === 'string' ? value : wrongType;
      case 'SET':
        return this.set(args);
      case 'SETEX':
        this.put(key, b);
        this.expiries.set(key, plus(this.clock.now, seconds(Number(a))));
        return ok;
      case 'SETNX':
        if (value !== undefined) return 0;
        this.put(key, a);
        return 1;
      case 'GETSET':
        this.put(key, a);
        return typeof value === 'string' ? value : null;
      case 'MSET':
        for (let at = 0; at + 1 < args.length; at += 2) this.put(args[at] ?? '', args[at + 1] ?? '');
        return ok;
      case 'MGET':
        return args.map((one) => (typeof this.values.get(one) === 'string' ? (this.values.get(one) as string) : null));
      case 'APPEND': {
        const text = (typeof value === 'string' ? value : '') + a;
        this.put(key, text);
        return text.length;
      }
      case 'STRLEN':
        return typeof value === 'string' ? value.length : 0;
      case 'DEL':
      case 'UNLINK':
        return args.filter((one) => this.values.delete(one)).length;
      case 'EXISTS':
        return args.filter((one) => this.values.has(one)).length;
      case 'INCR':
        return this.increment(key, 1);
      case 'DECR':
        return this.increment(key, -1);
      case 'INCRBY':
        return this.increment(key, Number(a));
      case 'DECRBY':
        return this.increment(key, -Number(a));
      case 'EXPIRE':
        if (value === undefined) return 0;
        this.expiries.set(key, plus(this.clock.now, seconds(Number(a))));
        return 1;
      case 'PERSIST':
        return this.expiries.delete(key) ? 1 : 0;
      case 'TTL':
        return value === undefined
          ? -2
          : this.expiries.has(key)
            ? Math.ceil(((this.expiries.get(key) ?? 0) - this.clock.now) / 1e6)
            : -1;
      case 'TYPE':
        return {
          status:
            value === undefined
              ? 'none'
              : typeof value === 'string'
                ? 'string'
                : Array.isArray(value)
                  ? 'list'
                  : value instanceof Set
                    ? 'set'
                    : 'hash',
        };
      case 'KEYS':
        return [...this.values.keys()]
          .filter((one) =>
            new RegExp(
              `^${key
                .replace(/[.+^${}()|\\]/g, '\\$&')
                .replaceAll('*', '.*')
                .replaceAll('?', '.')}$`,
            ).test(one),
          )
          .sort();
      case 'DBSIZE':
        return this.values.size;
      case 'FLUSHALL':
      case 'FLUSHDB':
        this.clear();
        return ok;
    }
    return this.lists(command, key, args) ?? this.others(command, key, args);
  }

  private lists(command: string, key: string, args: readonly string[]): Reply | undefined {
    const value = this.values.get(key);
    const isList = value === undefined || Array.isArray(value);
    switch (command) {
      case 'RPUSH':
      case 'LPUSH': {
        if (!isList) return wrongType;
        const list = value ?? [];
        for (const item of args.slice(1)) {
          if (command === 'RPUSH') list.push(item);
          else list.unshift(item);
        }
        this.put(key, list);
        return list.length;
      }
      case 'RPOP':
      case 'LPOP': {
        if (!isList) return wrongType;
        const item = command === 'RPOP' ? value?.pop() : value?.shift();
        if (value?.length === 0) this.values.delete(key);
        return item ?? null;
      }
      case 'LLEN':
        return isList ? (value?.length ?? 0) : wrongType;
      case 'LINDEX':
        return isList ? (value?.at(Number(args[1])) ?? null) : wrongType;
      case 'LRANGE':
      case 'LTRIM': {
        if (!isList) return wrongType;
        const end = Number(args[2]);
        const part = (value ?? []).slice(Number(args[1]), end === -1 ? undefined : end + 1);
        if (command === 'LRANGE') return part;
        this.put(key, part);
        return ok;
      }
    }
    return undefined;
  }

  private others(command: string, key: string, args: readonly string[]): Reply | undefined {
    const value = this.values.get(key);
    const [, field = '', text = ''] = args;
    const map = value instanceof Map ? value : new Map<string, string>();
    const set = value instanceof Set ? value : new Set<string>();
    switch (command) {
      case 'HSET': {
        const before = map.size;
        for (let at = 1; at + 1 < args.length; at += 2) map.set(args[at] ?? '', args[at + 1] ?? '');
        this.put(key, map);
        return map.size - before;
      }
      case 'HGET':
        return map.get(field) ?? null;
      case 'HGETALL':
        return [...map].flat();
      case 'HLEN':
        return map.size;
      case 'HDEL':
        return args.slice(1).filter((one) => map.delete(one)).length;
      case 'HINCRBY': {
        const next = Number(map.get(field) ?? 0) + Number(text);
        map.set(field, String(next));
        this.put(key, map);
        return next;
      }
      case 'SADD': {
        const before = set.size;
        for (const item of args.slice(1)) set.add(item);
        this.put(key, set);
        return set.size - before;
      }
      case 'SREM':
        return args.slice(1).filter((one) => set.delete(one)).length;
      case 'SMEMBERS':
        return [...set].sort();
      case 'SCARD':
        return set.size;
      case 'SISMEMBER':
        return set.has(field) ? 1 : 0;
    }
    return undefined;
  }

  private set(args: readonly string[]): Reply {
    const [key = '', value = '', ...options] = args;
    const upper = options.map((option) => option.toUpperCase());
    if (upper.includes('NX') && this.values.has(key)) return null;
    if (upper.includes('XX') && !this.values.has(key)) return null;
    this.put(key, value);
    const ex = upper.indexOf('EX');
    if (ex >= 0) this.expiries.set(key, plus(this.clock.now, seconds(Number(options[ex + 1]))));
    return ok;
  }

  private increment(key: string, by: number): Reply {
    const value = this.values.get(key) ?? '0';
    if (typeof value !== 'string') return wrongType;
    if (!/^-?\d+$/.test(value) || !Number.isInteger(by)) return { error: 'ERR value is not an integer or out of range' };
    const next = Number(value) + by;
    this.values.set(key, String(next));
    return next;
  }

  private put(key: string, value: Stored): void {
    this.values.set(key, value);
    this.expiries.delete(key);
  }

  private expire(key: string): void {
    const due = this.expiries.get(key);
    if (due === undefined || due > this.clock.now) return;
    this.expiries.delete(key);
    this.values.delete(key);
  }
}
