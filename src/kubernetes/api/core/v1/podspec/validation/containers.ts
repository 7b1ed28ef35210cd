// Containers of all three sorts. Upstream: pkg/apis/core/validation/validation.go (validateContainers, validateInitContainers).
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isValidPortName,
  isValidPortNumber,
} from '@/kubernetes/apimachinery/validation/names.ts';
import type { Container, ContainerPort, PodSpec, Volume } from '../types.ts';
import { validateEnv, validateEnvFrom } from './environment.ts';
import { validateVolumeDevices, validateVolumeMounts } from './mounts.ts';
import {
  validateLifecycle,
  validateLivenessProbe,
  validateReadinessProbe,
  validateStartupProbe,
} from './probes.ts';
import { validateContainerResources, validateResizePolicy } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';

/** What the checks of a container need of its pod. */
export interface PodSurroundings {
  readonly spec: PodSpec;
  readonly volumes: ReadonlyMap<string, Volume>;
  readonly claims: ReadonlySet<string>;
}

export function validateContainers(around: PodSurroundings, path: string): readonly FieldError[] {
  const containers = around.spec.containers ?? [];
  if (containers.length === 0) return [required(path)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  containers.forEach((container, at) => {
    const here = index(path, at);
    errors.push(...validateCommon(container, around, here));
    if (names.has(container.name)) errors.push(duplicate(child(here, 'name'), container.name));
    names.add(container.name);
    errors.push(...validateLifeAndProbes(container, around, here));
    errors.push(...validateRestartPolicy(container, here));
  });
  return [...errors, ...validateHostPorts(containers, path)];
}

export function validateInitContainers(around: PodSurroundings, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set((around.spec.containers ?? []).map((one) => one.name));
  around.spec.initContainers?.forEach((container, at) => {
    const here = index(path, at);
    const isSidecar = container.restartPolicy === 'Always';
    errors.push(...validateCommon(container, around, here));
    if (container.name && names.has(container.name))
      errors.push(duplicate(child(here, 'name'), container.name));
    names.add(container.name);
    errors.push(...validateHostPorts([container], path));
    errors.push(...validateRestartPolicy(container, here));
    if (isSidecar) errors.push(...validateLifeAndProbes(container, around, here));
    else errors.push(...validateNoProbes(container, here));
    if (!isSidecar && container.resizePolicy?.length) {
      errors.push(
        invalid(child(here, 'resizePolicy'), container.resizePolicy, 'must not be set for init containers'),
      );
    }
  });
  return errors;
}

function validateNoProbes(container: Container, path: string): readonly FieldError[] {
  return (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const)
    .filter((name) => container[name] !== undefined)
    .map((name) =>
      forbidden(child(path, name), 'may not be set for init containers without restartPolicy=Always'),
    );
}

function validateLifeAndProbes(
  container: Container,
  { spec }: PodSurroundings,
  path: string,
): readonly FieldError[] {
  const rules = { graceSeconds: spec.terminationGracePeriodSeconds, os: spec.os?.name };
  return [
    ...validateLifecycle(container.lifecycle, rules, child(path, 'lifecycle')),
    ...validateLivenessProbe(container.livenessProbe, child(path, 'livenessProbe')),
    ...validateReadinessProbe(container.readinessProbe, child(path, 'readinessProbe')),
    ...validateStartupProbe(container.startupProbe, child(path, 'startupProbe')),
  ];
}

const restartPolicies = ['Always', 'Never', 'OnFailure'];
const mostRestartRules = 20;

function validateRestartPolicy(container: Container, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { restartPolicy, restartPolicyRules: rules = [] } = container;
  if (restartPolicy !== undefined && !restartPolicies.includes(restartPolicy)) {
    errors.push(notSupported(child(path, 'restartPolicy'), restartPolicy, restartPolicies));
  }
  if (rules.length === 0) return errors;
  const here = child(path, 'restartPolicyRules');
  if (restartPolicy === undefined) {
    errors.push(
      required(child(path, 'restartPolicy'), 'must specify restartPolicy when restart rules are used'),
    );
  }
  if (rules.length > mostRestartRules) errors.push(tooMany(here, rules.length, mostRestartRules));
  const actions = ['Restart', 'RestartAllContainers'];
  rules.forEach((rule, at) => {
    const path = index(here, at);
    if (!actions.includes(rule.action))
      errors.push(notSupported(child(path, 'action'), rule.action, actions));
    if (!rule.exitCodes) return void errors.push(required(child(path, 'exitCodes'), 'must be specified'));
    const { operator, values = [] } = rule.exitCodes;
    if (operator !== 'In' && operator !== 'NotIn')
      errors.push(notSupported(child(path, 'exitCodes', 'operator'), operator, ['In', 'NotIn']));
    if (values.length > 255) errors.push(tooMany(child(path, 'exitCodes', 'values'), values.length, 255));
  });
  return errors;
}

const messagePolicies = ['File', 'FallbackToLogsOnError'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];

function validateCommon(
  container: Container,
  { spec, volumes, claims }: PodSurroundings,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { name, image, terminationMessagePolicy: messagePolicy, imagePullPolicy } = container;
  if (!name) errors.push(required(child(path, 'name')));
  else errors.push(...isDns1123Label(name).map((problem) => invalid(child(path, 'name'), name, problem)));
  if (!image) errors.push(required(child(path, 'image')));
  if (!messagePolicy) errors.push(required(child(path, 'terminationMessagePolicy')));
  else if (!messagePolicies.includes(messagePolicy)) {
    errors.push(notSupported(child(path, 'terminationMessagePolicy'), messagePolicy, messagePolicies));
  }
  errors.push(...validatePorts(container.ports, child(path, 'ports')));
  errors.push(...validateEnv(container.env, child(path, 'env')));
  errors.push(...validateEnvFrom(container.envFrom, child(path, 'envFrom')));
  errors.push(...validateVolumeMounts(container, volumes, child(path, 'volumeMounts')));
  errors.push(...validateVolumeDevices(container, volumes, child(path, 'volumeDevices')));
  if (!imagePullPolicy) errors.push(required(child(path, 'imagePullPolicy')));
  else if (!pullPolicies.includes(imagePullPolicy))
    errors.push(notSupported(child(path, 'imagePullPolicy'), imagePullPolicy, pullPolicies));
  errors.push(...validateContainerResources(container.resources ?? {}, claims, child(path, 'resources')));
  errors.push(
    ...validateResizePolicy(container.resizePolicy, child(path, 'resizePolicy'), spec.restartPolicy),
  );
  errors.push(
    ...validateSecurityContext(
      container.securityContext,
      spec.hostUsers !== false,
      child(path, 'securityContext'),
    ),
  );
  return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePorts(ports: readonly ContainerPort[] | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports?.forEach((port, at) => {
    const here = index(path, at);
    const { name, containerPort, hostPort, protocol } = port;
    if (name) {
      const problems = isValidPortName(name);
      if (problems.length > 0)
        errors.push(...problems.map((problem) => invalid(child(here, 'name'), name, problem)));
      else if (names.has(name)) errors.push(duplicate(child(here, 'name'), name));
      else names.add(name);
    }
    if (!containerPort) errors.push(required(child(here, 'containerPort')));
    else
      errors.push(
        ...isValidPortNumber(containerPort).map((problem) =>
          invalid(child(here, 'containerPort'), containerPort, problem),
        ),
      );
    if (hostPort)
      errors.push(
        ...isValidPortNumber(hostPort).map((problem) => invalid(child(here, 'hostPort'), hostPort, problem)),
      );
    if (!protocol) errors.push(required(child(here, 'protocol')));
    else if (!protocols.includes(protocol))
      errors.push(notSupported(child(here, 'protocol'), protocol, protocols));
  });
  return errors;
}

/** No two containers may want the same port of the machine. */
function validateHostPorts(containers: readonly Container[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach((container, at) =>
    container.ports?.forEach((port, position) => {
      if (!port.hostPort) return;
      const wish = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(wish))
        errors.push(duplicate(child(index(child(index(path, at), 'ports'), position), 'hostPort'), wish));
      taken.add(wish);
    }),
  );
  return errors;
}

/** On the machine's network a container's ports are the machine's. */
export function validateHostNetworkPorts(spec: PodSpec, path: string): readonly FieldError[] {
  if (!spec.hostNetwork) return [];
  return (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap((container, at) =>
      (container.ports ?? []).flatMap((port, position) => {
        if ((port.hostPort ?? 0) === (port.containerPort ?? 0)) return [];
        const here = child(index(child(index(child(path, list), at), 'ports'), position), 'hostPort');
        return [invalid(here, port.hostPort ?? 0, 'must match `containerPort` when `hostNetwork` is true')];
      }),
    ),
  );
}

/** Containers that are added to a running pod for a look inside. */
export function validateEphemeralContainers(around: PodSurroundings, path: string): readonly FieldError[] {
  const { spec } = around;
  const errors: FieldError[] = [];
  const names = new Set([...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((one) => one.name));
  const targets = new Set(names);
  const refused = [
    'ports',
    'livenessProbe',
    'readinessProbe',
    'startupProbe',
    'lifecycle',
    'resizePolicy',
  ] as const;
  spec.ephemeralContainers?.forEach((container, at) => {
    const here = index(path, at);
    const common = container as unknown as Container;
    errors.push(...validateCommon(common, around, here));
    if (container.name && names.has(container.name))
      errors.push(duplicate(child(here, 'name'), container.name));
    names.add(container.name);
    if (container.targetContainerName && !targets.has(container.targetContainerName)) {
      errors.push({
        type: 'FieldValueNotFound',
        field: child(here, 'targetContainerName'),
        badValue: container.targetContainerName,
        detail: '',
      });
    }
    for (const name of refused) {
      const value = common[name];
      if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
        errors.push(forbidden(child(here, name), 'cannot be set for an Ephemeral Container'));
      }
    }
    const { limits, requests, claims } = common.resources ?? {};
    if (limits || requests || claims?.length)
      errors.push(forbidden(child(here, 'resources'), 'cannot be set for an Ephemeral Container'));
    container.volumeMounts?.forEach((mount, position) => {
      const mountPath = index(child(here, 'volumeMounts'), position);
      if (mount.subPath)
        errors.push(forbidden(child(mountPath, 'subPath'), 'cannot be set for an Ephemeral Container'));
      if (mount.subPathExpr)
        errors.push(forbidden(child(mountPath, 'subPathExpr'), 'cannot be set for an Ephemeral Container'));
    });
  });
  return errors;
}
