// Probes and lifecycle hooks: what is run, where, how often. Upstream: pkg/apis/core/validation/validation.go (validateProbe, validateHandler).
import {
  child,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from '@/kubernetes/apimachinery/validation/field-error.ts';
import {
  isHttpHeaderName,
  isValidPortName,
  isValidPortNumber,
} from '@/kubernetes/apimachinery/validation/names.ts';
import type {
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  Lifecycle,
  Probe,
  SleepAction,
  TCPSocketAction,
} from '../types.ts';

interface Handler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
  readonly grpc?: GRPCAction;
  readonly sleep?: SleepAction;
}

export const atLeastZero = 'must be greater than or equal to 0';

export function validateNonNegative(value: number | undefined, path: string): readonly FieldError[] {
  return (value ?? 0) < 0 ? [invalid(path, value, atLeastZero)] : [];
}

/** A port by number or by the name of a container port. */
export function validatePortNumberOrName(
  port: number | string | undefined,
  path: string,
): readonly FieldError[] {
  const value = port ?? 0;
  const problems = typeof value === 'number' ? isValidPortNumber(value) : isValidPortName(value);
  return problems.map((problem) => invalid(path, value, problem));
}

function validateHttpGet(action: HTTPGetAction, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!action.path) errors.push(required(child(path, 'path')));
  errors.push(...validatePortNumberOrName(action.port, child(path, 'port')));
  if (action.scheme !== 'HTTP' && action.scheme !== 'HTTPS') {
    errors.push(notSupported(child(path, 'scheme'), action.scheme ?? '', ['HTTP', 'HTTPS']));
  }
  for (const header of action.httpHeaders ?? []) {
    const name = header.name ?? '';
    errors.push(
      ...isHttpHeaderName(name).map((problem) => invalid(child(path, 'httpHeaders'), name, problem)),
    );
  }
  return errors;
}

/** Exactly one way to ask; `graceSeconds` bounds a sleeping hook. */
function validateHandler(
  handler: Handler,
  graceSeconds: number | undefined,
  path: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const one = (name: string, check: () => readonly FieldError[]): void => {
    if (count > 0) errors.push(forbidden(child(path, name), 'may not specify more than 1 handler type'));
    else errors.push(...check());
    count++;
  };
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler;
  if (exec) one('exec', () => (exec.command?.length ? [] : [required(child(path, 'exec', 'command'))]));
  if (httpGet) one('httpGet', () => validateHttpGet(httpGet, child(path, 'httpGet')));
  if (tcpSocket)
    one('tcpSocket', () => validatePortNumberOrName(tcpSocket.port, child(path, 'tcpSocket', 'port')));
  if (grpc) one('grpc', () => validatePortNumberOrName(grpc.port, child(path, 'grpc', 'port')));
  if (sleep) one('sleep', () => validateSleep(sleep, graceSeconds, child(path, 'sleep')));
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

function validateSleep(
  sleep: SleepAction,
  graceSeconds: number | undefined,
  path: string,
): readonly FieldError[] {
  const { seconds } = sleep;
  if (graceSeconds === undefined || (seconds >= 0 && seconds <= graceSeconds)) return [];
  return [
    invalid(
      path,
      seconds,
      `must be non-negative and less than terminationGracePeriodSeconds (${graceSeconds})`,
    ),
  ];
}

function validateProbe(probe: Probe, path: string): readonly FieldError[] {
  const errors = [...validateHandler(probe, undefined, path)];
  for (const name of [
    'initialDelaySeconds',
    'timeoutSeconds',
    'periodSeconds',
    'successThreshold',
    'failureThreshold',
  ] as const) {
    errors.push(...validateNonNegative(probe[name], child(path, name)));
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(child(path, 'terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  }
  return errors;
}

/** `must be 1`: for probes whose first success counts. */
function validateSingleSuccess(probe: Probe, path: string): readonly FieldError[] {
  const { successThreshold } = probe;
  return successThreshold === 1
    ? []
    : [invalid(child(path, 'successThreshold'), successThreshold ?? 0, 'must be 1')];
}

export function validateLivenessProbe(probe: Probe | undefined, path: string): readonly FieldError[] {
  return probe ? [...validateProbe(probe, path), ...validateSingleSuccess(probe, path)] : [];
}

export const validateStartupProbe = validateLivenessProbe;

export function validateReadinessProbe(probe: Probe | undefined, path: string): readonly FieldError[] {
  if (!probe) return [];
  const errors = [...validateProbe(probe, path)];
  if (probe.terminationGracePeriodSeconds !== undefined) {
    const here = child(path, 'terminationGracePeriodSeconds');
    errors.push(invalid(here, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes'));
  }
  return errors;
}

export interface LifecycleRules {
  readonly graceSeconds: number | undefined;
  /** The pod's operating system, when it says so. */
  readonly os: string | undefined;
}

export function validateLifecycle(
  lifecycle: Lifecycle | undefined,
  { graceSeconds }: LifecycleRules,
  path: string,
): readonly FieldError[] {
  if (!lifecycle) return [];
  const errors: FieldError[] = [];
  if (lifecycle.postStart)
    errors.push(...validateHandler(lifecycle.postStart, graceSeconds, child(path, 'postStart')));
  if (lifecycle.preStop)
    errors.push(...validateHandler(lifecycle.preStop, graceSeconds, child(path, 'preStop')));
  return errors;
}
