// A story: what somebody types at a terminal and what the real kubectl answers, as text. Playing one gives the same text with the answers of now.
import type { Outcome, Served } from '../host/serve.ts';

/** Random, allocated or wall-clock words, each replaced by what it stands for; runs of blanks by two, for columns follow the widths of those. */
const standIns: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '(uid)'],
  [/\bsha256:[0-9a-f]{64}\b/g, 'sha256:(digest)'],
  [/containerd:\/\/[0-9a-f]{64}\b/g, 'containerd://(id)'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g, '(time)'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '(time)'],
  [/\b10\.244\.\d+\.\d+\b(?!\/)/g, '(pod address)'],
  [/\b10\.96\.(?!0\.1\b|0\.10\b)\d+\.\d+\b(?!\/)/g, '(service address)'],
  [/https:\/\/127\.0\.0\.1:\d+/g, '(server)'],
  [/\bkube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-(random)'],
  [/-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, '-(random)'],
  [/(resourceVersion"?: )"\d+"/g, '$1"(version)"'],
  [/\b(in|including waiting\)?) \d+(?:\.\d+)?m?s\b/g, '$1 (span)'],
  [/\(\d+(?:\.\d+)?m?s including waiting\)/g, '((span) including waiting)'],
  [/(?<=[ (]|^)(?<!for )(?:\d{1,2}m\d{1,2}s|\d{1,3}s|\d{1,2}m|\d+h(?:\d+m)?|\d+d(?:\d+h)?|\d+y(?:\d+d)?)(?= |\)|$)/gm, '(age)'],
  [/(?<=:)3\d{4}(?=\/TCP)/g, '(node port)'],
  [/(?<=\S) {2,}/g, '  '],
  [/ +$/gm, ''],
];

/** The text with everything that differs from run to run replaced. */
export const settled = (text: string): string => standIns.reduce((sum, [pattern, standIn]) => sum.replace(pattern, standIn), text);

interface Step {
  readonly kind: 'comment' | 'kubectl' | 'ctl';
  /** The lines that make the step, as they stand in the story. */
  readonly lines: readonly string[];
  readonly command: string;
  readonly stdin: string;
}

/** The steps of a story; recorded answers between them are dropped. */
function stepsOf(story: string): readonly Step[] {
  const lines = story.split('\n');
  const steps: Step[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.startsWith('# ') || line === '#') steps.push({ kind: 'comment', lines: [line], command: '', stdin: '' });
    else if (line.startsWith('$ ctl ')) steps.push({ kind: 'ctl', lines: [line], command: line.slice('$ ctl '.length), stdin: '' });
    else if (line.startsWith('$ kubectl ')) {
      const begun = at;
      const [command = '', mark] = line.slice('$ kubectl '.length).split(' <<');
      if (mark !== undefined) while (lines[++at] !== mark) if (at >= lines.length) throw new Error(`The text after "${line}" does not end with ${mark}.`);
      steps.push({ kind: 'kubectl', lines: lines.slice(begun, at + 1), command, stdin: mark === undefined ? '' : `${lines.slice(begun + 1, at).join('\n')}\n` });
    }
  }
  return steps;
}

/** What a terminal shows: stdout, then stderr with a mark, then the exit code unless it is 0. */
function shown({ stdout, stderr, exit }: Outcome): string[] {
  const text = settled(stdout).replace(/\n$/, '');
  const complaint = settled(stderr).replace(/\n$/, '');
  return [...(text === '' ? [] : text.split('\n')), ...(complaint === '' ? [] : complaint.split('\n').map((line) => `! ${line}`)), ...(exit === 0 ? [] : [`(exit ${exit})`])];
}

/** Plays a story on a host whose clock stands; `$ ctl advance` lets time pass. Its text comes back with the answers of now. */
export function playStory(host: Served, story: string): string {
  const told: string[] = [];
  for (const { kind, lines, command, stdin } of stepsOf(story)) {
    if (kind === 'comment') told.push(...lines);
    else if (kind === 'ctl') {
      host.ctl(command);
      told.push(...lines);
    } else told.push(...lines, ...shown(host.kubectl(command, stdin)));
  }
  return `${told.join('\n')}\n`;
}
