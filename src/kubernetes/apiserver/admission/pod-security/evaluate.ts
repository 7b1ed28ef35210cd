// Pods against a level: all checks of it, in upstream's order. Upstream: k8s.io/pod-security-admission/policy/registry.go.
import * as baseline from './baseline.ts';
import type { LevelVersion } from './policy.ts';
import * as restricted from './restricted.ts';
import type { Secured } from './subject.ts';

/** What violates the level: kinds of violation, and the same with details. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

const shared: readonly baseline.Check[] = [baseline.hostPorts, baseline.probeHosts, baseline.privilegedContainers];
const last: readonly baseline.Check[] = [baseline.seLinux];

const ofBaseline: readonly baseline.Check[] = [
  baseline.appArmor,
  baseline.capabilities,
  baseline.hostNamespaces,
  baseline.hostPath,
  ...shared,
  baseline.procMount,
  ...last,
  baseline.seccompUnconfined,
  baseline.sysctls,
  baseline.hostProcess,
];

/** Where the restricted level has a stricter check, the baseline's is left out. */
function ofRestricted(minor: number): readonly baseline.Check[] {
  const isStrict = minor >= 35;
  return [
    baseline.appArmor,
    baseline.hostNamespaces,
    ...shared,
    ...(isStrict ? [] : [baseline.procMount]),
    ...last,
    baseline.sysctls,
    baseline.hostProcess,
    restricted.privilegeEscalation,
    restricted.droppedCapabilities,
    ...(isStrict ? [baseline.anyProcMount] : []),
    restricted.volumeTypes,
    restricted.nonRoot,
    restricted.nonRootUser,
    restricted.seccompProfile,
  ];
}

/** What is wrong with the pod by this level; undefined for nothing. */
export function evaluate({ level, minor }: LevelVersion, pod: Secured): Violation | undefined {
  if (level === 'privileged') return undefined;
  const checks = level === 'baseline' ? ofBaseline : ofRestricted(minor);
  const found = checks.map((check) => check(pod, minor)).filter((finding) => finding !== undefined);
  if (found.length === 0) return undefined;
  return {
    reason: found.map(([reason]) => reason).join(', '),
    detail: found.map(([reason, detail]) => `${reason} (${detail})`).join(', '),
  };
}
