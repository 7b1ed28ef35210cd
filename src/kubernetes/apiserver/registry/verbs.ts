// The verbs on a main resource. Upstream: apiserver/pkg/endpoints/handlers.
import type { Task } from '@/simulation/process/task.ts';
import { StatusError, type ApiResponse, type RequestOptions } from '../../apimachinery/rest/rest.ts';
import { badRequest, invalid, methodNotAllowed } from '../../apimachinery/status/status.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import {
  validateCreateOptions,
  validateDeleteOptions,
  validatePatchOptions,
} from '../../apimachinery/validation/selectors.ts';
import { objectOf } from './body.ts';
import { createObject } from './create.ts';
import { deleteObject, deletionAnswer } from './delete.ts';
import { track } from './field-tracking.ts';
import { listObjects, readObject } from './list.ts';
import { checkName } from './names.ts';
import { appliedAnew, patched } from './patch.ts';
import type { ResourceRequest } from './server.ts';
import { updateObject, type Change } from './update.ts';

/** Answers get, list, create, update, patch, delete and deletecollection. */
export function* handleVerb(request: ResourceRequest): Task<ApiResponse> {
  const { verb } = request.request;
  const { descriptor } = request.resource;
  if (!descriptor.verbs.includes(verb)) throw new StatusError(methodNotAllowed());
  switch (verb) {
    case 'get':
      return { code: 200, body: readObject(request) };
    case 'list':
      return { code: 200, body: listObjects(request) };
    case 'create':
      return yield* create(request);
    case 'update':
      return yield* update(request);
    case 'patch':
      return yield* patch(request);
    case 'delete':
      return yield* remove(request);
    case 'deletecollection':
      return yield* removeCollection(request);
    case 'watch':
      throw new StatusError(badRequest('a watch is opened, not answered'));
  }
}

function* create(request: ResourceRequest): Task<ApiResponse> {
  refuseOptions('CreateOptions', request, validateCreateOptions);
  return { code: 201, body: yield* createObject(request, objectOf(request)) };
}

function* update(request: ResourceRequest): Task<ApiResponse> {
  const { name = '' } = request.request;
  const { descriptor } = request.resource;
  refuseOptions('UpdateOptions', request, validateCreateOptions);
  if (name === '') throw new StatusError(badRequest('name must be provided'));
  const body = objectOf(request, request.resource.read(request.request.namespace, name));
  checkName(request, body);
  const isLease = descriptor.plural === 'leases';
  const change: Change = {
    note: {
      reason: isLease ? 'Renewed' : 'Updated',
      deed: isLease ? 'was renewed' : 'was updated',
      isHeartbeat: isLease,
    },
    strategy: 'main',
    checksUid: true,
    produce: (live) => track(request, live, body),
    ...(descriptor.strategy.allowCreateOnUpdate ? { create: () => ({ object: body, tracksFields: true }) } : {}),
  };
  const { object, isNew } = yield* updateObject(request, name, change);
  return { code: isNew ? 201 : 200, body: object };
}

function* patch(request: ResourceRequest): Task<ApiResponse> {
  const { name = '', patchType } = request.request;
  const isApply = patchType === 'apply';
  refuseOptions('PatchOptions', request, (options) => validatePatchOptions(options, isApply), isApply);
  const { object, isNew } = yield* updateObject(request, name, {
    note: { reason: isApply ? 'Applied' : 'Patched', deed: isApply ? 'was applied' : 'was patched' },
    strategy: 'main',
    produce: (live) => patched(request, live),
    ...(isApply ? { create: () => ({ object: appliedAnew(request), tracksFields: false }) } : {}),
  });
  return { code: isNew ? 201 : 200, body: object };
}

function* remove(request: ResourceRequest): Task<ApiResponse> {
  refuseOptions('DeleteOptions', request, validateDeleteOptions);
  const deleted = yield* deleteObject(request, request.request.name ?? '');
  return { code: 200, body: deletionAnswer(request, deleted) };
}

function* removeCollection(request: ResourceRequest): Task<ApiResponse> {
  refuseOptions('DeleteOptions', request, validateDeleteOptions);
  const list = listObjects(request);
  const cause = request.server.context.cause;
  for (const item of list.items) {
    const { name, namespace } = item.metadata;
    const one: ResourceRequest = {
      ...request,
      request: { ...request.request, name, ...(namespace ? { namespace } : {}) },
    };
    request.server.context.cause = cause;
    try {
      yield* deleteObject(one, name);
    } catch (error) {
      if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
    }
  }
  return { code: 200, body: list };
}

function refuseOptions(
  kind: string,
  { request }: ResourceRequest,
  validate: (options: RequestOptions) => readonly FieldError[],
  isNeeded = false,
): void {
  if (request.options === undefined && !isNeeded) return;
  const errors = validate(request.options ?? {});
  if (errors.length > 0) throw new StatusError(invalid({ group: 'meta.k8s.io', kind }, '', errors));
}
