// What a pod's author may leave out. Remembered by identity: pods of one template share one defaulted spec.
// Upstream: pkg/apis/core/v1/defaults.go.
import { addQuantities, isZeroQuantity, roundAmounts } from './amounts.ts';
import { at, each, fill, put, remembered } from '../../../sharing.ts';
import type {
  Container,
  ContainerPort,
  EphemeralContainer,
  LifecycleHandler,
  PodSpec,
  PodTemplateSpec,
  Probe,
  ResourceRequirements,
} from './types.ts';
import { imagePullPolicyFor } from './image-pull-policy.ts';
import { defaultVolume } from './volume-defaults.ts';

/** Defaults of the spec in a template: what does not depend on being a pod. */
export const defaultTemplateSpec = remembered<PodSpec>((given) => {
  // A spec without containers is refused later; nobody on the way should trip over it.
  let spec = given.containers ? given : { ...given, containers: [] };
  spec = fill(spec, {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  });
  spec = mirrorServiceAccount(spec);
  spec = at(spec, 'volumes', (volumes) => each(volumes, defaultVolume));
  spec = at(spec, 'initContainers', (containers) => each(containers, defaultContainer));
  spec = at(spec, 'containers', (containers) => each(containers, defaultContainer));
  spec = at(spec, 'ephemeralContainers', (containers) => each(containers, defaultContainer));
  spec = at(spec, 'resources', defaultResourceNumbers);
  return at(spec, 'overhead', roundAmounts);
});

/** Defaults of the spec of a pod: those of a template, and requests from limits, host ports, service links. */
export const defaultPodSpec = remembered<PodSpec>((given) => {
  let spec = fill(defaultTemplateSpec(given), { enableServiceLinks: true });
  if (spec.hostNetwork)
    spec = mapContainers(spec, (container) =>
      at(container, 'ports', (ports) => each(ports, defaultHostPort)),
    );
  spec = mapContainers(spec, (container) => at(container, 'resources', requestsFromLimits));
  return defaultPodLevelResources(spec);
});

/** A template with its defaults; its metadata is never absent. */
export const defaultPodTemplate = remembered<PodTemplateSpec>((given) => {
  const template = fill(given, { metadata: {}, spec: { containers: [] } as unknown as PodSpec });
  return put(template, 'spec', defaultTemplateSpec(template.spec));
});

/** `serviceAccount` is the old name of `serviceAccountName`: both are kept the same. */
function mirrorServiceAccount(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  return name ? put(put(spec, 'serviceAccountName', name), 'serviceAccount', name) : spec;
}

function mapContainers(spec: PodSpec, change: (container: Container) => Container): PodSpec {
  const next = at(spec, 'containers', (containers) => each(containers, change));
  return at(next, 'initContainers', (containers) => each(containers, change));
}

function defaultContainer<T extends Container | EphemeralContainer>(given: T): T {
  let container: Container = fill(given as Container, {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: imagePullPolicyFor(given.image ?? ''),
  });
  container = at(container, 'ports', (ports) => each(ports, (port) => fill(port, { protocol: 'TCP' })));
  container = at(container, 'env', (env) =>
    each(env, (variable) =>
      at(variable, 'valueFrom', (source) => {
        const withField = at(source, 'fieldRef', (reference) => fill(reference, { apiVersion: 'v1' }));
        const withResource = at(withField, 'resourceFieldRef', (reference) =>
          fill(reference, { divisor: '0' }),
        );
        return at(withResource, 'fileKeyRef', (reference) => fill(reference, { optional: false }));
      }),
    ),
  );
  container = at(container, 'resources', defaultResourceNumbers);
  container = at(container, 'livenessProbe', defaultProbe);
  container = at(container, 'readinessProbe', defaultProbe);
  container = at(container, 'startupProbe', defaultProbe);
  container = at(container, 'lifecycle', (lifecycle) =>
    at(at(lifecycle, 'postStart', defaultHandler), 'preStop', defaultHandler),
  );
  return container as T;
}

function defaultProbe(given: Probe): Probe {
  const probe = fill(given, {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
  const withHttp = at(probe, 'httpGet', (action) => fill(action, { path: '/', scheme: 'HTTP' }));
  return at(withHttp, 'grpc', (action) => fill(action, { service: '' }));
}

function defaultHandler(handler: LifecycleHandler): LifecycleHandler {
  return at(handler, 'httpGet', (action) => fill(action, { path: '/', scheme: 'HTTP' }));
}

const defaultHostPort = (port: ContainerPort): ContainerPort =>
  port.hostPort ? port : put(port, 'hostPort', port.containerPort);

const defaultResourceNumbers = (resources: ResourceRequirements): ResourceRequirements =>
  at(at(resources, 'limits', roundAmounts), 'requests', roundAmounts);

/** What is limited but not requested is requested in full. */
function requestsFromLimits(resources: ResourceRequirements): ResourceRequirements {
  const { limits } = resources;
  return limits ? put(resources, 'requests', fill(resources.requests ?? {}, limits)) : resources;
}

/** The supported resources of a pod as a whole: requests follow from the containers' or from the limits. */
function defaultPodLevelResources(spec: PodSpec): PodSpec {
  const resources = spec.resources;
  if (!resources?.limits && !resources?.requests) return spec;
  const limits = fill(resources.limits ?? {}, hugePageSums(spec, 'limits'));
  const requests: Record<string, string> = { ...resources.requests };
  const asked = containerSums(spec);
  for (const [name, amount] of Object.entries(asked)) {
    if (requests[name] === undefined && isPodLevelName(name) && !isZeroQuantity(amount))
      requests[name] = amount;
  }
  for (const [name, amount] of Object.entries(limits))
    if (requests[name] === undefined && isPodLevelName(name)) requests[name] = amount;
  let next = resources;
  if (Object.keys(limits).length > 0) next = put(next, 'limits', limits);
  next = put(next, 'requests', fill(resources.requests ?? {}, requests));
  return put(spec, 'resources', next);
}

const isPodLevelName = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

function containerSums(spec: PodSpec): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const container of spec.containers) {
    for (const [name, amount] of Object.entries(container.resources?.requests ?? {})) {
      sums[name] = sums[name] === undefined ? amount : addQuantities(sums[name], amount);
    }
  }
  return sums;
}

function hugePageSums(spec: PodSpec, part: 'limits'): Record<string, string> {
  const sums: Record<string, string> = {};
  for (const container of spec.containers) {
    for (const [name, amount] of Object.entries(container.resources?.[part] ?? {})) {
      if (name.startsWith('hugepages-'))
        sums[name] = sums[name] === undefined ? amount : addQuantities(sums[name], amount);
    }
  }
  return sums;
}
