// PodTemplates: templates as objects of their own. Upstream: pkg/registry/core/podtemplate.
import type { ResourceDescriptor } from '../../../resource.ts';
import { column, containerCells, labelsText, nameColumn } from '../../../columns.ts';
import { put } from '../../../sharing.ts';
import { specStrategy } from '../../../strategies.ts';
import { allVerbs } from '../../../verbs.ts';
import { podTemplateWarnings } from '../podspec/warnings.ts';
import { withoutClosedTemplateFields } from '../podspec/closed-gates.ts';
import { defaultPodTemplate } from '../podspec/defaults.ts';
import type { PodTemplate, PodTemplateSpec } from './types.ts';
import { validatePodTemplate, validatePodTemplateUpdate } from './validation.ts';

const noTemplate = { metadata: {}, spec: {} } as unknown as PodTemplateSpec;

export const resource: ResourceDescriptor<PodTemplate> = {
  name: 'podtemplates',
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: allVerbs,
  subresources: [],
  model: 'io.k8s.api.core.v1.PodTemplate',
  explain: 'A template for pods that belongs to no workload.',
  defaults: (object) => put(object, 'template', defaultPodTemplate(object.template ?? noTemplate)),
  validate: validatePodTemplate,
  validateUpdate: validatePodTemplateUpdate,
  warnings: (next) => podTemplateWarnings(next.template, 'template'),
  strategy: specStrategy<PodTemplate>({
    hasGeneration: true,
    create: (object) => put(object, 'template', withoutClosedTemplateFields(object.template)),
    update: (object) => put(object, 'template', withoutClosedTemplateFields(object.template)),
  }),
  table: {
    columns: [
      nameColumn,
      column('Containers', 'Names of each container in the template.'),
      column('Images', 'Images referenced by each container in the template.'),
      column('Pod Labels', 'The labels for the pod template.'),
    ],
    cells: ({ metadata, template }) => [
      metadata.name,
      ...containerCells(template.spec.containers),
      labelsText(template.metadata.labels),
    ],
  },
};
