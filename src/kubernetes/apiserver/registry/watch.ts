// Opening a watch: from a revision, from now, or with the present state first. Upstream: apiserver/pkg/storage/cacher/cacher.go.
import { milliseconds, seconds, type Duration } from '@/simulation/clock/duration.ts';
import { StatusError, type WatchSink, type WatchStream } from '../../apimachinery/rest/rest.ts';
import type { KubeObject } from '../../apimachinery/meta/meta.ts';
import { tooOldResourceVersion, unexpected } from '../../apimachinery/status/status.ts';
import {
  fieldErrorText,
  forbidden,
  invalid,
  notSupported,
  type FieldError,
} from '../../apimachinery/validation/field-error.ts';
import { listObjects, refuseListOptions } from './list.ts';
import { selectionOf } from './selection.ts';
import type { ResourceRequest } from './server.ts';

const minTimeout = seconds(1800);

/** Opens the watch that the request asks for; a revision that is too old is told as an ERROR event. */
export function openWatch(request: ResourceRequest, sink: WatchSink): WatchStream {
  const { server, resource } = request;
  const options = request.request.options ?? {};
  const version = options.resourceVersion ?? '';
  refuseListOptions(watchOptionErrors(request));
  if (!/^\d*$/.test(version)) {
    const detail = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
    throw new StatusError(unexpected(fieldErrorText(invalid('resourceVersion', version, detail))));
  }
  const scope = selectionOf(resource, request.request);
  const isListed =
    options.sendInitialEvents === true ||
    (options.sendInitialEvents === undefined && (version === '' || version === '0'));
  const asked = Number(version || 0);
  const { watches } = resource;
  const current = server.etcd.revision;
  const afterRevision = isListed || asked === 0 ? current : asked;
  if (!watches.reachesBackTo(afterRevision)) {
    sink.event(
      { type: 'ERROR', object: tooOldResourceVersion(version, String(watches.oldest)) as unknown as KubeObject },
      0,
    );
    sink.end();
    return { stop: () => undefined };
  }
  const initial = isListed ? listObjects(plain(request)).items : [];
  return watches.open({
    scope,
    afterRevision,
    initial,
    bookmarks: options.allowWatchBookmarks === true,
    markInitialEnd: options.sendInitialEvents === true && options.allowWatchBookmarks === true,
    timeout: timeoutOf(options.timeoutSeconds, () => chanceOf(request, current)),
    sink,
  });
}

/** The same request as a plain list of all that it selects. */
function plain(request: ResourceRequest): ResourceRequest {
  const { labelSelector, fieldSelector } = request.request.options ?? {};
  return { ...request, request: { ...request.request, options: { labelSelector, fieldSelector } } };
}

/** What the client asks for, or upstream's half an hour with as much again by chance. */
function timeoutOf(asked: number | undefined, chance: () => number): Duration {
  return asked !== undefined && asked > 0 ? seconds(asked) : milliseconds((minTimeout / 1000) * (1 + chance()));
}

/** A stream of its own for every watch: that somebody outside looks on must not change what chance gives anybody else. */
function chanceOf({ server, resource, request }: ResourceRequest, revision: number): number {
  return server.context.random.fork(`watch ${request.userAgent} ${resource.descriptor.name} ${revision}`).unit();
}

function watchOptionErrors({ request }: ResourceRequest): readonly FieldError[] {
  const { resourceVersionMatch: match = '', sendInitialEvents, continue: page } = request.options ?? {};
  const errors: FieldError[] = [];
  if (match !== '' && sendInitialEvents === undefined) {
    errors.push(
      forbidden(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    );
  }
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    errors.push(
      forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    );
  }
  if (match !== '' && match !== 'NotOlderThan')
    errors.push(notSupported('resourceVersionMatch', match, ['NotOlderThan']));
  if (page)
    errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'));
  return errors;
}
