// Finishing off a namespace: its finalizers are taken away when its content is gone. Upstream: pkg/registry/core/namespace (FinalizeREST).
import type { SubresourceDescriptor } from '../subresource.ts';
import type { Namespace } from '../../../../api/core/v1/namespace/types.ts';
import { objectOf } from '../../body.ts';
import { track } from '../../field-tracking.ts';
import { checkName } from '../../names.ts';
import { updateObject } from '../../update.ts';

export const subresource: SubresourceDescriptor = {
  name: 'namespaces/finalize',
  explain: 'Takes the finalizers off a namespace that is being deleted.',
  verbs: ['update'],
  *handle(request) {
    const body = objectOf(request) as Namespace;
    checkName(request, body);
    const { object } = yield* updateObject(request, body.metadata.name, {
      note: { reason: 'Finalized', deed: 'had its finalizers changed' },
      strategy: 'none',
      checksUid: true,
      produce: (live) => {
        const { status } = live as Namespace;
        return track(request, live, { ...body, status } as Namespace);
      },
    });
    return { code: 200, body: object };
  },
};
