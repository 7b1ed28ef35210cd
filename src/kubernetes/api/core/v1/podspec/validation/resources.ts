// What containers and pods may ask for, and by which names. Upstream: pkg/apis/core/validation/validation.go
// (ValidateContainerResourceRequirements, validatePodResources).
import { parseQuantity, type Quantity } from '@/kubernetes/apimachinery/quantity/quantity.ts';
import { podRequests, isPodLevelResource } from '@/kubernetes/apimachinery/resources/resources.ts';
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  key,
  notFound,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import { isDns1123Label, isQualifiedName } from '@/kubernetes/apimachinery/validation/names.ts';
import type { Container, ContainerResizePolicy, PodSpec, ResourceRequirements } from '../types.ts';

const containerNames = new Set(['cpu', 'memory', 'ephemeral-storage']);
const standardNames = new Set([
  ...containerNames,
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

/** Whether a resource is of the kind that machines advertise by a name with a domain. */
export function isExtendedResource(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && isQualifiedName(`requests.${name}`).length === 0;
}

/** Whether more of it may be promised than there is. */
const canOvercommit = (name: string): boolean => isNative(name) && !isHugePages(name);

/** Names of any resource: the standard ones, or with a domain. */
export function validateResourceName(name: string, path: string): readonly FieldError[] {
  const errors = isQualifiedName(name).map((problem) => invalid(path, name, problem));
  if (errors.length > 0) return errors;
  if (!name.includes('/') && !standardNames.has(name) && !isHugePages(name)) {
    return [invalid(path, name, 'must be a standard resource type or fully qualified')];
  }
  return [];
}

/** Names that a container may ask for. */
export function validateContainerResourceName(name: string, path: string): readonly FieldError[] {
  const errors = [...validateResourceName(name, path)];
  if (!name.includes('/')) {
    if (!containerNames.has(name) && !isHugePages(name))
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!name.includes('kubernetes.io/') && !isExtendedResource(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

const isInteger = (name: string): boolean =>
  isExtendedResource(name) || ['pods', 'services', 'secrets', 'configmaps'].includes(name);

/** An amount: not negative, and whole where parts make no sense. */
export function validateAmount(name: string, amount: Quantity, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (amount.sign < 0) errors.push(invalid(path, amount.toString(), 'must be greater than or equal to 0'));
  if (isInteger(name) && amount.milliValue() % 1000n !== 0n)
    errors.push(invalid(path, amount.toString(), 'must be an integer'));
  return errors;
}

function validateHugePages(name: string, amount: Quantity, path: string): readonly FieldError[] {
  const size = parseQuantity(name.slice('hugepages-'.length)).value();
  const value = amount.value();
  if (value > 0n && size > 0n && value % size === 0n && amount.milliValue() % 1000n === 0n) return [];
  const text = amount.toString();
  return [invalid(path, text, `${text} is not positive integer multiple of ${name}`)];
}

type NameRule = (name: string, path: string) => readonly FieldError[];

/** The parts of one set of requests and limits, whoever has it. */
function validateAmounts(
  resources: ResourceRequirements,
  path: string,
  validateName: NameRule,
): readonly FieldError[] {
  const { limits = {}, requests = {} } = resources;
  const errors: FieldError[] = [];
  const seen = { isCpuOrMemory: false, isHugePages: false };
  const look = (name: string): void => {
    if (isHugePages(name)) seen.isHugePages = true;
    else if (name === 'cpu' || name === 'memory') seen.isCpuOrMemory = true;
  };
  for (const name of Object.keys(limits).sort()) {
    const here = key(child(path, 'limits'), name);
    const amount = parseQuantity(limits[name] as string);
    errors.push(...validateName(name, here), ...validateAmount(name, amount, here));
    if (isHugePages(name)) errors.push(...validateHugePages(name, amount, here));
    look(name);
  }
  for (const name of Object.keys(requests).sort()) {
    const here = key(child(path, 'requests'), name);
    const amount = parseQuantity(requests[name] as string);
    errors.push(...validateName(name, here), ...validateAmount(name, amount, here));
    const limit = limits[name];
    if (limit !== undefined) {
      const most = parseQuantity(limit);
      const order = amount.cmp(most);
      if (!canOvercommit(name) && order !== 0) {
        errors.push(
          invalid(
            child(path, 'requests'),
            amount.toString(),
            `must be equal to ${name} limit of ${most.toString()}`,
          ),
        );
      } else if (order > 0) {
        errors.push(
          invalid(
            child(path, 'requests'),
            amount.toString(),
            `must be less than or equal to ${name} limit of ${most.toString()}`,
          ),
        );
      }
    } else if (!canOvercommit(name)) {
      errors.push(required(child(path, 'limits'), 'Limit must be set for non overcommitable resources'));
    }
    if (isHugePages(name)) errors.push(...validateHugePages(name, amount, here));
    look(name);
  }
  if (seen.isHugePages && !seen.isCpuOrMemory)
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  return errors;
}

/** Requests, limits and claims of one container; `claims` are the names that the pod declares. */
export function validateContainerResources(
  resources: ResourceRequirements,
  claims: ReadonlySet<string>,
  path: string,
): readonly FieldError[] {
  return [
    ...validateAmounts(resources, path, validateContainerResourceName),
    ...validateClaims(resources, claims, path),
  ];
}

function validateClaims(
  { claims = [] }: ResourceRequirements,
  known: ReadonlySet<string>,
  path: string,
): readonly FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  claims.forEach((claim, at) => {
    const here = index(child(path, 'claims'), at);
    if (!claim.name) return void errors.push(required(child(here, 'name')));
    const full = claim.request ? `${claim.name}/${claim.request}` : claim.name;
    if (claim.request)
      errors.push(
        ...isDns1123Label(claim.request).map((problem) =>
          invalid(child(here, 'request'), claim.request, problem),
        ),
      );
    if (seen.has(full)) errors.push(duplicate(here, full));
    seen.add(full);
    if (!known.has(claim.name)) errors.push(notFound(child(here, 'name'), claim.name));
  });
  return errors;
}

function validatePodLevelName(name: string, path: string): readonly FieldError[] {
  const errors = validateResourceName(name, path);
  if (errors.length > 0) return errors;
  return isPodLevelResource(name) ? [] : [notSupported(path, name, ['cpu', 'hugepages-', 'memory'])];
}

/** Requests and limits of a pod as a whole, against those of its containers. */
export function validatePodLevelResources(spec: PodSpec, path: string): readonly FieldError[] {
  const resources = spec.resources;
  if (!resources) return [];
  const errors: FieldError[] = [];
  if (resources.claims?.length) {
    errors.push(forbidden(child(path, 'claims'), 'claims may not be set for Resources at pod-level'));
  }
  errors.push(...validateAmounts(resources, path, validatePodLevelName));
  const sums = podRequests({ spec }, { skipPodLevel: true, excludeOverhead: true });
  for (const name of Object.keys(sums).sort()) {
    const own = resources.requests?.[name];
    const sum = sums[name];
    if (own === undefined || sum === undefined || !isPodLevelResource(name)) continue;
    const amount = parseQuantity(own);
    if (amount.cmp(sum) < 0) {
      const here = key(child(path, 'requests'), name);
      const detail = `must be greater than or equal to aggregate container requests of ${sum.toString()}`;
      errors.push(invalid(here, amount.toString(), detail));
    }
  }
  const check = (list: readonly Container[] | undefined, name: string): void =>
    list?.forEach((container, at) => {
      for (const [resource, text] of Object.entries(container.resources?.limits ?? {}).sort(([a], [b]) =>
        a < b ? -1 : 1,
      )) {
        const own = resources.limits?.[resource];
        if (own === undefined || !isPodLevelResource(resource)) continue;
        const limit = parseQuantity(text);
        if (limit.cmp(parseQuantity(own)) > 0) {
          const here = `${key(index(child(path, name), at), resource)}.limits`;
          errors.push(
            invalid(
              here,
              limit.toString(),
              `must be less than or equal to pod limits of ${parseQuantity(own).toString()}`,
            ),
          );
        }
      }
    });
  check(spec.initContainers, 'initContainers');
  check(spec.containers, 'containers');
  return errors;
}

/** Amounts that a runtime adds to a pod. */
export function validateOverhead(
  overhead: Readonly<Record<string, string>>,
  path: string,
): readonly FieldError[] {
  return Object.keys(overhead).flatMap((name) => {
    const here = key(path, name);
    return [
      ...validateResourceName(name, here),
      ...validateAmount(name, parseQuantity(overhead[name] as string), here),
    ];
  });
}

/** What a resize of each resource asks of the container. */
export function validateResizePolicy(
  policies: readonly ContainerResizePolicy[] | undefined,
  path: string,
  podRestartPolicy: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  policies?.forEach((policy, at) => {
    const { resourceName, restartPolicy } = policy;
    if (seen.has(resourceName)) errors.push(duplicate(index(path, at), resourceName));
    seen.add(resourceName);
    if (!resourceName) errors.push(required(path));
    else if (resourceName !== 'cpu' && resourceName !== 'memory')
      errors.push(notSupported(path, resourceName, ['cpu', 'memory']));
    if (!restartPolicy) errors.push(required(path));
    else if (restartPolicy !== 'NotRequired' && restartPolicy !== 'RestartContainer') {
      errors.push(notSupported(path, restartPolicy, ['NotRequired', 'RestartContainer']));
    }
    if (podRestartPolicy === 'Never' && restartPolicy !== undefined && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
  });
  return errors;
}
