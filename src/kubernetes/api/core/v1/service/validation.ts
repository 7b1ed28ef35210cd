// What a Service must be to be accepted, and what of it may change later. Upstream: pkg/apis/core/validation/validation.go (ValidateService).
import {
  child,
  duplicate,
  forbidden,
  index,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isDns1123Label,
  isDns1123Subdomain,
  isQualifiedName,
  isValidPortNumber,
} from '@/kubernetes/apimachinery/validation/names.ts';
import {
  validateLabels,
  validateObjectMetaUpdate,
} from '@/kubernetes/apimachinery/validation/object-meta.ts';
import { validateMetadata } from '../../../core-metadata.ts';
import { validateCidr, validateIp, validateNonSpecialIp } from '../../../ip-addresses.ts';
import { goShape } from '../podspec/go-shape.ts';
import { validatePortNumberOrName } from '../podspec/validation/probes.ts';
import { validateClusterAddresses, validateKeptAddresses } from './address-validation.ts';
import type { Service, ServicePort, ServiceSpec } from './types.ts';

const rules = { isNamespaced: true, nameRule: isDns1123Label } as const;
const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const kubeletPort = 10250;
const longestAffinity = 86400;

const isHeadless = (spec: ServiceSpec): boolean =>
  spec.clusterIPs?.length === 1 && spec.clusterIPs[0] === 'None';

