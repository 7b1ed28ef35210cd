// Secrets: bytes that pods read. Upstream: pkg/registry/core/secret.
import { base64OfText } from '@/base/base64.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { Secret } from './types.ts';
import { secretWarnings, validateSecret, validateSecretUpdate } from './validation.ts';

/** `stringData` is only for writing: it ends up in `data`. */
function defaults(given: Secret): Secret {
  const { stringData, ...rest } = fill(given, { type: 'Opaque' });
  if (stringData === undefined) return fill(given, { type: 'Opaque' });
  const data: Record<string, string> = { ...rest.data };
  for (const [key, text] of Object.entries(stringData)) data[key] = base64OfText(text);
  return Object.keys(data).length > 0 ? { ...rest, data } : rest;
}

export const resource: ResourceDescriptor<Secret> = {
  name: 'secrets',
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.core.v1.Secret',
  explain: 'Bytes by key that only those may read who must: passwords, keys, certificates.',
  defaults,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  warnings: secretWarnings,
  strategy: plainStrategy({
    prepareForUpdate(next, previous) {
      // A secret without a type keeps the one it has.
      return next.type === 'Opaque' && previous.type !== 'Opaque' && next.type.length === 0
        ? { ...next, type: previous.type }
        : next;
    },
  }),
  selectableFieldNames: ['type'],
  selectableFields: ({ type }) => ({ type }),
  table: {
    columns: [
      nameColumn,
      column(
        'Type',
        'Used to facilitate programmatic handling of secret data. More info: https://kubernetes.io/docs/concepts/configuration/secret/#secret-types',
      ),
      column(
        'Data',
        "Data contains the secret data. Each key must consist of alphanumeric characters, '-', '_' or '.'. The serialized form of the secret data is a base64 encoded string, representing the arbitrary (possibly non-string) data value here. Described in https://tools.ietf.org/html/rfc4648#section-4",
      ),
      ageColumn,
    ],
    cells: ({ metadata, type, data }, now) => [
      metadata.name,
      type,
      data ? Object.keys(data).length : 0,
      age(metadata.creationTimestamp, now),
    ],
  },
};
