// What is taken as it is, but not without a word: deprecated names, entries that hide each other. A spec is looked at once, however many pods
// share it. Upstream: pkg/api/pod/warnings.go.
import type { LabelSelector, ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import { child, index, key } from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Label } from '@/kubernetes/apimachinery/validation/names.ts';
import type { Container, PodSpec, PodTemplateSpec } from './types.ts';

/** Labels of nodes that have better names by now. */
export const nodeLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** Sources of volumes that are on their way out, or gone. */
export const volumeKinds: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

const remembered = new WeakMap<PodSpec, { readonly path: string; readonly texts: readonly string[] }>();

/** Warnings about a spec and the annotations beside it; `path` is that of the spec. */
export function podSpecWarnings(spec: PodSpec, meta: Partial<ObjectMeta>, path: string): readonly string[] {
  let known = remembered.get(spec);
  if (known?.path !== path) {
    known = { path, texts: specWarnings(spec, path) };
    remembered.set(spec, known);
  }
  const annotated = annotationWarnings(spec, meta, path === 'spec' ? 'metadata' : 'spec.template.metadata');
  return annotated.length === 0 ? known.texts : [...known.texts, ...annotated];
}

/** The same for a template at `path`. */
export function podTemplateWarnings(template: PodTemplateSpec, path: string): readonly string[] {
  return podSpecWarnings(template.spec, template.metadata, child(path, 'spec'));
}

function specWarnings(spec: PodSpec, path: string): readonly string[] {
  const texts: string[] = [];
  for (const name of Object.keys(spec.nodeSelector ?? {}).sort()) {
    if (nodeLabels[name]) texts.push(`${key(child(path, 'nodeSelector'), name)}: ${nodeLabels[name]}`);
  }
  texts.push(...affinityWarnings(spec, path), ...spreadWarnings(spec, path));
  const addresses = new Set<string>();
  spec.hostAliases?.forEach(({ ip }, at) => {
    if (addresses.has(ip))
      texts.push(`${child(index(child(path, 'hostAliases'), at), 'ip')}: duplicate ip "${ip}"`);
    addresses.add(ip);
  });
  texts.push(...volumeWarnings(spec, path), ...pullSecretWarnings(spec, path));
  if (spec.terminationGracePeriodSeconds < 0) {
    texts.push(
      `${child(path, 'terminationGracePeriodSeconds')}: must be >= 0; negative values are invalid and will be treated as 1`,
    );
  }
  spec.initContainers?.forEach((one, at) =>
    texts.push(...containerWarnings(one, index(child(path, 'initContainers'), at))),
  );
  spec.containers?.forEach((one, at) =>
    texts.push(...containerWarnings(one, index(child(path, 'containers'), at))),
  );
  return [...texts, ...portWarnings(spec, path)];
}

function affinityWarnings({ affinity }: PodSpec, path: string): readonly string[] {
  const texts: string[] = [];
  const hard = 'requiredDuringSchedulingIgnoredDuringExecution';
  affinity?.nodeAffinity?.[hard]?.nodeSelectorTerms?.forEach((term, at) =>
    term.matchExpressions?.forEach((expression, position) => {
      const note = nodeLabels[expression.key];
      const terms = index(child(path, 'affinity', 'nodeAffinity', hard, 'nodeSelectorTerms'), at);
      if (note)
        texts.push(
          `${child(index(child(terms, 'matchExpressions'), position), 'key')}: ${expression.key} is ${note}`,
        );
    }),
  );
  return texts;
}

const selectsNothing = (selector: LabelSelector | undefined): boolean => selector === undefined;

function spreadWarnings(spec: PodSpec, path: string): readonly string[] {
  const texts: string[] = [];
  spec.topologySpreadConstraints?.forEach((constraint, at) => {
    const here = index(child(path, 'topologySpreadConstraints'), at);
    const note = nodeLabels[constraint.topologyKey];
    if (note) texts.push(`${child(here, 'topologyKey')}: ${constraint.topologyKey} is ${note}`);
    if (selectsNothing(constraint.labelSelector)) {
      texts.push(`${child(here, 'labelSelector')}: a null labelSelector results in matching no pod`);
    }
  });
  return texts;
}

