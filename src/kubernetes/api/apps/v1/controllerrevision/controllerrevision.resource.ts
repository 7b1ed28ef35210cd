// ControllerRevisions: the history of DaemonSets and StatefulSets. Upstream: pkg/registry/apps/controllerrevision.
import { controllerOf } from '@/kubernetes/apimachinery/meta/meta.ts';
import { invalid, required, type FieldError } from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  validateImmutableField,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateNonNegative } from '@/kubernetes/api/core/v1/podspec/validation/probes.ts';
import type { ResourceDescriptor } from '../../../resource.ts';
import { age, ageColumn, column, nameColumn } from '../../../columns.ts';
import { namespaced, validateMetadata } from '../../../core-metadata.ts';
import { fill } from '../../../sharing.ts';
import { plainStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import type { ControllerRevision } from './types.ts';

function validateData({ data }: ControllerRevision): readonly FieldError[] {
  const given = data as unknown;
  if (given === undefined || given === null) return [required('data', 'data is mandatory')];
  const isObject = typeof given === 'object' && !Array.isArray(given);
  return isObject ? [] : [required('data', 'data must be a valid JSON object')];
}

function validate(object: ControllerRevision): readonly FieldError[] {
  return [
    ...validateMetadata(object.metadata, namespaced),
    ...validateData(object),
    ...validateNonNegative(object.revision, 'revision'),
  ];
}

export const resource: ResourceDescriptor<ControllerRevision> = {
  name: 'controllerrevisions.apps',
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.apps.v1.ControllerRevision',
  explain: 'Remembers one template that a DaemonSet or StatefulSet has had, so that it can go back to it.',
  defaults: (object) => fill(object, { revision: 0 }),
  validate,
  validateUpdate: (next, previous) => [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateNonNegative(next.revision, 'revision'),
    ...(next.data === undefined
      ? [invalid('data', null, 'field is immutable')]
      : validateImmutableField(next.data, previous.data, 'data')),
  ],
  strategy: plainStrategy<ControllerRevision>(),
  table: {
    columns: [
      nameColumn,
      column('Controller', 'Controller of the object'),
      column('Revision', 'Revision indicates the revision of the state represented by Data.'),
      ageColumn,
    ],
    cells: (object, now) => [
      object.metadata.name,
      controllerText(object),
      object.revision,
      age(object.metadata.creationTimestamp, now),
    ],
  },
};

function controllerText(object: ControllerRevision): string {
  const owner = controllerOf(object);
  if (!owner) return '<none>';
  const [group, version] = owner.apiVersion.split('/');
  const kind = owner.kind.toLowerCase();
  return version === undefined ? `${kind}/${owner.name}` : `${kind}.${group}/${owner.name}`;
}
