// Templates of workloads that keep a number of pods: what they select, and what their pods must be. Upstream:
// pkg/apis/apps/validation/validation.go (ValidatePodTemplateSpecForReplicaSet), pkg/apis/core/validation/validation.go.
import {
  SelectorError,
  selectorFromLabelSelector,
  type Selector,
} from '@/kubernetes/apimachinery/labels/labels.ts';
import type { LabelSelector } from '@/kubernetes/apimachinery/meta/meta.ts';
import {
  child,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { validateLabelSelector } from '@/kubernetes/apimachinery/validation/selectors.ts';
import type { PodTemplateSpec } from '../types.ts';
import { validatePodTemplateSpec } from './pod-spec.ts';
import { validateNonNegative } from './probes.ts';

/** A selector with its members in the order that Go writes them, for messages. */
export function selectorInOrder(selector: LabelSelector | undefined | null): unknown {
  if (!selector) return null;
  const { matchLabels, matchExpressions } = selector;
  const labels = Object.entries(matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const expressions = matchExpressions?.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values?.length ? { values } : {}),
  }));
  return {
    ...(labels.length > 0 ? { matchLabels: Object.fromEntries(labels) } : {}),
    ...(expressions?.length ? { matchExpressions: expressions } : {}),
  };
}

/** The selector of a workload, which must not be empty. */
export function validateWorkloadSelector(
  selector: LabelSelector | undefined | null,
  path: string,
): readonly FieldError[] {
  if (!selector) return [required(path)];
  const errors = [...validateLabelSelector(selector, path)];
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && !selector.matchExpressions?.length;
  if (isEmpty)
    errors.push(invalid(path, selectorInOrder(selector), 'empty selector is invalid for deployment'));
  return errors;
}

/** The selector ready for use, or an error that says it is none. */
export function workloadSelector(
  selector: LabelSelector | undefined | null,
  path: string,
): Selector | FieldError {
  try {
    return selectorFromLabelSelector(selector);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return invalid(path, selectorInOrder(selector), 'invalid label selector');
  }
}

/** A template whose pods the selector must find, and which run for good. */
export function validateReplicatedTemplate(
  template: PodTemplateSpec,
  selector: Selector,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { labels } = template.metadata;
  if (!selector.isEverything && !selector.matches(labels ?? {})) {
    errors.push(
      invalid(
        child(path, 'metadata', 'labels'),
        labels ?? null,
        '`selector` does not match template `labels`',
      ),
    );
  }
  errors.push(...validatePodTemplateSpec(template, path));
  const { restartPolicy, activeDeadlineSeconds } = template.spec;
  if (restartPolicy !== 'Always')
    errors.push(notSupported(child(path, 'spec', 'restartPolicy'), restartPolicy ?? '', ['Always']));
  if (activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(
        child(path, 'spec', 'activeDeadlineSeconds'),
        'activeDeadlineSeconds in ReplicaSet is not Supported',
      ),
    );
  }
  return errors;
}

/** Counts of a status: none negative, and no part (`parts`) greater than the whole. */
export function validateReplicaCounts(
  status: Readonly<Record<string, unknown>>,
  parts: readonly string[],
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const count = (name: string): number => (status[name] as number | undefined) ?? 0;
  for (const name of [
    'replicas',
    ...parts,
    'unavailableReplicas',
    'terminatingReplicas',
    'observedGeneration',
    'collisionCount',
  ]) {
    if (status[name] !== undefined) errors.push(...validateNonNegative(count(name), child('status', name)));
  }
  const tooMany = (name: string, most: number, of: string): void => {
    if (count(name) > most)
      errors.push(invalid(child('status', name), count(name), `cannot be greater than ${of}`));
  };
  for (const name of parts) tooMany(name, count('replicas'), 'status.replicas');
  tooMany('availableReplicas', count('readyReplicas'), 'readyReplicas');
  return errors;
}
