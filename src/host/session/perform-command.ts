// What each command does to the cluster: faults act on the world, everything else is an API request by the user at the window.
import { parseAllDocuments } from 'yaml';
import type { Command } from '@/contract/commands/commands.ts';
import type { Cluster } from '@/cluster/cluster.ts';
import { isStatus } from '@/kubernetes/apimachinery/status/status.ts';
import type { ApiRequest, ApiResponse } from '@/kubernetes/apimachinery/rest/rest.ts';
import { resourceForKind } from '@/kubernetes/api/registry.ts';
import type { Outcome } from './inputs.ts';

const credential = { kind: 'certificate', user: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] } as const;
const userAgent = 'kubarium/window';

/** Performs a command that is an input; commands on time itself never come here. */
export function performCommand(cluster: Cluster, command: Command, done: (outcome: Outcome) => void): void {
  const input = (reason: string, message: string, subjects: readonly string[] = []): void => {
    cluster.occurrences.record({ kind: 'input', reason, subjects, actor: 'user', message });
  };
  switch (command.name) {
    case 'injectFault':
    case 'healFault': {
      const { fault, target } = command.parameters;
      attempt(done, () => {
        // Asking first what it would do refuses a bad fault or target before anything is recorded.
        cluster.world.previewFault(fault, target);
        input(command.name === 'injectFault' ? 'InjectFault' : 'HealFault', `${command.name} ${fault} on ${target}`, [`Machine/${target}`]);
        if (command.name === 'injectFault') cluster.world.injectFault(fault, target);
        else cluster.world.healFault(fault, target);
      });
      return;
    }
    case 'startTraffic':
      attempt(done, () => {
        const { namespace, service, ratePerSecond } = command.parameters;
        input('StartTraffic', `The user sends ${ratePerSecond} requests per second to Service ${namespace}/${service}`, [`Service/${namespace}/${service}`]);
        cluster.startTraffic(command.parameters);
      });
      return;
    case 'stopTraffic':
      attempt(done, () => {
        const { namespace, service } = command.parameters;
        input('StopTraffic', `The user stops sending requests to Service ${namespace}/${service}`, [`Service/${namespace}/${service}`]);
        cluster.stopTraffic(namespace, service);
      });
      return;
    case 'applyManifest':
      applyManifest(cluster, command.parameters, input, done);
      return;
    case 'deleteObject': {
      const { group, version, resource, namespace, name, gracePeriodSeconds } = command.parameters;
      input('DeleteObject', `Delete ${resource} ${name}`);
      send(cluster, { verb: 'delete', group, version, resource, namespace, name, options: gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds } }, done);
      return;
    }
    case 'scaleWorkload': {
      const { group, version, resource, namespace, name, replicas } = command.parameters;
      input('ScaleWorkload', `Scale ${resource} ${name} to ${replicas}`);
      send(cluster, { verb: 'patch', patchType: 'merge', group, version, resource, namespace, name, subresource: 'scale', body: { spec: { replicas } } }, done);
      return;
    }
    case 'cordonNode':
    case 'uncordonNode': {
      const { name } = command.parameters;
      const unschedulable = command.name === 'cordonNode';
      input(unschedulable ? 'CordonNode' : 'UncordonNode', `${unschedulable ? 'Cordon' : 'Uncordon'} node ${name}`, [`Node/${name}`]);
      const body = { spec: { unschedulable: unschedulable ? true : null } };
      send(cluster, { verb: 'patch', patchType: 'merge', group: '', version: 'v1', resource: 'nodes', name, body }, done);
      return;
    }
    default:
      done({ ok: false, reason: 'BadRequest', message: `The command ${command.name} cannot be replayed.` });
  }
}

/** Runs `act`; a sentence that it throws is the refusal. */
function attempt(done: (outcome: Outcome) => void, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'AssertionError') throw error;
    done({ ok: false, reason: 'Refused', message: error.message });
    return;
  }
  done({ ok: true });
}

function send(cluster: Cluster, request: Omit<ApiRequest, 'credential' | 'userAgent'>, done: (outcome: Outcome) => void): void {
  cluster.api.request({ ...request, credential, userAgent }, (response) => done(outcomeOf(response)));
}

function outcomeOf(response: ApiResponse): Outcome {
  const { body } = response;
  if (isStatus(body) && body.status === 'Failure') return { ok: false, reason: body.reason ?? 'Unknown', message: body.message ?? 'The API server refused it.' };
  return { ok: true };
}

interface Manifest {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown };
  readonly items?: readonly Manifest[];
}

/** Applies all documents in order; the first refusal is the answer, those before it stay applied, as with kubectl. */
function applyManifest(
  cluster: Cluster,
  parameters: { readonly manifest: string; readonly namespace: string },
  input: (reason: string, message: string) => void,
  done: (outcome: Outcome) => void,
): void {
  const documents = parseAllDocuments(parameters.manifest, { version: '1.1', schema: 'yaml-1.1' });
  const manifests: Manifest[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const mistake = document.errors[0];
    if (mistake) {
      done({ ok: false, reason: 'BadRequest', message: `The manifest is not valid YAML: ${mistake.message}` });
      return;
    }
    const manifest = document.toJS() as Manifest | null;
    if (manifest) manifests.push(...(manifest.items ?? [manifest]));
  }
  if (manifests.length === 0) {
    done({ ok: false, reason: 'BadRequest', message: 'The manifest holds no objects.' });
    return;
  }
  input('ApplyManifest', `Apply ${manifests.map((one) => `${String(one.kind)}/${String(one.metadata?.name)}`).join(', ')}`);
  const cause = cluster.clock.cause;
  const applied: string[] = [];
  const next = (at: number): void => {
    const manifest = manifests[at];
    if (!manifest) {
      done({ ok: true, result: { applied } });
      return;
    }
    const request = applyRequestOf(manifest, parameters.namespace);
    if (typeof request === 'string') {
      done({ ok: false, reason: 'BadRequest', message: request });
      return;
    }
    cluster.clock.cause = cause;
    send(cluster, request, (outcome) => {
      applied.push(`${String(manifest.kind)}/${String(manifest.metadata?.name)}`);
      if (outcome.ok) next(at + 1);
      else done({ ...outcome, message: `${String(manifest.kind)} ${String(manifest.metadata?.name)}: ${outcome.message}` });
    });
  };
  next(0);
}

function applyRequestOf(manifest: Manifest, defaultNamespace: string): Omit<ApiRequest, 'credential' | 'userAgent'> | string {
  const { apiVersion, kind, metadata } = manifest;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof metadata?.name !== 'string') return 'Every object needs apiVersion, kind and metadata.name.';
  const [group, version] = apiVersion.includes('/') ? (apiVersion.split('/') as [string, string]) : ['', apiVersion];
  const resource = resourceForKind(group, version, kind);
  if (!resource) return `no matches for kind "${kind}" in version "${apiVersion}"`;
  const namespace = resource.scope === 'Namespaced' ? (typeof metadata.namespace === 'string' ? metadata.namespace : defaultNamespace) : undefined;
  return {
    verb: 'patch',
    patchType: 'apply',
    group,
    version,
    resource: resource.plural,
    namespace,
    name: metadata.name,
    body: namespace === undefined ? manifest : { ...manifest, metadata: { ...metadata, namespace } },
    options: { fieldManager: 'kubarium', force: true },
  };
}
