// Query parameters and DeleteOptions bodies as request options. Upstream: apimachinery/pkg/apis/meta/internalversion, meta/v1 conversion of url.Values.
import { StatusError, type PropagationPolicy, type RequestOptions } from '../../apimachinery/rest/rest.ts';
import { badRequest } from '../../apimachinery/status/status.ts';
import type { URLQuery } from './request-info.ts';

type Draft = { -readonly [K in keyof RequestOptions]: RequestOptions[K] };

/** The options in a query; throws BadRequest for numbers that are none. */
export function optionsOf(query: URLQuery): RequestOptions {
  const options: Draft = {};
  const text = (
    name:
      | 'labelSelector'
      | 'fieldSelector'
      | 'resourceVersion'
      | 'resourceVersionMatch'
      | 'continue'
      | 'fieldManager'
      | 'fieldValidation',
  ): void => {
    const value = query.first(name);
    if (value !== undefined && value !== '') options[name] = value;
  };
  text('labelSelector');
  text('fieldSelector');
  text('resourceVersion');
  text('resourceVersionMatch');
  text('continue');
  text('fieldManager');
  text('fieldValidation');
  const number = (name: 'limit' | 'timeoutSeconds' | 'gracePeriodSeconds'): void => {
    const value = query.first(name);
    if (value === undefined || value === '') return;
    if (!/^[+-]?\d+$/.test(value))
      throw new StatusError(badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`));
    options[name] = Number(value);
  };
  number('limit');
  number('timeoutSeconds');
  number('gracePeriodSeconds');
  const boolean = (name: 'allowWatchBookmarks' | 'sendInitialEvents' | 'force' | 'orphanDependents'): void => {
    const value = query.first(name);
    if (value !== undefined) options[name] = value !== 'false' && value !== '0';
  };
  boolean('allowWatchBookmarks');
  boolean('sendInitialEvents');
  boolean('force');
  boolean('orphanDependents');
  const policy = query.first('propagationPolicy');
  if (policy !== undefined && policy !== '') options.propagationPolicy = policy as PropagationPolicy;
  const dryRun = query.all('dryRun').filter((each) => each !== '');
  if (dryRun.length > 0) options.dryRun = dryRun;
  return options;
}

/** The options of a DELETE: those of its body, when it has one, in place of the query's. */
export function withDeleteOptions(options: RequestOptions, body: unknown): RequestOptions {
  if (body === undefined || body === null || typeof body !== 'object') return options;
  const given = body as {
    readonly kind?: unknown;
    readonly apiVersion?: unknown;
    readonly gracePeriodSeconds?: number;
    readonly propagationPolicy?: PropagationPolicy;
    readonly orphanDependents?: boolean;
    readonly preconditions?: RequestOptions['preconditions'];
    readonly dryRun?: readonly string[];
  };
  if (given.kind !== undefined && given.kind !== 'DeleteOptions') {
    const message = `no kind ${JSON.stringify(given.kind)} is registered for version ${JSON.stringify(given.apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    throw new StatusError(badRequest(message));
  }
  const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions, dryRun } = given;
  const { labelSelector, fieldSelector, limit, continue: page } = options;
  return {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(limit === undefined ? {} : { limit }),
    ...(page === undefined ? {} : { continue: page }),
    ...(gracePeriodSeconds === undefined || gracePeriodSeconds === null ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined || propagationPolicy === null ? {} : { propagationPolicy }),
    ...(orphanDependents === undefined || orphanDependents === null ? {} : { orphanDependents }),
    ...(preconditions === undefined || preconditions === null ? {} : { preconditions }),
    ...(dryRun === undefined || dryRun === null ? {} : { dryRun }),
  };
}
