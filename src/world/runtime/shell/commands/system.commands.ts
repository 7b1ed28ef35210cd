// Tools that ask about time, the machine and processes, or use them up.
import type { Task } from '@/simulation/process/task.ts';
import { rfc3339, seconds, type Instant } from '@/simulation/clock/duration.ts';
import { parseSize } from '../../../programs/options.ts';
import { signalNumber, type Program, type ProgramStart } from '../../program.ts';
import { fail } from './command-line.ts';

/** Seconds of `10`, `1.5`, `1h`, `infinity`; undefined when it is no time. */
export function parseSpan(text: string): number | undefined {
  if (/^inf(?:inity)?$/i.test(text)) return Infinity;
  const found = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  if (!found) return undefined;
  return Number(found[1]) * ({ s: 1, m: 60, h: 3600, d: 86400 }[found[2] || 's'] ?? 1);
}

const longest = 100 * 365 * 86400;

function* sleep(start: ProgramStart): Task<number> {
  let total = 0;
  for (const word of start.argv.slice(1)) {
    const span = parseSpan(word);
    if (span === undefined) return fail(start, `invalid number '${word}'`);
    total += span;
  }
  if (start.argv.length < 2) return fail(start, 'missing operand');
  if (total >= longest) yield { subscribe: () => () => undefined };
  yield* start.container.sleep(seconds(Math.max(total, 0.001)));
  return 0;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const longDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What `date` makes of its format. */
export function formatDate(now: Instant, format: string): string {
  const text = rfc3339(now);
  const [year, month, day, hour, minute, second] = [
    text.slice(0, 4),
    text.slice(5, 7),
    text.slice(8, 10),
    text.slice(11, 13),
    text.slice(14, 16),
    text.slice(17, 19),
  ];
  const weekday = (Math.floor(now / 86_400e6) + 4) % 7;
  const fields: Readonly<Record<string, string>> = {
    Y: year,
    m: month,
    d: day,
    H: hour,
    M: minute,
    S: second,
    y: year.slice(2),
    e: String(Number(day)).padStart(2),
    F: text.slice(0, 10),
    T: text.slice(11, 19),
    R: text.slice(11, 16),
    D: `${month}/${day}/${year.slice(2)}`,
    s: String(Math.floor(now / 1e6)),
    N: String((now % 1e6) * 1000).padStart(9, '0'),
    '3N': String(Math.floor((now % 1e6) / 1000)).padStart(3, '0'),
    a: days[weekday] ?? '',
    A: longDays[weekday] ?? '',
    b: months[Number(month) - 1] ?? '',
    B: months[Number(month) - 1] ?? '',
    Z: 'UTC',
    z: '+0000',
    u: String(weekday || 7),
    w: String(weekday),
    I: hour,
    p: Number(hour) < 12 ? 'AM' : 'PM',
    n: '\n',
    t: '\t',
    '%': '%',
    c: `${days[weekday] ?? ''} ${months[Number(month) - 1] ?? ''} ${String(Number(day)).padStart(2)} ${text.slice(11, 19)} ${year}`,
  };
  return format.replace(/%(3N|[a-zA-Z%])/g, (all, key: string) => fields[key] ?? (all as string));
}

function* date({ argv, container, output }: ProgramStart): Task<number> {
  const format = argv.find((word, at) => at > 0 && word.startsWith('+'));
  const isIso = argv.some((word) => word.startsWith('-I') || word.startsWith('--iso') || word === '-Iseconds');
  output.write(`${formatDate(container.now, format ? format.slice(1) : isIso ? '%FT%T+00:00' : '%a %b %e %H:%M:%S UTC %Y')}\n`);
  return 0;
}

function* hostname({ argv, container, output }: ProgramStart): Task<number> {
  const wanted = argv[1];
  output.write(`${wanted === '-i' || wanted === '-I' ? container.pod.ip : container.pod.hostname}\n`);
  return 0;
}

function* env(start: ProgramStart): Task<number> {
  const own: Record<string, string> = start.argv.includes('-i') ? {} : { ...start.env };
  let at = 1;
  for (; at < start.argv.length; at++) {
    const word = start.argv[at] ?? '';
    const equals = word.indexOf('=');
    if (equals > 0) own[word.slice(0, equals)] = word.slice(equals + 1);
    else if (!word.startsWith('-')) break;
  }
  const name = start.argv[at];
  if (name !== undefined) {
    const program = start.container.program(name);
    if (!program) return fail(start, `can't execute '${name}': No such file or directory`, 127);
    return yield* program({ ...start, argv: start.argv.slice(at), env: own });
  }
  for (const [key, value] of Object.entries(own)) start.output.write(`${key}=${value}\n`);
  return 0;
}

function* printenv(start: ProgramStart): Task<number> {
  const names = start.argv.slice(1);
  if (names.length === 0) return yield* env(start);
  let code = 0;
  for (const name of names) {
    const value = start.env[name];
    if (value === undefined) code = 1;
    else start.output.write(`${value}\n`);
  }
  return code;
}

function* id({ argv, output }: ProgramStart): Task<number> {
  output.write(argv.includes('-u') || argv.includes('-g') ? '0\n' : 'uid=0(root) gid=0(root) groups=0(root)\n');
  return 0;
}

function* uname({ argv, container, output }: ProgramStart): Task<number> {
  const release = '6.12.0';
  output.write(
    argv.includes('-a')
      ? `Linux ${container.pod.hostname} ${release} #1 SMP x86_64 GNU/Linux\n`
      : argv.includes('-r')
        ? `${release}\n`
        : argv.includes('-m')
          ? 'x86_64\n'
          : argv.includes('-n')
            ? `${container.pod.hostname}\n`
            : 'Linux\n',
  );
  return 0;
}

function* ps({ container, output, pid }: ProgramStart): Task<number> {
  output.write('PID   USER     TIME  COMMAND\n');
  const row = (number: number, command: string): void =>
    output.write(`${String(number).padStart(5)} root      0:00 ${command}\n`);
  row(1, container.argv.join(' '));
  for (const [number, job] of container.jobs) row(number, job.command);
  row(pid, 'ps');
  return 0;
}

function* killall(start: ProgramStart): Task<number> {
  let signal = 15;
  for (const word of start.argv.slice(1)) {
    if (word.startsWith('-')) signal = signalNumber(word.slice(1)) ?? 15;
    else {
      const isMain = (start.container.argv[0] ?? '').endsWith(word);
      const jobs = [...start.container.jobs.values()].filter((job) => job.command.startsWith(word));
      if (!isMain && jobs.length === 0) return fail(start, `${word}: no process killed`);
      if (signal === 0) continue;
      if (isMain) start.container.signal(signal);
      for (const job of jobs) job.signal(signal);
    }
  }
  return 0;
}

function* pidof(start: ProgramStart): Task<number> {
  const word = start.argv[1] ?? '';
  if (!(start.container.argv[0] ?? '').endsWith(word)) return 1;
  start.output.write('1\n');
  return 0;
}

function* whoami({ output }: ProgramStart): Task<number> {
  output.write('root\n');
  return 0;
}

function* nproc({ output }: ProgramStart): Task<number> {
  output.write('4\n');
  return 0;
}

function* timeout(start: ProgramStart): Task<number> {
  const words = start.argv.slice(1).filter((word, at, all) => !word.startsWith('-') && !/^-[sk]$/.test(all[at - 1] ?? ''));
  const span = parseSpan(words[0] ?? '');
  const name = words[1];
  if (span === undefined || name === undefined) return fail(start, 'usage: timeout SECS PROG ARGS');
  const program = start.container.program(name);
  if (!program) return fail(start, `can't execute '${name}': No such file or directory`, 127);
  return (
    (yield* start.container.process.within(
      seconds(span),
      program({ ...start, argv: start.argv.slice(start.argv.indexOf(name)) }),
    )) ?? 124
  );
}

/** `stress` and its relatives: hold memory and burn CPU for a time, or until the end. */
function* stress(start: ProgramStart): Task<number> {
  const { argv, container } = start;
  const value = (...names: readonly string[]): string | undefined => {
    const at = argv.findIndex((word) => names.includes(word));
    return at < 0 ? undefined : argv[at + 1];
  };
  const cpus = Number(value('--cpu', '-c', '-cpus') ?? 0);
  const bytes =
    parseSize(value('--vm-bytes', '-mem-total', '-mem-alloc-size') ?? '') ?? (value('--vm', '-m') ? 256 * 2 ** 20 : 0);
  const workers = Number(value('--vm', '-m') ?? 1);
  start.output.write(`stress: info: [1] dispatching hogs: ${cpus} cpu, 0 io, ${bytes > 0 ? workers : 0} vm, 0 hdd\n`);
  container.useCpu(cpus * 1000);
  if (bytes > 0) container.useMemory(bytes * workers);
  const span = parseSpan(value('--timeout', '-t') ?? 'infinity') ?? Infinity;
  if (span === Infinity) yield { subscribe: () => () => undefined };
  yield* container.sleep(seconds(span));
  container.useCpu(0);
  container.useMemory(0);
  start.output.write(`stress: info: [1] successful run completed in ${span}s\n`);
  return 0;
}

function* truth({ argv }: ProgramStart): Task<number> {
  return argv[0]?.endsWith('false') ? 1 : 0;
}

function* free({ output }: ProgramStart): Task<number> {
  output.write('              total        used        free\nMem:        8388608     2097152     6291456\n');
  return 0;
}

export const commands: Readonly<Record<string, Program>> = {
  sleep,
  date,
  hostname,
  env,
  printenv,
  id,
  whoami,
  uname,
  ps,
  killall,
  pidof,
  nproc,
  timeout,
  stress,
  'stress-ng': stress,
  true: truth,
  false: truth,
  free,
};
