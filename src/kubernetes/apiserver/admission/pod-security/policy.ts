// Which level of the pod security standards a namespace asks for. Upstream: k8s.io/pod-security-admission/api.
import { invalid, type FieldError } from '../../../apimachinery/validation/field-error.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as it was in a minor version; `Infinity` is the latest. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number;
}

export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
}

const prefix = 'pod-security.kubernetes.io/';
const levels: readonly string[] = ['privileged', 'baseline', 'restricted'];

/** `restricted:v1.30`, `baseline:latest`. */
export function levelText({ level, minor }: LevelVersion): string {
  return `${level}:${minor === Infinity ? 'latest' : `v1.${minor}`}`;
}

/** The policy that the labels ask for, and what is wrong with them. What cannot be read is enforced as strictly as can be. */
export function policyOf(labels: Readonly<Record<string, string>>): {
  readonly policy: Policy;
  readonly errors: readonly FieldError[];
} {
  const errors: FieldError[] = [];
  const mode = (name: string, unreadable: Level): LevelVersion => {
    const text = labels[`${prefix}${name}`];
    let level: Level = 'privileged';
    if (text !== undefined) {
      if (levels.includes(text)) level = text as Level;
      else {
        level = unreadable;
        const detail = 'must be one of privileged, baseline, restricted';
        errors.push(invalid(`metadata.labels[${prefix}${name}]`, text, detail));
      }
    }
    return { level, minor: version(labels, `${name}-version`, errors) };
  };
  const enforce = mode('enforce', 'restricted');
  const audit = mode('audit', 'privileged');
  const warn = mode('warn', 'privileged');
  // Who enforces and does not say what to warn of is warned of the same.
  const isSilent = labels[`${prefix}warn`] === undefined && levels.includes(labels[`${prefix}enforce`] ?? '');
  return { policy: { enforce, audit, warn: isSilent ? enforce : warn }, errors };
}

function version(labels: Readonly<Record<string, string>>, name: string, errors: FieldError[]): number {
  const text = labels[`${prefix}${name}`];
  if (text === undefined || text === 'latest') return Infinity;
  const minor = /^v1\.(0|[1-9][0-9]*)$/.exec(text)?.[1];
  if (minor !== undefined) return Number(minor);
  errors.push(invalid(`metadata.labels[${prefix}${name}]`, text, 'must be "latest" or "v1.x"'));
  return Infinity;
}
