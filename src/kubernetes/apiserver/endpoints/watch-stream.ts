// A watch as a stream of JSON lines. Upstream: apiserver/pkg/endpoints/handlers/watch.go.
import type { Instant } from '@/simulation/clock/duration.ts';
import type { KubeObject, WatchEvent } from '../../apimachinery/meta/meta.ts';
import type { ApiRequest, WatchSink, WatchStream } from '../../apimachinery/rest/rest.ts';
import { partial, tableOf } from './answers.ts';
import type { Negotiated } from './media.ts';
import type { URLQuery } from './request-info.ts';

type Write = (chunk: string) => void;

/** Takes a watch's events and writes them once the answer has begun. */
export function streamWatch(
  request: ApiRequest,
  wanted: Negotiated,
  { query, now }: { readonly query: URLQuery; readonly now: () => Instant },
): { readonly sink: WatchSink; start(opened: WatchStream, write: Write, end: () => void): { stop(): void } } {
  let waiting: string[] = [];
  let hasEnded = false;
  let write: Write | undefined;
  let end: (() => void) | undefined;
  let isFirst = true;
  const form = (event: WatchEvent): unknown => {
    if (wanted.as === undefined || event.type === 'ERROR') return event.object;
    if (wanted.as !== 'Table') return event.type === 'BOOKMARK' ? bookmarkOf(event.object) : partial(event.object);
    const columns = isFirst;
    isFirst = false;
    if (event.type === 'BOOKMARK') return bookmarkTable(event.object, request, wanted, { query, now: now() }, columns);
    return tableOf(event.object, [event.object], request, wanted, { query, now: now() }, columns);
  };
  return {
    sink: {
      event(event) {
        const line = `${JSON.stringify({ type: event.type, object: form(event) })}\n`;
        if (write) write(line);
        else waiting.push(line);
      },
      end() {
        hasEnded = true;
        end?.();
      },
    },
    start(opened, writeTo, endTo) {
      write = writeTo;
      end = endTo;
      for (const line of waiting) writeTo(line);
      waiting = [];
      if (hasEnded) endTo();
      return opened;
    },
  };
}

function bookmarkOf(object: KubeObject): KubeObject {
  return { ...object, kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' };
}

/** A bookmark is a row without values. */
function bookmarkTable(
  object: KubeObject,
  request: ApiRequest,
  wanted: Negotiated,
  circumstances: { readonly query: URLQuery; readonly now: Instant },
  columns: boolean,
): unknown {
  const empty = tableOf(object, [], request, wanted, circumstances, true) as {
    readonly columnDefinitions: readonly unknown[];
  };
  const cells = empty.columnDefinitions.map((_, at) => (at === 0 ? '' : null));
  const row = { ...bookmarkOf(object), apiVersion: `meta.k8s.io/${wanted.version}` };
  return { ...empty, columnDefinitions: columns ? empty.columnDefinitions : null, rows: [{ cells, object: row }] };
}
