// The status of an object: what software observed, written apart from what was asked for.
import type { SubresourceDescriptor } from '../subresource.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { objectOf } from '../../body.ts';
import { checkName } from '../../names.ts';
import { readObject } from '../../list.ts';
import { track } from '../../field-tracking.ts';
import { patched } from '../../patch.ts';
import { updateObject, type Change } from '../../update.ts';
import { isHeartbeat } from './heartbeat.ts';

export const subresource: SubresourceDescriptor = {
  name: 'status',
  explain: 'What was observed of an object, written by the software that looks after it.',
  verbs: ['get', 'patch', 'update'],
  *handle(request) {
    const { verb, name = '' } = request.request;
    if (verb === 'get') return { code: 200, body: readObject(request) };
    const isPatch = verb === 'patch';
    const body = isPatch ? undefined : objectOf(request, request.resource.read(request.request.namespace, name));
    if (body) checkName(request, body);
    const note = { reason: 'StatusUpdated', deed: 'had its status updated', isHeartbeat: false };
    const change: Change = {
      note,
      strategy: 'status',
      checksUid: true,
      produce: (live) => {
        const next = body ? track(request, live, body) : patched(request, live);
        note.isHeartbeat = isHeartbeat(next as KubeObject, live);
        return next;
      },
    };
    const { object } = yield* updateObject(request, name, change);
    return { code: 200, body: object };
  },
};
