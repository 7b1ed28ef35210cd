// What a limit range refuses. Upstream: plugin/pkg/admission/limitranger/admission.go.
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import {
  podLimits,
  podRequests,
  type ResourceAmounts,
  type ResourceList,
} from '../../../apimachinery/resources/resources.ts';
import type { LimitRangeItem } from '../../../api/core/v1/limitrange/types.ts';
import type { PodSpec } from '../../../api/core/v1/podspec/types.ts';

/** What something asks for and may use. */
interface Asked {
  readonly requests: ResourceAmounts;
  readonly limits: ResourceAmounts;
}

/** What is wrong with a pod by these items, containers first. */
export function podProblems(spec: PodSpec, items: readonly LimitRangeItem[]): readonly string[] {
  const problems: string[] = [];
  for (const item of items) {
    if (item.type === 'Container')
      for (const { resources } of [...spec.containers, ...(spec.initContainers ?? [])])
        problems.push(...itemProblems(item, { requests: parsed(resources?.requests), limits: parsed(resources?.limits) }));
    if (item.type === 'Pod')
      problems.push(...itemProblems(item, { requests: podRequests({ spec }), limits: podLimits({ spec }) }));
  }
  return problems;
}

/** What is wrong with a claim that requests this. */
export function claimProblems(requests: ResourceList | undefined, items: readonly LimitRangeItem[]): readonly string[] {
  const asked = parsed(requests);
  return items
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((item) => [
      ...bounds(item.min).flatMap(([name, bound]) => below(`${name} usage per ${item.type}`, asked[name], bound)),
      ...bounds(item.max).flatMap(([name, bound]) => {
        const request = asked[name];
        const what = `maximum ${name} usage per ${item.type} is ${bound.toString()}`;
        if (!request) return [`${what}.  No request is specified`];
        return request.cmp(bound) > 0 ? [`${what}, but request is ${request.toString()}`] : [];
      }),
    ]);
}

function itemProblems(item: LimitRangeItem, { requests, limits }: Asked): readonly string[] {
  const { type, min, max, maxLimitRequestRatio } = item;
  return [
    ...bounds(min).flatMap(([name, bound]) => {
      const limit = limits[name];
      const low = below(`${name} usage per ${type}`, requests[name], bound);
      if (low.length > 0 || !limit || limit.cmp(bound) >= 0) return low;
      return [`minimum ${name} usage per ${type} is ${bound.toString()}, but limit is ${limit.toString()}`];
    }),
    ...bounds(max).flatMap(([name, bound]) => above(`${name} usage per ${type}`, requests[name], limits[name], bound)),
    ...bounds(maxLimitRequestRatio).flatMap(([name, bound]) =>
      tooFarApart(`${name} max limit to request ratio per ${type}`, requests[name], limits[name], bound),
    ),
  ];
}

function below(what: string, request: Quantity | undefined, bound: Quantity): readonly string[] {
  const head = `minimum ${what} is ${bound.toString()}`;
  if (!request) return [`${head}.  No request is specified`];
  return request.cmp(bound) < 0 ? [`${head}, but request is ${request.toString()}`] : [];
}

function above(
  what: string,
  request: Quantity | undefined,
  limit: Quantity | undefined,
  bound: Quantity,
): readonly string[] {
  const head = `maximum ${what} is ${bound.toString()}`;
  if (!limit) return [`${head}.  No limit is specified`];
  if (limit.cmp(bound) > 0) return [`${head}, but limit is ${limit.toString()}`];
  return request && request.cmp(bound) > 0 ? [`${head}, but request is ${request.toString()}`] : [];
}

function tooFarApart(
  what: string,
  request: Quantity | undefined,
  limit: Quantity | undefined,
  bound: Quantity,
): readonly string[] {
  const head = `${what} is ${bound.toString()}`;
  if (!request || request.sign === 0) return [`${head}, but no request is specified or request is 0`];
  if (!limit || limit.sign === 0) return [`${head}, but no limit is specified or limit is 0`];
  const ratio = limit.approximate() / request.approximate();
  return ratio > bound.approximate() ? [`${head}, but provided ratio is ${ratio.toFixed(6)}`] : [];
}

const bounds = (list: ResourceList | undefined): readonly (readonly [string, Quantity])[] =>
  Object.keys(list ?? {})
    .sort()
    .map((name) => [name, parseQuantity(list?.[name] ?? '0')]);

function parsed(list: ResourceList | undefined): ResourceAmounts {
  return Object.fromEntries(bounds(list));
}
