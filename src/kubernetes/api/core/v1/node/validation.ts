// What a Node must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go (ValidateNode).
import { equalJson } from '@/base/json.ts';
import { parseQuantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import {
  child,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isQualifiedName, isValidLabelValue } from '@/kubernetes/apimachinery/validation/names.ts';
import { validateObjectMetaUpdate } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { clusterScoped, validateMetadata } from '../../../core-metadata.ts';
import { isIpv6, validateCidr } from '../../../ip-addresses.ts';
import { goShape } from '../podspec/go-shape.ts';
import { validateAmount, validateResourceName } from '../podspec/validation/resources.ts';
import { taintEffects } from '../podspec/validation/scheduling.ts';
import type { Node, NodeStatus, Taint } from './types.ts';

export function validateNode(object: Node): readonly FieldError[] {
  const errors = [...validateMetadata(object.metadata, clusterScoped)];
  errors.push(...validateTaints(object.spec.taints, 'metadata.taints'));
  errors.push(...validateAmounts(object.status));
  errors.push(...validateCidrs(object.spec.podCIDRs ?? []));
  return errors;
}

function validateTaints(taints: readonly Taint[] | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  taints?.forEach((taint, at) => {
    const here = index(path, at);
    const { key, value = '', effect } = taint;
    errors.push(...isQualifiedName(key).map((problem) => invalid(child(here, 'key'), key, problem)));
    const problems = isValidLabelValue(value);
    if (problems.length > 0) errors.push(invalid(child(here, 'value'), value, problems.join(';')));
    if (!effect) errors.push(required(child(here, 'effect')));
    else if (!taintEffects.includes(effect))
      errors.push(notSupported(child(here, 'effect'), effect, taintEffects));
    const pair = `${effect}/${key}`;
    if (seen.has(pair)) {
      const badValue = goShape('io.k8s.api.core.v1.Taint', taint);
      errors.push({
        type: 'FieldValueDuplicate',
        field: here,
        badValue,
        detail: 'taints must be unique by key and effect pair',
      });
    }
    seen.add(pair);
  });
  return errors;
}

const known = new WeakSet<object>();

function validateAmounts(status: NodeStatus): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['capacity', 'allocatable'] as const) {
    const amounts = status[list];
    if (!amounts || known.has(amounts)) continue;
    const found = Object.keys(amounts)
      .sort()
      .flatMap((name) => {
        const here = child('status', list, name);
        return [
          ...validateResourceName(name, here),
          ...validateAmount(name, parseQuantity(amounts[name] as string), here),
        ];
      });
    if (found.length === 0) known.add(amounts);
    errors.push(...found);
  }
  return errors;
}

function validateCidrs(cidrs: readonly string[]): readonly FieldError[] {
  const here = 'spec.podCIDRs';
  const errors = cidrs.flatMap((cidr, at) => validateCidr(cidr, index(here, at)));
  if (cidrs.length > 1) {
    const families = cidrs.map((cidr) => isIpv6(cidr.split('/')[0] ?? ''));
    if (cidrs.length > 2 || families[0] === families[1]) {
      errors.push(invalid(here, cidrs, 'may specify no more than one CIDR for each IP family'));
    }
  }
  return errors;
}

/** Upstream looks at the whole node first, and then at what changed. */
export function validateNodeUpdate(next: Node, previous: Node): readonly FieldError[] {
  return [...validateNode(next), ...validateNodeChange(next, previous)];
}

/** What may not change, by whichever endpoint. */
export function validateNodeChange(next: Node, previous: Node): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateAmounts(next.status),
  ];
  if (next.spec === previous.spec) return errors;
  const { spec } = next;
  const before = previous.spec;
  if (before.podCIDRs?.length && !equalJson(spec.podCIDRs ?? [], before.podCIDRs)) {
    errors.push(forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'));
  }
  if (before.providerID && spec.providerID !== before.providerID) {
    errors.push(
      forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    );
  }
  return [...errors, ...validateTaints(spec.taints, 'metadata.taints')];
}