export function validateService(object: Service): readonly FieldError[] {
  const { spec } = object;
  const errors = [...validateMetadata(object.metadata, rules)];
  const ports = spec.ports ?? [];
  if (ports.length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName')
    errors.push(required('spec.ports'));
  errors.push(...validateType(spec), ...validatePorts(ports));
  errors.push(...validateLabels(spec.selector, 'spec.selector'), ...validateAffinity(spec));
  errors.push(...validateClusterAddresses(spec));
  spec.externalIPs?.forEach((ip, at) => {
    const here = index('spec.externalIPs', at);
    const problems = validateIp(ip, here);
    errors.push(...(problems.length > 0 ? problems : validateNonSpecialIp(ip, here)));
  });
  if (!spec.type) errors.push(required('spec.type'));
  else if (!types.includes(spec.type)) errors.push(notSupported('spec.type', spec.type, types));
  errors.push(...validateDistinctPorts(spec), ...validateBalancer(spec), ...validatePolicies(spec));
  return errors;
}

/** What each type asks for. */
function validateType(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const headless = (): void => {
    if (!isHeadless(spec)) return;
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  };
  if (spec.type === 'LoadBalancer') {
    spec.ports?.forEach(({ port }, at) => {
      if (port !== kubeletPort) return;
      errors.push(
        invalid(
          index('spec.ports', at),
          port,
          'may not expose port 10250 externally since it is used by kubelet',
        ),
      );
    });
    headless();
  } else if (spec.type === 'NodePort') headless();
  else if (spec.type === 'ExternalName') {
    for (const name of ['clusterIPs', 'ipFamilies'] as const) {
      if (spec[name]?.length)
        errors.push(forbidden(child('spec', name), 'may not be set for ExternalName services'));
    }
    if (spec.ipFamilyPolicy !== undefined)
      errors.push(forbidden('spec.ipFamilyPolicy', 'may not be set for ExternalName services'));
    const name = (spec.externalName ?? '').replace(/\.$/, '');
    if (name === '') errors.push(required('spec.externalName'));
    else
      errors.push(...isDns1123Subdomain(name).map((problem) => invalid('spec.externalName', name, problem)));
  }
  return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePorts(ports: readonly ServicePort[]): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  ports.forEach((port, at) => {
    const here = index('spec.ports', at);
    const { name, protocol, appProtocol } = port;
    if (!name) {
      if (ports.length > 1) errors.push(required(child(here, 'name')));
    } else {
      errors.push(...isDns1123Label(name).map((problem) => invalid(child(here, 'name'), name, problem)));
      if (names.has(name)) errors.push(duplicate(child(here, 'name'), name));
      names.add(name);
    }
    errors.push(
      ...isValidPortNumber(port.port).map((problem) => invalid(child(here, 'port'), port.port, problem)),
    );
    if (!protocol) errors.push(required(child(here, 'protocol')));
    else if (!protocols.includes(protocol))
      errors.push(notSupported(child(here, 'protocol'), protocol, protocols));
    errors.push(...validatePortNumberOrName(port.targetPort, child(here, 'targetPort')));
    if (appProtocol !== undefined) {
      errors.push(
        ...isQualifiedName(appProtocol).map((problem) =>
          invalid(child(here, 'appProtocol'), appProtocol, problem),
        ),
      );
    }
  });
  return errors;
}

function validateAffinity({
  sessionAffinity,
  sessionAffinityConfig: config,
}: ServiceSpec): readonly FieldError[] {
  const here = 'spec.sessionAffinityConfig';
  if (!sessionAffinity) return [required('spec.sessionAffinity')];
  if (sessionAffinity === 'None')
    return config ? [forbidden(here, 'must not be set when session affinity is None')] : [];
  if (sessionAffinity !== 'ClientIP')
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  if (!config) return [required(here, `when session affinity type is ClientIP`)];
  const seconds = config.clientIP?.timeoutSeconds;
  const path = child(here, 'clientIP', 'timeoutSeconds');
  if (seconds === undefined) return [required(path, `when session affinity type is ClientIP`)];
  return seconds <= 0 || seconds > longestAffinity
    ? [invalid(path, seconds, `must be greater than 0 and less than ${longestAffinity}`)]
    : [];
}

function validateDistinctPorts(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const ports = spec.ports ?? [];
  if (spec.type === 'ClusterIP') {
    ports.forEach(({ nodePort }, at) => {
      if (nodePort)
        errors.push(
          forbidden(child(index('spec.ports', at), 'nodePort'), "may not be used when `type` is 'ClusterIP'"),
        );
    });
  }
  const nodePorts = new Set<string>();
  ports.forEach(({ protocol, nodePort }, at) => {
    if (!nodePort) return;
    const wish = `${protocol}/${nodePort}`;
    if (nodePorts.has(wish)) errors.push(duplicate(child(index('spec.ports', at), 'nodePort'), nodePort));
    nodePorts.add(wish);
  });
  const seen = new Set<string>();
  ports.forEach(({ protocol, port }, at) => {
    const wish = `${protocol}/${port}`;
    if (seen.has(wish)) {
      const shown = { ...goShape('io.k8s.api.core.v1.ServicePort', { protocol, port }), TargetPort: 0 };
      errors.push(duplicate(index('spec.ports', at), shown));
    }
    seen.add(wish);
  });
  return errors;
}

const onlyForBalancers = "may only be used when `type` is 'LoadBalancer'";

function validateBalancer(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const isBalancer = spec.type === 'LoadBalancer';
  const ranges = 'spec.LoadBalancerSourceRanges';
  if (spec.loadBalancerSourceRanges?.length) {
    if (!isBalancer) errors.push(forbidden(ranges, onlyForBalancers));
    spec.loadBalancerSourceRanges.forEach((range, at) =>
      errors.push(...validateCidr(range.trim(), index(ranges, at))),
    );
  }
  const allocates = spec.allocateLoadBalancerNodePorts;
  if (allocates !== undefined && !isBalancer)
    errors.push(forbidden('spec.allocateLoadBalancerNodePorts', onlyForBalancers));
  if (allocates === undefined && isBalancer) errors.push(required('spec.allocateLoadBalancerNodePorts'));
  const name = spec.loadBalancerClass;
  if (name === undefined) return errors;
  if (!isBalancer) return [...errors, forbidden('spec.loadBalancerClass', onlyForBalancers)];
  return [
    ...errors,
    ...isQualifiedName(name).map((problem) => invalid('spec.loadBalancerClass', name, problem)),
  ];
}

/** Which endpoints traffic may go to. */
function validatePolicies(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const {
    type,
    externalTrafficPolicy: outer,
    internalTrafficPolicy: inner,
    trafficDistribution: spread,
  } = spec;
  const isReachable =
    type === 'NodePort' ||
    type === 'LoadBalancer' ||
    (type === 'ClusterIP' && (spec.externalIPs?.length ?? 0) > 0);
  const policies = ['Cluster', 'Local'];
  if (outer && !isReachable)
    errors.push(
      invalid('spec.externalTrafficPolicy', outer, 'may only be set for externally-accessible services'),
    );
  else if (!outer && isReachable) errors.push(required('spec.externalTrafficPolicy'));
  else if (outer && !policies.includes(outer))
    errors.push(notSupported('spec.externalTrafficPolicy', outer, policies));
  const healthPort = spec.healthCheckNodePort;
  if (healthPort && !(type === 'LoadBalancer' && outer === 'Local')) {
    const detail = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
    errors.push(invalid('spec.healthCheckNodePort', healthPort, detail));
  }
  if (inner === undefined && (type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer')) {
    errors.push(required('spec.internalTrafficPolicy'));
  } else if (inner !== undefined && !policies.includes(inner))
    errors.push(notSupported('spec.internalTrafficPolicy', inner, policies));
  const spreads = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];
  if (spread !== undefined && !spreads.includes(spread))
    errors.push(notSupported('spec.trafficDistribution', spread, spreads));
  return errors;
}

export function validateServiceUpdate(next: Service, previous: Service): readonly FieldError[] {
  const errors = [
    ...validateObjectMetaUpdate(next.metadata, previous.metadata),
    ...validateKeptAddresses(next.spec, previous.spec),
  ];
  const wasBalancer = previous.spec.type === 'LoadBalancer' && next.spec.type === 'LoadBalancer';
  if (wasBalancer && next.spec.loadBalancerClass !== previous.spec.loadBalancerClass) {
    errors.push(
      invalid('spec.loadBalancerClass', next.spec.loadBalancerClass ?? null, 'may not change once set'),
    );
  }
  return [...errors, ...validateService(next)];
}

export function validateServiceStatusUpdate(next: Service, previous: Service): readonly FieldError[] {
  const errors = [...validateObjectMetaUpdate(next.metadata, previous.metadata)];
  const ingress = next.status.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && next.spec.type !== 'LoadBalancer') {
    errors.push(
      forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'"),
    );
  }
  ingress.forEach(({ ip, hostname, ipMode }, at) => {
    const here = index('status.loadBalancer.ingress', at);
    if (ip) errors.push(...validateIp(ip, child(here, 'ip')));
    if (ipMode !== undefined && ipMode !== 'Proxy' && ipMode !== 'VIP') {
      errors.push(notSupported(child(here, 'ipMode'), ipMode, ['Proxy', 'VIP']));
    }
    if (!hostname) return;
    errors.push(
      ...isDns1123Subdomain(hostname).map((problem) => invalid(child(here, 'hostname'), hostname, problem)),
    );
    if (validateIp(hostname, '').length === 0) {
      errors.push(invalid(child(here, 'hostname'), hostname, 'must be a DNS name, not an IP address'));
    }
  });
  return errors;
}

export function serviceWarnings({ spec }: Service): readonly string[] {
  const texts: string[] = [];
  const hasExternal = (spec.externalIPs?.length ?? 0) > 0;
  if (isHeadless(spec)) {
    if (spec.loadBalancerIP) texts.push('spec.loadBalancerIP is ignored for headless services');
    if (hasExternal) texts.push('spec.externalIPs is ignored for headless services');
    if (spec.sessionAffinity !== 'None') texts.push('spec.SessionAffinity is ignored for headless services');
  } else if (spec.type === 'ExternalName') {
    if (hasExternal) texts.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  } else if (hasExternal) {
    texts.push('spec.externalIPs is deprecated and may no longer be implemented in some clusters');
  }
  return texts;
}
