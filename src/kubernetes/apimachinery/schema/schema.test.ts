// The facts as the rooms use them: fields of inlined structs, keys, zero values, kinds; and that every reference leads somewhere.
import { describe, expect, it } from 'vitest';
import { modelOfKind, models, requiredSchema, schemaOf, type ValueSchema } from './schema.ts';

const referencesOf = (value: ValueSchema): readonly string[] =>
  value.kind === 'ref'
    ? [value.model]
    : value.kind === 'list'
      ? referencesOf(value.items)
      : value.kind === 'map'
        ? referencesOf(value.values)
        : [];

describe('schema', () => {
  it('knows lists, keys, strategies and numbers of a field', () => {
    expect(schemaOf('io.k8s.api.core.v1.Container')?.field('ports')).toEqual({
      name: 'ports',
      value: { kind: 'list', items: { kind: 'ref', model: 'io.k8s.api.core.v1.ContainerPort', default: {} } },
      inline: false,
      required: false,
      omitEmpty: true,
      omitZero: false,
      pointer: false,
      listType: 'map',
      listMapKeys: ['containerPort', 'protocol'],
      patchStrategy: ['merge'],
      patchMergeKey: 'containerPort',
      protobuf: { number: 6, type: 'io.k8s.api.core.v1.ContainerPort', repeated: true },
    });
  });

  it('resolves inlined structs for JSON and keeps them whole for protobuf', () => {
    const volume = requiredSchema('io.k8s.api.core.v1.Volume');
    expect(volume.field('emptyDir')?.value).toEqual({ kind: 'ref', model: 'io.k8s.api.core.v1.EmptyDirVolumeSource' });
    expect(volume.ownFields.map((field) => [field.name, field.protobuf?.number])).toEqual([
      ['name', 1],
      ['', 2],
    ]);
  });

  it('finds the model of a kind, the options of meta/v1 in every group', () => {
    expect([
      modelOfKind('apps', 'v1', 'Deployment'),
      modelOfKind('', 'v1', 'Pod'),
      modelOfKind('apps', 'v1', 'DeleteOptions'),
      modelOfKind('admissionregistration.k8s.io', 'v1', 'MutatingAdmissionPolicy'),
      modelOfKind('example.com', 'v1', 'Widget'),
    ]).toEqual([
      'io.k8s.api.apps.v1.Deployment',
      'io.k8s.api.core.v1.Pod',
      'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
      'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
      undefined,
    ]);
  });

  it('has no reference that leads nowhere', () => {
    const lost = models().flatMap((model) =>
      requiredSchema(model).ownFields.flatMap((field) => referencesOf(field.value).filter((to) => !schemaOf(to))),
    );
    expect(lost).toEqual([]);
  });
});
