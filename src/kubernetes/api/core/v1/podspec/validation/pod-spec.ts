// The spec of a pod or of a template, in upstream's order of looking. A spec that passed is remembered, so that pods of one template cost
// nothing. Upstream: pkg/apis/core/validation/validation.go (ValidatePodSpec).
import type { ObjectMeta } from '@/kubernetes/apimachinery/meta/meta.ts';
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  key,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isInRange,
  isQualifiedName,
  type NameRule,
} from '@/kubernetes/apimachinery/validation/names.ts';
import { validateAnnotations, validateLabels } from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { goShape } from '../go-shape.ts';
import type { PodResourceClaim, PodSpec, PodTemplateSpec } from '../types.ts';
import {
  validateContainers,
  validateEphemeralContainers,
  validateHostNetworkPorts,
  validateInitContainers,
} from './containers.ts';
import {
  validateDnsConfig,
  validateDnsPolicy,
  validateHostAliases,
  validateHostnameOverride,
  validateHostnames,
} from './names-and-addresses.ts';
import { validateOverhead, validatePodLevelResources } from './resources.ts';
import {
  validateAffinity,
  validateSchedulingGates,
  validateTolerations,
  validateTopologySpread,
} from './scheduling.ts';
import { validateOperatingSystem, validatePodSecurityContext } from './security-context.ts';
import { validateVolumes } from './volumes.ts';

const valid = new WeakSet<PodSpec>();

/** `meta` is that of the pod; undefined for a template. */
export function validatePodSpec(
  spec: PodSpec,
  meta: Partial<ObjectMeta> | undefined,
  path: string,
): readonly FieldError[] {
  if (valid.has(spec)) return [];
  const errors = findErrors(spec, meta, path);
  // A claim's name is made from the pod's, so such a spec must be looked at for each pod.
  if (errors.length === 0 && !spec.volumes?.some((volume) => volume.ephemeral)) valid.add(spec);
  return errors;
}

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const most = 2147483647;

function findErrors(
  spec: PodSpec,
  meta: Partial<ObjectMeta> | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (spec.terminationGracePeriodSeconds === undefined)
    errors.push(required(child(path, 'terminationGracePeriodSeconds')));
  const volumes = validateVolumes(spec.volumes, meta, child(path, 'volumes'));
  const claims = new Set((spec.resourceClaims ?? []).map((one) => one.name));
  const around = { spec, volumes: volumes.valid, claims };
  errors.push(...volumes.errors);
  errors.push(...validateResourceClaims(spec.resourceClaims, child(path, 'resourceClaims')));
  errors.push(...validateContainers(around, child(path, 'containers')));
  errors.push(...validateInitContainers(around, child(path, 'initContainers')));
  errors.push(...validateEphemeralContainers(around, child(path, 'ephemeralContainers')));
  errors.push(...validatePodLevelResources(spec, child(path, 'resources')));
  errors.push(...validateHostNetworkPorts(spec, path));
  if (!spec.restartPolicy) errors.push(required(child(path, 'restartPolicy')));
  else if (!restartPolicies.includes(spec.restartPolicy)) {
    errors.push(notSupported(child(path, 'restartPolicy'), spec.restartPolicy, restartPolicies));
  }
  errors.push(...validateDnsPolicy(spec.dnsPolicy, child(path, 'dnsPolicy')));
  errors.push(...validateLabels(spec.nodeSelector, child(path, 'nodeSelector')));
  errors.push(...validatePodSecurityContext(spec.securityContext, spec, child(path, 'securityContext')));
  errors.push(...validateAffinity(spec.affinity, child(path, 'affinity')));
  errors.push(...validateDnsConfig(spec, child(path, 'dnsConfig')));
  errors.push(...validateReadinessGates(spec, child(path, 'readinessGates')));
  errors.push(...validateSchedulingGates(spec.schedulingGates, child(path, 'schedulingGates')));
  errors.push(
    ...validateTopologySpread(spec.topologySpreadConstraints, child(path, 'topologySpreadConstraints')),
  );
  errors.push(...validateHostUsers(spec, path));
  errors.push(...validateNames(spec, path));
  return [...errors, ...validateOperatingSystem(spec, path), ...validateHostnameOverride(spec, path)];
}

