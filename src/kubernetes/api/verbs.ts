// The verbs of resources as discovery lists them.
import type { Verb } from '../apimachinery/rest/rest.ts';

/** All that most resources answer to. */
export const allVerbs: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];
