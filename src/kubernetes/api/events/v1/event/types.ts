// Event in its newer form; stored as core/v1 Event.
import type { EventSource } from '@/kubernetes/api/core/v1/event/types.ts';
import type { ObjectReference } from '@/kubernetes/api/core/v1/references.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface Event extends KubeObject {
  readonly eventTime: string | null;
  readonly series?: EventSeries;
  readonly reportingController?: string;
  readonly reportingInstance?: string;
  readonly action?: string;
  readonly reason?: string;
  readonly regarding?: ObjectReference;
  readonly related?: ObjectReference;
  readonly note?: string;
  readonly type: string;
  readonly deprecatedSource?: EventSource;
  readonly deprecatedFirstTimestamp?: string | null;
  readonly deprecatedLastTimestamp?: string | null;
  readonly deprecatedCount?: number;
}

export interface EventSeries {
  readonly count: number;
  readonly lastObservedTime: string;
}