function volumeWarnings(spec: PodSpec, path: string): readonly string[] {
  const texts: string[] = [];
  spec.volumes?.forEach((volume, at) => {
    for (const [kind, note] of Object.entries(volumeKinds)) {
      if (volume[kind as keyof typeof volume] !== undefined)
        texts.push(`${child(index(child(path, 'volumes'), at), kind)}: ${note}`);
    }
    const sources = volume.projected?.sources;
    const isHollow = (source: object): boolean => Object.keys(source).length === 0;
    if (volume.projected && (!sources?.length || sources.some(isHollow)))
      texts.push(`volume "${volume.name}" (Projected) has no sources provided`);
  });
  return texts;
}

function pullSecretWarnings(spec: PodSpec, path: string): readonly string[] {
  const texts: string[] = [];
  const names = new Set<string>();
  spec.imagePullSecrets?.forEach(({ name = '' }, at) => {
    const here = child(index(child(path, 'imagePullSecrets'), at), 'name');
    if (name === '') texts.push(`${here}: invalid empty name ""`);
    else if (names.has(name)) texts.push(`${here}: duplicate name "${name}"`);
    names.add(name);
  });
  return texts;
}

function containerWarnings(container: Container, path: string): readonly string[] {
  const texts: string[] = [];
  for (const list of ['limits', 'requests'] as const) {
    const storage = container.resources?.[list]?.['ephemeral-storage'];
    if (storage?.endsWith('m')) {
      texts.push(
        `${key(child(path, 'resources', list), 'ephemeral-storage')}: fractional byte value "${storage}" is invalid, must be an integer`,
      );
    }
    const memory = container.resources?.[list]?.memory;
    if (memory?.endsWith('m')) {
      texts.push(
        `${key(child(path, 'resources', list), 'memory')}: fractional byte value "${memory}" is invalid, must be an integer`,
      );
    }
  }
  const variables = new Set<string>();
  container.env?.forEach(({ name, value }, at) => {
    // A later value may be made from the earlier one, and then hides nothing.
    if (variables.has(name) && !value?.includes(`$(${name})`)) {
      texts.push(
        `${index(child(path, 'env'), at)}: hides previous definition of "${name}", which may be dropped when using apply`,
      );
    }
    variables.add(name);
  });
  return texts;
}

function portWarnings(spec: PodSpec, path: string): readonly string[] {
  const texts: string[] = [];
  spec.containers?.forEach((container, at) => {
    const seen = new Map<string, string>();
    container.ports?.forEach((port, position) => {
      const here = index(child(index(child(path, 'containers'), at), 'ports'), position);
      if (port.hostIP && !port.hostPort) {
        const shown = `{Name:${port.name ?? ''} HostPort:0 ContainerPort:${port.containerPort} Protocol:${port.protocol} HostIP:${port.hostIP}}`;
        texts.push(`${here}: hostIP set without hostPort: ${shown}`);
      }
      const wish = `${port.containerPort}/${port.protocol}/${port.hostPort ?? 0}/${port.hostIP ?? ''}`;
      const other = seen.get(wish);
      if (other !== undefined) texts.push(`${here}: duplicate port definition with ${other}`);
      else seen.set(wish, here);
    });
  });
  return texts;
}

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

function annotationWarnings(
  spec: PodSpec,
  { annotations }: Partial<ObjectMeta>,
  path: string,
): readonly string[] {
  if (!annotations) return [];
  const names = Object.keys(annotations).filter(
    (name) => name.startsWith(appArmorPrefix) || name === 'scheduler.alpha.kubernetes.io/critical-pod',
  );
  return names.sort().map((name) => {
    const here = key(child(path, 'annotations'), name);
    return name.startsWith(appArmorPrefix)
      ? `${here}: deprecated since v1.30; use the "appArmorProfile" field instead`
      : `${here}: non-functional in v1.16+; use the "priorityClassName" field instead`;
  });
}

/** A workload whose name will not do for the pods' host names. */
export function podNameWarnings(name: string): readonly string[] {
  const problems = isDns1123Label(name);
  if (problems.length === 0) return [];
  const message =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${message}: [${problems.join(' ')}]`];
}
