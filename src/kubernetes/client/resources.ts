// The resources that software asks for, by group, version and plural name.
import type { GroupVersionResource } from '../apimachinery/rest/rest.ts';

const core = (resource: string): GroupVersionResource => ({ group: '', version: 'v1', resource });
const apps = (resource: string): GroupVersionResource => ({ group: 'apps', version: 'v1', resource });

export const namespacesResource = core('namespaces');
export const nodesResource = core('nodes');
export const podsResource = core('pods');
export const servicesResource = core('services');
export const endpointsResource = core('endpoints');
export const configMapsResource = core('configmaps');
export const secretsResource = core('secrets');
export const serviceAccountsResource = core('serviceaccounts');
export const eventsResource = core('events');
export const resourceQuotasResource = core('resourcequotas');
export const persistentVolumesResource = core('persistentvolumes');
export const persistentVolumeClaimsResource = core('persistentvolumeclaims');
export const replicationControllersResource = core('replicationcontrollers');
export const replicaSetsResource = apps('replicasets');
export const deploymentsResource = apps('deployments');
export const controllerRevisionsResource = apps('controllerrevisions');
export const statefulSetsResource = apps('statefulsets');
export const daemonSetsResource = apps('daemonsets');
export const leasesResource: GroupVersionResource = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' };
export const endpointSlicesResource: GroupVersionResource = { group: 'discovery.k8s.io', version: 'v1', resource: 'endpointslices' };
export const priorityClassesResource: GroupVersionResource = { group: 'scheduling.k8s.io', version: 'v1', resource: 'priorityclasses' };
export const storageClassesResource: GroupVersionResource = { group: 'storage.k8s.io', version: 'v1', resource: 'storageclasses' };
export const jobsResource: GroupVersionResource = { group: 'batch', version: 'v1', resource: 'jobs' };
export const cronJobsResource: GroupVersionResource = { group: 'batch', version: 'v1', resource: 'cronjobs' };
export const podDisruptionBudgetsResource: GroupVersionResource = { group: 'policy', version: 'v1', resource: 'poddisruptionbudgets' };
export const clusterRolesResource: GroupVersionResource = { group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles' };
