// What the queries answer: the shapes that a window may count on.
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';
import type { PacketAccount } from '../feed/feed.ts';

/** An API object as it is stored; panels look into it with care. */
export type StoredObject = Readonly<Record<string, unknown>>;

/** What a fault would do, as numbers: the window makes the sentence in its reader's language. */
export interface FaultPreview {
  /** Pods that are on the target now. */
  readonly pods: number;
  /** Of these, how many keep running though Kubernetes will not see it. */
  readonly keepRunning: number;
  /** Of these, how many a controller will replace elsewhere. */
  readonly replaced: number;
  /** Seconds until Kubernetes notices, and from then until it replaces. 0 when at once. */
  readonly noticeSeconds: number;
  readonly replaceSeconds: number;
}

export interface ContainerLogLine {
  /** RFC 3339 with microseconds. */
  readonly time: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** The answer of each query by its name. `object` and `account` are null when there is none. */
export interface QueryAnswers {
  readonly object: StoredObject | null;
  readonly objects: readonly StoredObject[];
  readonly eventsOf: readonly StoredObject[];
  readonly logs: readonly ContainerLogLine[];
  /** The occurrence first, then what it follows from, back to the beginning. */
  readonly chain: readonly Occurrence[];
  readonly occurrences: readonly Occurrence[];
  readonly account: PacketAccount | null;
  readonly preview: FaultPreview;
}

/** The `result` of the receipt of `applyManifest`: what was taken in, and what the API server refused and why. */
export interface ApplyResult {
  readonly objects: readonly { readonly apiVersion: string; readonly kind: string; readonly namespace: string; readonly name: string }[];
  readonly refusals: readonly { readonly message: string }[];
}
