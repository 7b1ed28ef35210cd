// Revisions only rise: over all writes, and for each object.
import { keyOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import type { CheckerDescriptor } from '../checker.ts';

export const checker: CheckerDescriptor = {
  name: 'revisions-rise',
  explain: 'Every write has a higher resourceVersion than the one before it.',
  start(_cluster, report) {
    let highest = 0;
    return {
      wrote({ resource, type, object }) {
        if (type === 'delete') return;
        const revision = Number(object.metadata.resourceVersion);
        if (!(revision >= highest)) report(`${resource} ${keyOf(object)} was written at revision ${object.metadata.resourceVersion} after revision ${highest}.`);
        highest = Math.max(highest, revision);
      },
    };
  },
};
