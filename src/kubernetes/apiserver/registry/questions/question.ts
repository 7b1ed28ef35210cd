// Resources that are asked and never kept: who am I, may I, whose token is this. One folder each. Upstream: pkg/registry/{authentication,authorization}.
import { collect, type Described } from '@/base/registry.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Task } from '@/simulation/process/task.ts';
import { decode } from '../../../apimachinery/codec/codec.ts';
import { trackUpdate } from '../../../apimachinery/managed-fields/track-update.ts';
import type { KubeObject, Status } from '../../../apimachinery/meta/meta.ts';
import { StatusError, type ApiRequest, type ApiResponse, type UserInfo } from '../../../apimachinery/rest/rest.ts';
import { badRequest, methodNotAllowed } from '../../../apimachinery/status/status.ts';
import type { AuthorizationAttributes } from '../../authorization/authorization.ts';
import type { HeldRules } from '../../authorization/rbac/rbac-authorizer.ts';
import { typeProblem } from '../body.ts';
import { placedNamespace } from '../create.ts';
import { fieldManagerOf, type Server } from '../server.ts';

/** What an answer may look at. */
export interface Asker {
  readonly server: Server;
  readonly request: ApiRequest;
  readonly user: UserInfo;
  /** Whether something may be done, and why or why not. */
  verdict(attributes: AuthorizationAttributes): { readonly isAllowed: boolean; readonly reason: string };
  /** What somebody may do in a namespace, as far as roles say. */
  held(user: UserInfo, namespace: string): HeldRules;
  /** Whose token it is; undefined when nobody's. */
  ownerOf(token: string): UserInfo | undefined;
}

export interface QuestionDescriptor extends Described {
  /** `selfsubjectreviews.authentication.k8s.io`. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly model: string;
  readonly explain: string;
  /** Whether the answer repeats who asked what, as managed fields. */
  readonly tracksFields: boolean;
  /** The question with its answer filled in, or a Status. */
  answer(question: KubeObject, asker: Asker): Task<KubeObject | Status>;
}

export const questions: readonly QuestionDescriptor[] = collect<QuestionDescriptor>(
  import.meta.glob('./*/*.question.ts', { eager: true }),
  'question',
);

export function questionFor(group: string, version: string, plural: string): QuestionDescriptor | undefined {
  return questions.find((one) => one.group === group && one.version === version && one.plural === plural);
}

/** Answers a POST of a question. */
export function* answerQuestion(descriptor: QuestionDescriptor, asker: Asker): Task<ApiResponse> {
  const { request, server } = asker;
  if (request.verb !== 'create' || request.name !== undefined) throw new StatusError(methodNotAllowed());
  const { group, version, kind, model } = descriptor;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const body = (request.body ?? {}) as Partial<KubeObject>;
  const problem = typeProblem({ apiVersion, kind }, body.apiVersion || apiVersion, body.kind || kind);
  const { object, errors } = decode<KubeObject>(model, { metadata: {}, ...body, apiVersion, kind });
  const wrong = problem ?? errors[0];
  if (wrong !== undefined)
    throw new StatusError(
      badRequest(`${body.kind || kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${wrong}`),
    );
  const namespace = placedNamespace(
    descriptor.scope === 'Namespaced',
    request.namespace ?? '',
    object.metadata.namespace ?? '',
  );
  const placed = namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object;
  const time = rfc3339(server.context.now);
  const asked = descriptor.tracksFields
    ? trackUpdate({ model, apiVersion, live: undefined, next: placed, manager: fieldManagerOf(request), time })
    : placed;
  const answer = yield* descriptor.answer(asked, asker);
  return { code: 201, body: answer };
}

/** A user as reviews write it. */
export function userInfoOf({ name, uid, groups, extra }: UserInfo): object {
  return { username: name, ...(uid ? { uid } : {}), groups, ...(extra ? { extra } : {}) };
}
