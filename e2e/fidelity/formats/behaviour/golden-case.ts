// A recorded course of things: what was done, step by step, and what the real controllers did then. See the golden folder's README.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** An object as a script writes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & JsonObject;
  readonly status?: JsonObject & { readonly kubelet?: PodWish };
}

/** The state a pod is to be in. */
export interface PodWish {
  readonly state: 'ready' | 'running' | 'pending' | 'succeeded' | 'failed';
  /** Seconds for which it has been ready. */
  readonly readySince?: number;
  readonly readyAt?: string;
  readonly restarts?: number;
  readonly exitCode?: number;
}

/** Which pods a step means. */
export interface PodChoice {
  readonly name?: string;
  readonly namespace?: string;
  readonly ready?: boolean;
  /** Its completion index in a Job. */
  readonly index?: number;
  readonly terminating?: boolean;
  /** At most this many, the oldest. */
  readonly n?: number;
}

export interface Action {
  readonly do: string;
  readonly object?: Manifest;
  readonly objects?: readonly Manifest[];
  readonly actions?: readonly Action[];
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly patch?: JsonObject;
  readonly type?: 'strategic' | 'merge';
  readonly propagation?: 'Orphan' | 'Background' | 'Foreground';
  readonly grace?: number;
  readonly node?: string;
  readonly nodes?: readonly string[];
  readonly on?: boolean;
  readonly seconds?: number;
  /** A second of the minute. */
  readonly at?: number;
  readonly set?: PodWish['state'];
  readonly pods?: PodChoice;
  readonly with?: {
    readonly reason?: string;
    readonly message?: string;
    readonly restarts?: number;
    readonly exitCode?: number;
    readonly conditions?: readonly JsonObject[];
  };
  readonly each?: boolean;
  readonly settle?: boolean;
  readonly stateOnly?: boolean;
  readonly quietMs?: number;
  /** DeleteOptions of an eviction. */
  readonly options?: JsonObject;
}

export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly times?: number;
}

/** What was seen after a step, or after one pod of it. */
export interface Observation {
  readonly step?: number | 'setup';
  readonly changes?: readonly JsonObject[];
  readonly conditions?: Readonly<Record<string, readonly Json[]>>;
  readonly events?: Readonly<Record<string, readonly RecordedEvent[]>>;
  readonly timeline?: Readonly<Record<string, readonly JsonObject[] | '<varies>'>>;
  readonly state?: JsonObject;
  readonly phases?: readonly Observation[];
  readonly response?: Json;
  readonly responses?: Json;
}

export interface GoldenCase {
  readonly name: string;
  readonly flags?: Readonly<Record<string, readonly string[]>>;
  readonly setup?: readonly Manifest[];
  readonly script?: readonly Action[];
  readonly kubelet?: { readonly onDelete?: 'hold' | 'remove at once'; readonly onBind?: PodWish['state'] };
  readonly observations?: readonly Observation[];
  readonly events?: Readonly<Record<string, readonly RecordedEvent[]>>;
  readonly varies?: readonly string[];
}

export interface GoldenArea {
  readonly area: string;
  readonly cases: readonly GoldenCase[];
}
