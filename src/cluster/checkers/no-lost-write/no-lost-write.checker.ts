// A write that was acknowledged stays: nothing vanishes from etcd but by a deletion that was written.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { CheckerDescriptor } from '../checker.ts';

/** Kinds whose objects end by a lease rather than by a deletion. */
const expiring = new Set(['events']);

export const checker: CheckerDescriptor = {
  name: 'no-lost-write',
  explain: 'Every object that was written and not deleted is there, as it was last written.',
  start(cluster, report) {
    const last = new Map<string, { group: string; resource: string; object: KubeObject }>();
    return {
      wrote({ group, resource, type, object }) {
        if (expiring.has(resource)) return;
        const key = `${group}/${resource}/${keyOf(object)}`;
        if (type === 'delete') last.delete(key);
        else last.set(key, { group, resource, object });
      },
      settled() {
        for (const [key, { group, resource, object }] of last) {
          const { namespace = '', name, resourceVersion } = object.metadata;
          const found = cluster.peekOne(group, resource, namespace, name);
          if (!found) report(`${key} was written at revision ${resourceVersion} and is gone.`);
          else if (found.metadata.resourceVersion !== resourceVersion) report(`${key} was last written at revision ${resourceVersion} and is at ${found.metadata.resourceVersion}.`);
        }
      },
    };
  },
};
