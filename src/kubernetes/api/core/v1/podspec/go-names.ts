// What Go calls the fields and types of a pod template: the hash of a template is taken of its printed Go struct, so that the names of all
// ReplicaSets depend on them. Only what does not follow from the JSON name is listed. Upstream: staging/src/k8s.io/api/core/v1/types.go.

/** Go field names that {@link goFieldName}'s rule does not give. */
const fieldNames: Readonly<Record<string, string>> = {
  'PodTemplateSpec.metadata': 'ObjectMeta',
  'PersistentVolumeClaimTemplate.metadata': 'ObjectMeta',
  'PodSpec.serviceAccount': 'DeprecatedServiceAccount',
  'VolumeSource.cephfs': 'CephFS',
  'VolumeSource.storageos': 'StorageOS',
  'ISCSIVolumeSource.chapAuthDiscovery': 'DiscoveryCHAPAuth',
  'ISCSIVolumeSource.chapAuthSession': 'SessionCHAPAuth',
  'RBDVolumeSource.monitors': 'CephMonitors',
  'RBDVolumeSource.image': 'RBDImage',
  'RBDVolumeSource.pool': 'RBDPool',
  'RBDVolumeSource.user': 'RadosUser',
  'GlusterfsVolumeSource.endpoints': 'EndpointsName',
  'AzureDiskVolumeSource.diskURI': 'DataDiskURI',
  'FCVolumeSource.wwids': 'WWIDs',
  'GCEPersistentDiskVolumeSource.pdName': 'PDName',
};

const initials =
  /^(?:tcp|http|grpc|dns|nfs|iscsi|rbd|csi|tty|gce|aws|ssl|iqn|fs|api|gmsa|uid|ip|os|fc)(?=[A-Z]|$)/;

/** The Go name of a field: the JSON name with its first letter, or its first initials, in capitals. */
export function goFieldName(type: string, json: string): string {
  const listed = fieldNames[`${type}.${json}`];
  if (listed !== undefined) return listed;
  if (json.startsWith('seLinux')) return `SEL${json.slice(3)}`;
  const found = initials.exec(json);
  if (found) return found[0].toUpperCase() + json.slice(found[0].length);
  return json.charAt(0).toUpperCase() + json.slice(1);
}

/** Go types of fields that are strings (or lists and maps of strings) in JSON but have a type of their own in Go. */
export const goTypeNames: Readonly<Record<string, string>> = {
  'PodSpec.restartPolicy': 'v1.RestartPolicy',
  'PodSpec.dnsPolicy': 'v1.DNSPolicy',
  'PodSpec.preemptionPolicy': 'v1.PreemptionPolicy',
  'PodSpec.overhead': 'v1.ResourceList',
  'HostPathVolumeSource.type': 'v1.HostPathType',
  'EmptyDirVolumeSource.medium': 'v1.StorageMedium',
  'AzureDiskVolumeSource.cachingMode': 'v1.AzureDataDiskCachingMode',
  'AzureDiskVolumeSource.kind': 'v1.AzureDataDiskKind',
  'ImageVolumeSource.pullPolicy': 'v1.PullPolicy',
  'PersistentVolumeClaimSpec.accessModes': '[]v1.PersistentVolumeAccessMode',
  'PersistentVolumeClaimSpec.volumeMode': 'v1.PersistentVolumeMode',
  'VolumeResourceRequirements.limits': 'v1.ResourceList',
  'VolumeResourceRequirements.requests': 'v1.ResourceList',
  'ResourceRequirements.limits': 'v1.ResourceList',
  'ResourceRequirements.requests': 'v1.ResourceList',
  'Container.restartPolicy': 'v1.ContainerRestartPolicy',
  'Container.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'Container.imagePullPolicy': 'v1.PullPolicy',
  'EphemeralContainerCommon.restartPolicy': 'v1.ContainerRestartPolicy',
  'EphemeralContainerCommon.terminationMessagePolicy': 'v1.TerminationMessagePolicy',
  'EphemeralContainerCommon.imagePullPolicy': 'v1.PullPolicy',
  'ContainerPort.protocol': 'v1.Protocol',
  'ContainerResizePolicy.resourceName': 'v1.ResourceName',
  'ContainerResizePolicy.restartPolicy': 'v1.ResourceResizeRestartPolicy',
  'ContainerRestartRule.action': 'v1.ContainerRestartRuleAction',
  'ContainerRestartRuleOnExitCodes.operator': 'v1.ContainerRestartRuleOnExitCodesOperator',
  'VolumeMount.recursiveReadOnly': 'v1.RecursiveReadOnlyMode',
  'VolumeMount.mountPropagation': 'v1.MountPropagationMode',
  'HTTPGetAction.scheme': 'v1.URIScheme',
  'Lifecycle.stopSignal': 'v1.Signal',
  'Capabilities.add': '[]v1.Capability',
  'Capabilities.drop': '[]v1.Capability',
  'SeccompProfile.type': 'v1.SeccompProfileType',
  'AppArmorProfile.type': 'v1.AppArmorProfileType',
  'SecurityContext.procMount': 'v1.ProcMountType',
  'PodSecurityContext.supplementalGroupsPolicy': 'v1.SupplementalGroupsPolicy',
  'PodSecurityContext.fsGroupChangePolicy': 'v1.PodFSGroupChangePolicy',
  'PodSecurityContext.seLinuxChangePolicy': 'v1.PodSELinuxChangePolicy',
  'NodeSelectorRequirement.operator': 'v1.NodeSelectorOperator',
  'LabelSelectorRequirement.operator': 'v1.LabelSelectorOperator',
  'Toleration.operator': 'v1.TolerationOperator',
  'Toleration.effect': 'v1.TaintEffect',
  'PodReadinessGate.conditionType': 'v1.PodConditionType',
  'TopologySpreadConstraint.whenUnsatisfiable': 'v1.UnsatisfiableConstraintAction',
  'TopologySpreadConstraint.nodeAffinityPolicy': 'v1.NodeInclusionPolicy',
  'TopologySpreadConstraint.nodeTaintsPolicy': 'v1.NodeInclusionPolicy',
  'PodOS.name': 'v1.OSName',
  'ObjectMeta.uid': 'types.UID',
  'OwnerReference.uid': 'types.UID',
  'ManagedFieldsEntry.operation': 'v1.ManagedFieldsOperationType',
};
