// The scale of a workload: how many replicas it wants and has, in one form for every kind. Upstream: pkg/registry/apps/deployment/storage.
import type { SubresourceDescriptor } from '../subresource.ts';
import { defined } from '@/base/assert.ts';
import type { KubeObject } from '../../../../apimachinery/meta/meta.ts';
import { StatusError } from '../../../../apimachinery/rest/rest.ts';
import { badRequest, invalid as invalidStatus } from '../../../../apimachinery/status/status.ts';
import { invalid } from '../../../../apimachinery/validation/field-error.ts';
import { typeProblem } from '../../body.ts';
import { apply, track } from '../../field-tracking.ts';
import { readObject } from '../../list.ts';
import { checkName } from '../../names.ts';
import { patchedJson } from '../../patch.ts';
import type { ResourceRequest } from '../../server.ts';
import { updateObject } from '../../update.ts';

interface Scale extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

const model = 'io.k8s.api.autoscaling.v1.Scale';

export const subresource: SubresourceDescriptor = {
  name: 'scale',
  explain: 'How many replicas a workload wants and has.',
  verbs: ['get', 'patch', 'update'],
  kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
  *handle(request) {
    const { verb, name = '' } = request.request;
    if (verb === 'get') return { code: 200, body: scaleOf(request, readObject(request)) };
    const { object } = yield* updateObject(request, name, {
      note: { reason: 'Scaled', deed: 'was scaled' },
      strategy: 'main',
      checksUid: true,
      produce: (live) => scaled(request, live),
    });
    return { code: 200, body: scaleOf(request, object) };
  },
};

/** The live object with the replicas that the request's scale wants. */
function scaled(request: ResourceRequest, live: KubeObject): KubeObject {
  const { verb, patchType } = request.request;
  const wanted =
    verb === 'patch' && patchType !== 'apply'
      ? patchedJson(request, model, scaleOf(request, live))
      : (request.request.body as Scale);
  const problem = typeProblem({ apiVersion: 'autoscaling/v1', kind: 'Scale' }, wanted.apiVersion, wanted.kind);
  if (problem !== undefined) {
    const version = wanted.apiVersion.slice(wanted.apiVersion.indexOf('/') + 1);
    throw new StatusError(
      badRequest(`${wanted.kind} in version ${JSON.stringify(version)} cannot be handled as a Scale: ${problem}`),
    );
  }
  checkName(request, wanted);
  const replicas = wanted.spec?.replicas ?? 0;
  if (replicas < 0) {
    const errors = [invalid('spec.replicas', replicas, 'must be greater than or equal to 0')];
    throw new StatusError(invalidStatus({ group: 'autoscaling', kind: 'Scale' }, live.metadata.name, errors));
  }
  if (patchType === 'apply') return withoutTimes(apply(request, live, appliedReplicas(live, replicas)));
  const { resourceVersion = '', uid = live.metadata.uid } = wanted.metadata;
  const next = access(request).withReplicas(live, replicas);
  const isSame = resourceVersion === next.metadata.resourceVersion && uid === next.metadata.uid;
  return withoutTimes(
    track(request, live, isSame ? next : { ...next, metadata: { ...next.metadata, resourceVersion, uid } }),
  );
}

/** What an apply of a scale applies to the object that is scaled. */
function appliedReplicas({ apiVersion, kind, metadata: { name } }: KubeObject, replicas: number): KubeObject {
  return { apiVersion, kind, metadata: { name }, spec: { replicas } } as unknown as KubeObject;
}

/** Upstream keeps no time for whoever scaled. */
function withoutTimes(object: KubeObject): KubeObject {
  const managedFields = object.metadata.managedFields?.map((entry) => {
    if (entry.subresource !== 'scale' || entry.time === undefined) return entry;
    const { time: _, ...rest } = entry;
    return rest;
  });
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

function scaleOf(request: ResourceRequest, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { specReplicas, statusReplicas, selector } = access(request);
  const replicas = specReplicas(object);
  const text = selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, ...(namespace ? { namespace } : {}), uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: statusReplicas(object), ...(text === '' ? {} : { selector: text }) },
  };
}

function access({ resource }: ResourceRequest): NonNullable<ResourceRequest['resource']['descriptor']['scale']> {
  return defined(resource.descriptor.scale, `${resource.descriptor.name} has a scale subresource and no way to it`);
}
