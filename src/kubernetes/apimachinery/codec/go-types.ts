// Go's names for the types of values, which appear in messages about values of the wrong type.
import type { ValueSchema } from '../schema/schema.ts';

/** Fields whose Go type has a name of its own that JSON does not show: what stands for the plain text, number, list or map. */
const named: Readonly<Record<string, string>> = {
  'ContainerPort.protocol': 'v1.Protocol',
  'ServicePort.protocol': 'v1.Protocol',
  'EndpointPort.protocol': 'v1.Protocol',
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'Container.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'Container.restartPolicy': 'v1.ContainerRestartPolicy',
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'PodSpec.preemptionPolicy': 'v1.PreemptionPolicy',
  'PodSpec.overhead': 'v1.ResourceList',
  'PodStatus.phase': 'v1.PodPhase',
  'PodStatus.qosClass': 'v1.PodQOSClass',
  'PodCondition.type': 'v1.PodConditionType',
  'PodCondition.status': 'v1.ConditionStatus',
  'NodeCondition.type': 'v1.NodeConditionType',
  'NodeCondition.status': 'v1.ConditionStatus',
  'NodeStatus.capacity': 'v1.ResourceList',
  'NodeStatus.allocatable': 'v1.ResourceList',
  'NodeStatus.phase': 'v1.NodePhase',
  'NodeAddress.type': 'v1.NodeAddressType',
  'Taint.effect': 'v1.TaintEffect',
  'Toleration.effect': 'v1.TaintEffect',
  'Toleration.operator': 'v1.TolerationOperator',
  'ResourceRequirements.limits': 'v1.ResourceList',
  'ResourceRequirements.requests': 'v1.ResourceList',
  'VolumeResourceRequirements.limits': 'v1.ResourceList',
  'VolumeResourceRequirements.requests': 'v1.ResourceList',
  'ResourceQuotaSpec.hard': 'v1.ResourceList',
  'ResourceQuotaSpec.scopes': '[]v1.ResourceQuotaScope',
  'LimitRangeItem.type': 'v1.LimitType',
  'LimitRangeItem.max': 'v1.ResourceList',
  'LimitRangeItem.min': 'v1.ResourceList',
  'LimitRangeItem.default': 'v1.ResourceList',
  'LimitRangeItem.defaultRequest': 'v1.ResourceList',
  'LimitRangeItem.maxLimitRequestRatio': 'v1.ResourceList',
  'ServiceSpec.type': 'v1.ServiceType',
  'ServiceSpec.sessionAffinity': 'v1.ServiceAffinity',
  'ServiceSpec.externalTrafficPolicy': 'v1.ServiceExternalTrafficPolicy',
  'ServiceSpec.internalTrafficPolicy': 'v1.ServiceInternalTrafficPolicy',
  'ServiceSpec.ipFamilies': '[]v1.IPFamily',
  'ServiceSpec.ipFamilyPolicy': 'v1.IPFamilyPolicy',
  'NamespaceSpec.finalizers': '[]v1.FinalizerName',
  'NamespaceStatus.phase': 'v1.NamespacePhase',
  'NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'TopologySpreadConstraint.whenUnsatisfiable': 'v1.UnsatisfiableConstraintAction',
  'HTTPGetAction.scheme': 'v1.URIScheme',
  'EmptyDirVolumeSource.medium': 'v1.StorageMedium',
  'HostPathVolumeSource.type': 'v1.HostPathType',
  'VolumeMount.mountPropagation': 'v1.MountPropagationMode',
  'Capabilities.add': '[]v1.Capability',
  'Capabilities.drop': '[]v1.Capability',
  'ObjectMeta.uid': 'types.UID',
  'OwnerReference.uid': 'types.UID',
  'ObjectReference.uid': 'types.UID',
  'ManagedFieldsEntry.operation': 'v1.ManagedFieldsOperationType',
  'Secret.type': 'v1.SecretType',
  'DeploymentStrategy.type': 'v1.DeploymentStrategyType',
  'DaemonSetUpdateStrategy.type': 'v1.DaemonSetUpdateStrategyType',
  'StatefulSetUpdateStrategy.type': 'v1.StatefulSetUpdateStrategyType',
  'StatefulSetSpec.podManagementPolicy': 'v1.PodManagementPolicyType',
  'JobSpec.completionMode': 'v1.CompletionMode',
  'CronJobSpec.concurrencyPolicy': 'v1.ConcurrencyPolicy',
  'EndpointSlice.addressType': 'v1.AddressType',
  'PersistentVolumeClaimSpec.accessModes': '[]v1.PersistentVolumeAccessMode',
  'PersistentVolumeSpec.accessModes': '[]v1.PersistentVolumeAccessMode',
  'PersistentVolumeSpec.capacity': 'v1.ResourceList',
  'PersistentVolumeClaimStatus.accessModes': '[]v1.PersistentVolumeAccessMode',
  'PersistentVolumeClaimStatus.capacity': 'v1.ResourceList',
  'NetworkPolicySpec.policyTypes': '[]v1.PolicyType',
  'CertificateSigningRequestSpec.usages': '[]v1.KeyUsage',
  'ValidatingAdmissionPolicyBindingSpec.validationActions': '[]v1.ValidationAction',
  'RuleWithOperations.operations': '[]v1.OperationType',
  'NamedRuleWithOperations.operations': '[]v1.OperationType',
};

/** `v1.PodSpec`: the last two words of a model's name. */
function refType(model: string): string {
  return model.split('.').slice(-2).join('.');
}

function plainType(value: ValueSchema): string {
  switch (value.kind) {
    case 'ref':
      return refType(value.model);
    case 'list':
      return `[]${plainType(value.items)}`;
    case 'map':
      return `map[string]${plainType(value.values)}`;
    case 'integer':
      return value.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    case 'any':
      return 'interface {}';
    default:
      return value.format === 'byte' ? '[]uint8' : 'string';
  }
}

/** Go's name for the type of a field, or of what its list or map holds when `isInner`. */
export function goType(value: ValueSchema, place: { readonly struct: string; readonly field: string } | undefined, isInner: boolean): string {
  const own = place === undefined ? undefined : named[`${place.struct}.${place.field}`];
  if (own === undefined) return plainType(value);
  if (!isInner) return own;
  return own.startsWith('[]') ? own.slice(2) : plainType(value);
}
