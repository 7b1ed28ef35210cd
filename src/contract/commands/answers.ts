// What the queries answer: the shapes that a window may count on.
import type { Occurrence } from '@/simulation/occurrences/occurrences.ts';
import type { PacketAccount } from '../feed/feed.ts';

/** An API object as it is stored; panels look into it with care. */
export type StoredObject = Readonly<Record<string, unknown>>;

/** What a fault would do, as facts: the window makes the sentence in its reader's language. */
export interface FaultPreview {
  /** Pods with running containers that it touches, without and of the system. */
  readonly pods: number;
  readonly systemPods: number;
  readonly containers: number;
  readonly isInForce: boolean;
  readonly stops: string;
  readonly isControlPlane: boolean;
  /** Seconds until Kubernetes notices, and from then until it evicts. */
  readonly noticeSeconds: number;
  readonly evictSeconds: number;
}

export interface ContainerLogLine {
  /** Virtual µs. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** The answer of each query by its name. What there is not, is refused with a sentence. */
export interface QueryAnswers {
  readonly object: StoredObject;
  readonly objects: { readonly items: readonly StoredObject[] };
  readonly eventsOf: readonly StoredObject[];
  readonly logs: readonly ContainerLogLine[];
  /** The occurrence first, then what it follows from, back to the beginning. */
  readonly chain: readonly Occurrence[];
  readonly occurrences: readonly Occurrence[];
  readonly account: PacketAccount;
  readonly preview: FaultPreview;
}

/** The `result` of the receipt of `applyManifest`: `Kind/name` of what was taken in. */
export interface ApplyResult {
  readonly applied: readonly string[];
}
