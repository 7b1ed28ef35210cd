// One look at a container: by HTTP, by connecting, by gRPC or by a command in it; hooks use the same means.
// Upstream: pkg/kubelet/prober/prober.go, pkg/probe/*.
import { goQuote } from '@/base/text.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Container, ExecAction, HTTPGetAction, Probe } from '@/kubernetes/api/core/v1/pod/types.ts';
import { NetworkError, type HostNetwork, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import { RuntimeError, type RuntimeService } from '@/kubernetes/cri-api/runtime.ts';
import { rpcError } from '../runtime/rpc-error.ts';

/** What a probe, or a hook, found. */
export interface Finding {
  readonly isSuccess: boolean;
  /** Upstream's words for a failure, or what the command printed. */
  readonly output: string;
  /** There was nothing to be found out: the look itself could not be made, and counts neither way. */
  readonly isUnknown?: boolean;
}

/** What is looked at. */
export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
}

export interface ProbeMeans {
  readonly context: Context;
  readonly runtime: RuntimeService;
  readonly network: HostNetwork;
}

const failure = (output: string): Finding => ({ isSuccess: false, output });
const unknown = (output: string): Finding => ({ isSuccess: false, output, isUnknown: true });
const noSuchPort = (name: number | string): Finding => unknown(`strconv.Atoi: parsing ${goQuote(String(name))}: invalid syntax`);

/** The number of a port given by number or by name; undefined when there is no such name. */
export function portNumber(container: Container, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port);
  if (named) return named.containerPort;
  const number = Number(port);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

/** Runs the probe's handler once, within its timeout. */
export function* runProbe(means: ProbeMeans, probe: Probe, target: ProbeTarget): Task<Finding> {
  const timeout = probe.timeoutSeconds ?? 1;
  if (probe.exec) return yield* runExec(means, probe.exec, target, timeout);
  if (probe.httpGet) return yield* getHttp(means, probe.httpGet, target, timeout, 'kube-probe/1.36');
  if (probe.tcpSocket) {
    const port = portNumber(target.container, probe.tcpSocket.port);
    if (port === undefined) return noSuchPort(probe.tcpSocket.port);
    return yield* connect(means, probe.tcpSocket.host || target.podIp, port, timeout);
  }
  if (probe.grpc) {
    const found = yield* connect(means, target.podIp, probe.grpc.port, timeout);
    if (found.isSuccess) return found;
    return failure(`timeout: failed to connect service "${target.podIp}:${probe.grpc.port}" within ${timeout}s: context deadline exceeded`);
  }
  return unknown('missing probe handler');
}

/** Runs a command in the container. */
export function* runExec(means: ProbeMeans, exec: ExecAction, target: ProbeTarget, timeoutSeconds: number): Task<Finding> {
  const command = exec.command ?? [];
  try {
    const { stdout, stderr, exitCode } = yield* means.runtime.execSync(target.containerId, command, timeoutSeconds);
    return { isSuccess: exitCode === 0, output: `${stdout}${stderr}` };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    if (error.reason !== 'timeout') return unknown(rpcError(error.message));
    return failure(`command timed out: ${goQuote(command.join(' '))} timed out after ${timeoutSeconds}s`);
  }
}

/** GETs a URL; an answer from 200 to 399 is success. */
export function* getHttp(means: ProbeMeans, get: HTTPGetAction, target: ProbeTarget, timeoutSeconds: number, agent: string): Task<Finding> {
  const port = portNumber(target.container, get.port);
  if (port === undefined) return noSuchPort(get.port);
  const host = get.host || target.podIp;
  const scheme = (get.scheme ?? 'HTTP').toLowerCase();
  const path = get.path?.startsWith('/') ? get.path : `/${get.path ?? ''}`;
  const url = `${scheme}://${host}:${port}${path}`;
  const headers: Record<string, string> = { 'user-agent': agent, accept: '*/*', connection: 'close', host: `${host}:${port}` };
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  let response: HttpResponse | undefined;
  try {
    response = yield* bounded(means.context, timeoutSeconds, means.network.http(host, port, { method: 'GET', path, headers, body: '' }));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return failure(`Get "${url}": ${error.message}`);
  }
  if (response === undefined) return failure(`Get "${url}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  if (response.status >= 200 && response.status < 400) return { isSuccess: true, output: response.body };
  return failure(`HTTP probe failed with statuscode: ${response.status}`);
}

function* connect(means: ProbeMeans, host: string, port: number, timeoutSeconds: number): Task<Finding> {
  try {
    const isDone = yield* bounded(means.context, timeoutSeconds, connected(means.network, host, port));
    return isDone ? { isSuccess: true, output: '' } : failure(`dial tcp ${host}:${port}: i/o timeout`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return failure(error.message);
  }
}

function* connected(network: HostNetwork, host: string, port: number): Task<true> {
  yield* network.connect(host, port);
  return true;
}

function* bounded<T>(context: Context, timeoutSeconds: number, task: Task<T>): Task<T | undefined> {
  return timeoutSeconds > 0 ? yield* context.within(seconds(timeoutSeconds), task) : yield* task;
}
