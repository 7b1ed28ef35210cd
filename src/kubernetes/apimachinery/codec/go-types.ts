// Go's names for the types of values, which appear in messages about values of the wrong type.
import type { ValueSchema } from '../schema/schema.ts';

/** Go types with a name of their own that JSON does not show, and the fields, as `Struct.field`, that have them. */
const fieldsByType: Readonly<Record<string, string>> = {
  'types.UID': 'ObjectMeta.uid ObjectReference.uid OwnerReference.uid Preconditions.uid',
  'v1.AddressType': 'EndpointSlice.addressType',
  'v1.AppArmorProfileType': 'AppArmorProfile.type',
  '[]v1.Capability': 'Capabilities.add Capabilities.drop',
  'v1.CompletionMode': 'JobSpec.completionMode',
  'v1.ConcurrencyPolicy': 'CronJobSpec.concurrencyPolicy',
  'v1.ConditionStatus':
    'CertificateSigningRequestCondition.status Condition.status DaemonSetCondition.status DeploymentCondition.status ' +
    'JobCondition.status NamespaceCondition.status NodeCondition.status PodCondition.status ' +
    'PodFailurePolicyOnPodConditionsPattern.status ReplicaSetCondition.status ReplicationControllerCondition.status ' +
    'StatefulSetCondition.status',
  'v1.ContainerRestartPolicy': 'Container.restartPolicy',
  'v1.CoordinatedLeaseStrategy': 'LeaseSpec.strategy',
  'v1.DNSPolicy': 'PodSpec.dnsPolicy',
  'v1.DaemonSetConditionType': 'DaemonSetCondition.type',
  'v1.DaemonSetUpdateStrategyType': 'DaemonSetUpdateStrategy.type',
  'v1.DeletionPropagation': 'DeleteOptions.propagationPolicy',
  'v1.DeploymentConditionType': 'DeploymentCondition.type',
  'v1.DeploymentStrategyType': 'DeploymentStrategy.type',
  'v1.FSGroupPolicy': 'CSIDriverSpec.fsGroupPolicy',
  'v1.FailurePolicyType':
    'MutatingAdmissionPolicySpec.failurePolicy MutatingWebhook.failurePolicy ValidatingAdmissionPolicySpec.failurePolicy ' +
    'ValidatingWebhook.failurePolicy',
  '[]v1.FinalizerName': 'NamespaceSpec.finalizers',
  'v1.FlowDistinguisherMethodType': 'FlowDistinguisherMethod.type',
  'v1.HostPathType': 'HostPathVolumeSource.type',
  '[]v1.IPFamily': 'ServiceSpec.ipFamilies',
  'v1.IPFamilyPolicy': 'ServiceSpec.ipFamilyPolicy',
  'v1.JobConditionType': 'JobCondition.type',
  '[]v1.KeyUsage': 'CertificateSigningRequestSpec.usages',
  'v1.LabelSelectorOperator': 'LabelSelectorRequirement.operator',
  'v1.LimitResponseType': 'LimitResponse.type',
  'v1.LimitType': 'LimitRangeItem.type',
  'v1.LoadBalancerIPMode': 'LoadBalancerIngress.ipMode',
  'v1.ManagedFieldsOperationType': 'ManagedFieldsEntry.operation',
  'v1.MatchPolicyType': 'MatchResources.matchPolicy MutatingWebhook.matchPolicy ValidatingWebhook.matchPolicy',
  'v1.MountPropagationMode': 'VolumeMount.mountPropagation',
  'v1.NamespaceConditionType': 'NamespaceCondition.type',
  'v1.NamespacePhase': 'NamespaceStatus.phase',
  'v1.NodeAddressType': 'NodeAddress.type',
  'v1.NodeConditionType': 'NodeCondition.type',
  'v1.NodeInclusionPolicy': 'TopologySpreadConstraint.nodeAffinityPolicy TopologySpreadConstraint.nodeTaintsPolicy',
  'v1.NodePhase': 'NodeStatus.phase',
  'v1.NodeSelectorOperator': 'NodeSelectorRequirement.operator',
  'v1.OSName': 'PodOS.name',
  '[]v1.OperationType': 'NamedRuleWithOperations.operations RuleWithOperations.operations',
  'v1.ParameterNotFoundActionType': 'ParamRef.parameterNotFoundAction',
  'v1.PatchType': 'Mutation.patchType',
  'v1.PathType': 'HTTPIngressPath.pathType',
  '[]v1.PersistentVolumeAccessMode':
    'PersistentVolumeClaimSpec.accessModes PersistentVolumeClaimStatus.accessModes PersistentVolumeSpec.accessModes',
  'v1.PersistentVolumeClaimPhase': 'PersistentVolumeClaimStatus.phase',
  'v1.PersistentVolumeClaimRetentionPolicyType':
    'StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled',
  'v1.PersistentVolumeMode': 'PersistentVolumeClaimSpec.volumeMode PersistentVolumeSpec.volumeMode',
  'v1.PersistentVolumePhase': 'PersistentVolumeStatus.phase',
  'v1.PersistentVolumeReclaimPolicy': 'PersistentVolumeSpec.persistentVolumeReclaimPolicy StorageClass.reclaimPolicy',
  'v1.PodConditionType': 'PodCondition.type PodFailurePolicyOnPodConditionsPattern.type',
  'v1.PodFSGroupChangePolicy': 'PodSecurityContext.fsGroupChangePolicy',
  'v1.PodFailurePolicyAction': 'PodFailurePolicyRule.action',
  'v1.PodFailurePolicyOnExitCodesOperator': 'PodFailurePolicyOnExitCodesRequirement.operator',
  'v1.PodManagementPolicyType': 'StatefulSetSpec.podManagementPolicy',
  'v1.PodPhase': 'PodStatus.phase',
  'v1.PodQOSClass': 'PodStatus.qosClass',
  'v1.PodReplacementPolicy': 'JobSpec.podReplacementPolicy',
  'v1.PodSELinuxChangePolicy': 'PodSecurityContext.seLinuxChangePolicy',
  '[]v1.PolicyType': 'NetworkPolicySpec.policyTypes',
  'v1.PreemptionPolicy': 'PodSpec.preemptionPolicy PriorityClass.preemptionPolicy',
  'v1.PriorityLevelEnablement': 'PriorityLevelConfigurationSpec.type',
  'v1.ProcMountType': 'SecurityContext.procMount',
  'v1.Protocol':
    'ContainerPort.protocol EndpointPort.protocol NetworkPolicyPort.protocol PortStatus.protocol ServicePort.protocol',
  'v1.PullPolicy': 'Container.imagePullPolicy ImageVolumeSource.pullPolicy',
  'v1.RecursiveReadOnlyMode': 'VolumeMount.recursiveReadOnly',
  'v1.ReinvocationPolicyType': 'MutatingAdmissionPolicySpec.reinvocationPolicy MutatingWebhook.reinvocationPolicy',
  'v1.ReplicaSetConditionType': 'ReplicaSetCondition.type',
  'v1.ReplicationControllerConditionType': 'ReplicationControllerCondition.type',
  'v1.RequestConditionType': 'CertificateSigningRequestCondition.type',
  'v1.ResourceList':
    'ContainerStatus.allocatedResources LimitRangeItem.default LimitRangeItem.defaultRequest LimitRangeItem.max ' +
    'LimitRangeItem.maxLimitRequestRatio LimitRangeItem.min NodeStatus.allocatable NodeStatus.capacity Overhead.podFixed ' +
    'PersistentVolumeClaimStatus.capacity PersistentVolumeSpec.capacity PodSpec.overhead ResourceQuotaSpec.hard ' +
    'ResourceQuotaStatus.hard ResourceQuotaStatus.used ResourceRequirements.limits ResourceRequirements.requests ' +
    'VolumeResourceRequirements.limits VolumeResourceRequirements.requests',
  'v1.ResourceName': 'ContainerResizePolicy.resourceName',
  '[]v1.ResourceQuotaScope': 'ResourceQuotaSpec.scopes',
  'v1.ResourceQuotaScope': 'ScopedResourceSelectorRequirement.scopeName',
  'v1.ResourceResizeRestartPolicy': 'ContainerResizePolicy.restartPolicy',
  'v1.RestartPolicy': 'PodSpec.restartPolicy',
  'v1.ScopeSelectorOperator': 'ScopedResourceSelectorRequirement.operator',
  'v1.ScopeType': 'NamedRuleWithOperations.scope Rule.scope RuleWithOperations.scope',
  'v1.SeccompProfileType': 'SeccompProfile.type',
  'v1.SecretType': 'Secret.type',
  'v1.ServiceAffinity': 'ServiceSpec.sessionAffinity',
  'v1.ServiceExternalTrafficPolicy': 'ServiceSpec.externalTrafficPolicy',
  'v1.ServiceInternalTrafficPolicy': 'ServiceSpec.internalTrafficPolicy',
  'v1.ServiceType': 'ServiceSpec.type',
  'v1.SideEffectClass': 'MutatingWebhook.sideEffects ValidatingWebhook.sideEffects',
  'v1.Signal': 'Lifecycle.stopSignal',
  'v1.StatefulSetConditionType': 'StatefulSetCondition.type',
  'v1.StatefulSetUpdateStrategyType': 'StatefulSetUpdateStrategy.type',
  'v1.StatusReason': 'Validation.reason',
  'v1.StorageMedium': 'EmptyDirVolumeSource.medium',
  'v1.SupplementalGroupsPolicy': 'PodSecurityContext.supplementalGroupsPolicy',
  'v1.TaintEffect': 'Taint.effect Toleration.effect',
  'v1.TerminationMessagePolicy': 'Container.terminationMessagePolicy',
  'v1.TolerationOperator': 'Toleration.operator',
  'v1.URIScheme': 'HTTPGetAction.scheme',
  'v1.UnhealthyPodEvictionPolicyType': 'PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy',
  'v1.UniqueVolumeName': 'AttachedVolume.name',
  '[]v1.UniqueVolumeName': 'NodeStatus.volumesInUse',
  'v1.UnsatisfiableConstraintAction': 'TopologySpreadConstraint.whenUnsatisfiable',
  '[]v1.ValidationAction': 'ValidatingAdmissionPolicyBindingSpec.validationActions',
  'v1.VolumeBindingMode': 'StorageClass.volumeBindingMode',
  '[]v1.VolumeLifecycleMode': 'CSIDriverSpec.volumeLifecycleModes',
  'v2.HPAScalingPolicyType': 'HPAScalingPolicy.type',
  'v2.HorizontalPodAutoscalerConditionType': 'HorizontalPodAutoscalerCondition.type',
  'v2.MetricSourceType': 'MetricSpec.type',
  'v2.MetricTargetType': 'MetricTarget.type',
  'v2.ScalingPolicySelect': 'HPAScalingRules.selectPolicy',
};

const named: ReadonlyMap<string, string> = new Map(
  Object.entries(fieldsByType).flatMap(([type, fields]) => fields.split(' ').map((field): [string, string] => [field, type])),
);

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
export function goType(
  value: ValueSchema,
  place: { readonly struct: string; readonly field: string } | undefined,
  isInner: boolean,
): string {
  const own = place === undefined ? undefined : named.get(`${place.struct}.${place.field}`);
  if (own === undefined) return plainType(value);
  if (!isInner) return own;
  return own.startsWith('[]') ? own.slice(2) : plainType(value);
}
