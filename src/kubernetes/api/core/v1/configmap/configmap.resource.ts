// ConfigMaps: texts that pods read. Upstream: pkg/registry/core/configmap.
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { ConfigMap } from './types.ts';
import { validateConfigMap, validateConfigMapUpdate } from './validation.ts';

const sizeOf = (entries: object | undefined): number => (entries ? Object.keys(entries).length : 0);

export const resource: ResourceDescriptor<ConfigMap> = {
  name: 'configmaps',
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.core.v1.ConfigMap',
  explain: 'Texts by key, which pods read as files or variables.',
  defaults: (configMap) => configMap,
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
  strategy: plainStrategy(),
  table: {
    columns: [
      nameColumn,
      column(
        'Data',
        "Data contains the configuration data. Each key must consist of alphanumeric characters, '-', '_' or '.'. Values with non-UTF-8 byte sequences must use the BinaryData field. The keys stored in Data must not overlap with the keys in the BinaryData field, this is enforced during validation process.",
      ),
      ageColumn,
    ],
    cells: ({ metadata, data, binaryData }, now) => [
      metadata.name,
      sizeOf(data) + sizeOf(binaryData),
      age(metadata.creationTimestamp, now),
    ],
  },
};
