// A recorded session of the real kubectl with a real cluster, played again with the same kubectl against our host. The host's clock stands
// meanwhile, as the recorder's controllers stood still; where the recording waited for controllers, time is let pass.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bindings } from '../../fidelity/expectation.ts';
import { accessOf, ask, type Access } from '../../host/requests.ts';
import { kubectlPath, run, type Outcome, type Served } from '../../host/serve.ts';

interface Step {
  readonly kubectl?: readonly string[];
  readonly namespace?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly as?: string;
  readonly stdout?: string;
  readonly stderr?: string;
  /** Null where the recorder gave up waiting. */
  readonly exit?: number | null;
  readonly request?: { readonly method?: string; readonly path: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };
  readonly until?: { readonly path: string };
}

/** One file of the recordings. */
export interface Session {
  readonly name: string;
  readonly namespaces: readonly (string | { readonly name: string })[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** What came of one recorded kubectl command. */
export interface Played {
  readonly name: string;
  /** `unserved`: it needs a kind that this cluster does not have yet. */
  readonly outcome: 'same' | 'different' | 'unserved';
  readonly details: string;
}

const unservedWords =
  /the server doesn't have a resource type|no matches for kind|could not find the requested resource|API is not enabled in the cluster|failed to create autoscaling/;
/** Groups of the recording's users, whom our administrator speaks for. */
const groupsOf: Readonly<Record<string, string>> = { admin: 'system:masters', jane: 'developers' };

/** Plays all steps of a session in its own namespaces and compares every answer of kubectl. */
export async function play(host: Served, session: Session): Promise<readonly Played[]> {
  const access = accessOf(host.ready.kubeconfig);
  for (const wish of session.namespaces) await ask(access, { path: '/api/v1/namespaces', body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: typeof wish === 'string' ? wish : wish.name } } });
  host.ctl('advance --seconds 2');
  const playing = new Playing(host, access, session);
  for (const [at, step] of session.steps.entries()) await playing.take(step, at);
  return playing.played;
}

class Playing {
  readonly played: Played[] = [];
  private readonly bindings = new Bindings();
  private namespace = '';

  constructor(
    private readonly host: Served,
    private readonly access: Access,
    private readonly session: Session,
  ) {}

  async take(step: Step, at: number): Promise<void> {
    if (step.until) this.host.ctl('advance --seconds 1');
    if (step.request) {
      const asked = JSON.parse(this.bindings.fill(JSON.stringify(step.request), Date.now() / 1000)) as NonNullable<Step['request']>;
      await ask(this.access, { ...asked, headers: { ...this.session.headers, ...asked.headers } });
    }
    if (step.kubectl) this.compare(`${this.session.name} #${at} kubectl ${step.kubectl.join(' ')}`, step, this.kubectl(step));
  }

  private kubectl(step: Step): Outcome {
    const folder = join(this.host.folder, 'session');
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    for (const [name, text] of Object.entries(step.files ?? {})) writeFileSync(join(folder, name), this.bindings.fill(text, Date.now() / 1000));
    const { as = 'admin', namespace = 'default' } = step;
    const [verb = '', ...rest] = step.kubectl ?? [];
    // Who speaks for himself needs no words for it.
    const isOther = as !== 'admin' || verb === 'auth';
    const identity = isOther && !rest.some((word) => word.startsWith('--as=')) ? [`--as=${as}`, `--as-uid=${as}-uid`, `--as-group=${groupsOf[as] ?? 'system:authenticated'}`] : [];
    if (namespace !== this.namespace) this.host.kubectl(`config set-context --current --namespace=${namespace}`);
    this.namespace = namespace;
    const env = { KUBECONFIG: this.host.ready.kubeconfig, HOME: this.host.folder, TMPDIR: folder };
    // What the recorder did not wait out, nobody needs to.
    const patience = step.exit === null ? ['--timeout=1s'] : [];
    return run(kubectlPath(), [...identity, verb, ...patience, ...rest], { stdin: step.stdin, cwd: folder, env });
  }

  private compare(name: string, step: Step, got: Outcome): void {
    const streams = step.exit === null ? (['stdout'] as const) : (['stdout', 'stderr'] as const);
    const isList = /^api-(resources|versions)$/.test(step.kubectl?.[0] ?? '');
    const differences = streams.flatMap((stream) => {
      const actual = settled(this.anonymous(got[stream]));
      const expected = isList ? onlyServed(settled(step[stream] ?? ''), actual) : settled(step[stream] ?? '');
      return this.bindings.matchText(expected, actual) ? [] : [`${stream}: ${firstDifference(expected, actual)}`];
    });
    if (step.exit !== null && step.exit !== got.exit) differences.push(`exit: expected ${step.exit}, got ${got.exit}`);
    if (differences.length === 0) this.played.push({ name, outcome: 'same', details: '' });
    else if (unservedWords.test(got.stderr) && !unservedWords.test(step.stderr ?? '')) this.played.push({ name, outcome: 'unserved', details: got.stderr.trim() });
    else this.played.push({ name, outcome: 'different', details: differences.join('\n') });
  }

  /** Our server's address reads as in the recording. */
  private anonymous(text: string): string {
    return text.replaceAll(this.host.ready.apiServer, '$SERVER').replaceAll(new URL(this.host.ready.apiServer).host, '$HOST:$PORT');
  }
}

/** Lists of all kinds: of the recording's lines those that are served here, in the recording's order. */
function onlyServed(expected: string, actual: string): string {
  const here = new Set(actual.split('\n'));
  return expected
    .split('\n')
    .filter((line, at) => at === 0 && /^NAME /.test(line) ? true : here.has(line))
    .join('\n');
}

/** Without what differs from run to run and has no placeholder (revisions, widths of columns, names of drafts), and without descriptions. */
function settled(text: string): string {
  const lines = text
    .replace(/(resourceVersion"?: )"\d+"/g, '$1"0"')
    .replace(/^(---|\+\+\+) .*$/gm, '$1 $$FILE')
    .replace(/\/\S*\/(LIVE|MERGED)-\d+\S*/g, '$$$1')
    .replace(/[ \t]+/g, ' ')
    .replace(/ $/gm, '')
    .replace(/^\n$/, '');
  // The rules that allow are named in no order, says the recording's guide.
  if (lines.startsWith('Resources Non-Resource URLs')) return lines.split('\n').sort().join('\n');
  // Go's maps have no order: neither have the reasons why a node cannot be drained.
  if (lines.includes('unable to drain node')) return lines.split(/\[|\], |, (?=cannot)|\n/).sort().join('\n');
  if (!/^(GROUP|KIND): /.test(lines)) return lines;
  return lines
    .replace(/\n*DESCRIPTION:\n(?: .*\n)*/, '\n')
    .replace(/^ (<no description>|enum: .*)\n/gm, '')
    .replace(/\n\n+/g, '\n');
}

function firstDifference(expected: string, actual: string): string {
  const [left, right] = [expected.split('\n'), actual.split('\n')];
  const bindings = new Bindings();
  const at = left.findIndex((line, i) => !bindings.matchText(line, right[i] ?? ''));
  if (at < 0) return `expected ${left.length} lines, got ${right.length}: ${JSON.stringify(right.slice(left.length).join('\n').slice(0, 200))}`;
  return `line ${at + 1}: expected ${JSON.stringify((left[at] ?? '').slice(0, 300))}, got ${JSON.stringify((right[at] ?? '').slice(0, 300))}`;
}