function validateNames(spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const named = (name: 'serviceAccountName' | 'nodeName' | 'priorityClassName', rule: NameRule): void => {
    const value = spec[name];
    if (value) errors.push(...rule(value).map((problem) => invalid(child(path, name), value, problem)));
  };
  named('serviceAccountName', isDns1123Subdomain);
  named('nodeName', isDns1123Subdomain);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > most)) {
    errors.push(
      invalid(child(path, 'activeDeadlineSeconds'), deadline, isInRange(deadline, 1, most)[0] ?? ''),
    );
  }
  errors.push(...validateHostnames(spec, path));
  errors.push(...validateTolerations(spec.tolerations, child(path, 'tolerations')));
  errors.push(...validateHostAliases(spec.hostAliases, child(path, 'hostAliases')));
  named('priorityClassName', isDns1123Subdomain);
  const runtime = spec.runtimeClassName;
  if (runtime !== undefined)
    errors.push(
      ...isDns1123Subdomain(runtime).map((problem) =>
        invalid(child(path, 'runtimeClassName'), runtime, problem),
      ),
    );
  const preemption = spec.preemptionPolicy;
  if (preemption !== undefined && preemption !== 'Never' && preemption !== 'PreemptLowerPriority') {
    errors.push(notSupported(child(path, 'preemptionPolicy'), preemption, ['PreemptLowerPriority', 'Never']));
  }
  if (spec.overhead) errors.push(...validateOverhead(spec.overhead, child(path, 'overhead')));
  return errors;
}

function validateReadinessGates(spec: PodSpec, path: string): readonly FieldError[] {
  return (spec.readinessGates ?? []).flatMap(({ conditionType }, at) =>
    isQualifiedName(conditionType).map((problem) =>
      invalid(child(index(path, at), 'conditionType'), conditionType, problem),
    ),
  );
}

function validateHostUsers(spec: PodSpec, path: string): readonly FieldError[] {
  if (spec.hostUsers !== false) return [];
  return (['hostNetwork', 'hostPID', 'hostIPC'] as const)
    .filter((name) => spec[name])
    .map((name) => forbidden(child(path, name), 'when `hostUsers` is false'));
}

function validateResourceClaims(
  claims: readonly PodResourceClaim[] | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  claims?.forEach((claim, at) => {
    const here = index(path, at);
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    if (!name) errors.push(required(child(here, 'name')));
    else if (seen.has(name)) errors.push(duplicate(child(here, 'name'), name));
    else errors.push(...isDns1123Label(name).map((problem) => invalid(child(here, 'name'), name, problem)));
    seen.add(name);
    const shown = (): object => goShape('io.k8s.api.core.v1.PodResourceClaim', claim);
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      errors.push(
        invalid(
          here,
          shown(),
          'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
        ),
      );
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(
        invalid(here, shown(), 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'),
      );
    }
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const value = claim[field];
      if (value !== undefined)
        errors.push(
          ...isDns1123Subdomain(value).map((problem) => invalid(child(here, field), value, problem)),
        );
    }
  });
  return errors;
}

const seccompPrefix = 'seccomp.security.alpha.kubernetes.io/';
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations that once were fields. */
export function validatePodAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  spec: PodSpec,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!annotations) return errors;
  const mirror = annotations['kubernetes.io/config.mirror'];
  if (mirror !== undefined && !spec.nodeName) {
    errors.push(
      invalid(
        key(path, 'kubernetes.io/config.mirror'),
        mirror,
        'must set spec.nodeName if mirror pod annotation is set',
      ),
    );
  }
  const containers = new Set(
    [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((one) => one.name),
  );
  for (const [name, value] of Object.entries(annotations)) {
    if (
      name.startsWith(seccompPrefix) &&
      !/^(runtime\/default|docker\/default|unconfined|localhost\/.+)$/.test(value)
    ) {
      errors.push(invalid(child(path, name), value, 'must be a valid seccomp profile'));
    }
    if (!name.startsWith(appArmorPrefix)) continue;
    const container = name.slice(appArmorPrefix.length);
    if (!containers.has(container)) errors.push(invalid(key(path, name), container, 'container not found'));
    if (!/^(|runtime\/default|unconfined|localhost\/.*)$/.test(value)) {
      errors.push(invalid(key(path, name), value, `invalid AppArmor profile name: "${value}"`));
    }
  }
  return errors;
}

/** A template of pods, in a workload. */
export function validatePodTemplateSpec(template: PodTemplateSpec, path: string): readonly FieldError[] {
  const { metadata = {}, spec } = template;
  const errors = [
    ...validateLabels(metadata.labels, child(path, 'labels')),
    ...validateAnnotations(metadata.annotations, child(path, 'annotations')),
    ...validatePodAnnotations(metadata.annotations, spec, child(path, 'annotations')),
    ...validatePodSpec(spec, undefined, child(path, 'spec')),
  ];
  if (spec.ephemeralContainers?.length) {
    errors.push(
      forbidden(
        child(path, 'spec', 'ephemeralContainers'),
        'ephemeral containers not allowed in pod template',
      ),
    );
  }
  return errors;
}
