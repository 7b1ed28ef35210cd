// Tools for files and directories.
import type { Task } from '@/simulation/process/task.ts';
import { rfc3339 } from '@/simulation/clock/duration.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { patternToRegExp } from '../glob.ts';
import { fail, pathOf, readOptions } from './command-line.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function modeText(isDirectory: boolean, mode: number): string {
  let text = isDirectory ? 'd' : '-';
  for (let bit = 8; bit >= 0; bit--) text += (mode >> bit) & 1 ? 'rwx'.charAt(2 - (bit % 3)) : '-';
  return text;
}

function* ls(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const { files } = start.container;
  const time = rfc3339(start.container.startedAt);
  const stamp = `${months[Number(time.slice(5, 7)) - 1] ?? ''} ${time.slice(8, 10)} ${time.slice(11, 16)}`;
  let code = 0;
  const row = (name: string, path: string): string => {
    const stat = files.stat(path);
    if (!options.has('l')) return name;
    const size = stat?.sizeBytes ?? 0;
    return `${modeText(stat?.isDirectory ?? false, stat?.mode ?? 0)}    1 root     root     ${String(size).padStart(9)} ${stamp} ${name}`;
  };
  const paths = operands.length > 0 ? operands : ['.'];
  for (const operand of paths) {
    const path = pathOf(start, operand);
    const stat = files.stat(path);
    if (!stat) {
      code = fail(start, `${operand}: No such file or directory`);
      continue;
    }
    if (!stat.isDirectory || options.has('d')) {
      start.output.write(`${row(operand, path)}\n`);
      continue;
    }
    if (paths.length > 1) start.output.write(`${operand}:\n`);
    const names = (files.list(path) ?? []).filter((name) => options.has('a') || options.has('A') || !name.startsWith('.'));
    if (options.has('l')) start.output.write(`total ${names.length * 4}\n`);
    for (const name of options.has('a') ? ['.', '..', ...names] : names) start.output.write(`${row(name, `${path}/${name}`)}\n`);
  }
  return code;
}

function* mkdir(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'm');
  const { files } = start.container;
  let code = 0;
  for (const operand of operands) {
    const path = pathOf(start, operand);
    if (files.stat(path)) {
      if (!options.has('p')) code = fail(start, `can't create directory '${operand}': File exists`);
    } else files.makeDirectory(path);
  }
  return code;
}

function* rm(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const { files } = start.container;
  let code = 0;
  const isDirectoryOnly = start.argv[0]?.endsWith('rmdir') ?? false;
  for (const operand of operands) {
    const path = pathOf(start, operand);
    const stat = files.stat(path);
    if (!stat) {
      if (!options.has('f')) code = fail(start, `can't remove '${operand}': No such file or directory`);
    } else if (stat.isDirectory && !isDirectoryOnly && !options.has('r') && !options.has('R'))
      code = fail(start, `'${operand}' is a directory`);
    else if (isDirectoryOnly && (files.list(path)?.length ?? 0) > 0) code = fail(start, `'${operand}': Directory not empty`);
    else files.remove(path);
  }
  return code;
}

function* touch(start: ProgramStart): Task<number> {
  for (const operand of readOptions(start.argv, 'dt').operands) start.container.files.append(pathOf(start, operand), '');
  return 0;
}

function copyTree(start: ProgramStart, from: string, to: string): void {
  const { files } = start.container;
  const stat = files.stat(from);
  if (!stat?.isDirectory) files.write(to, files.read(from) ?? '', stat?.mode);
  else {
    files.makeDirectory(to);
    for (const name of files.list(from) ?? []) copyTree(start, `${from}/${name}`, `${to}/${name}`);
  }
}

function* copy(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv);
  const { files } = start.container;
  const isMove = start.argv[0]?.endsWith('mv') ?? false;
  const target = operands.at(-1) ?? '';
  const isInto = files.stat(pathOf(start, target))?.isDirectory === true;
  if (operands.length < 2) return fail(start, 'missing file operand');
  let code = 0;
  for (const operand of operands.slice(0, -1)) {
    const from = pathOf(start, operand);
    const stat = files.stat(from);
    if (!stat) {
      code = fail(start, `can't ${isMove ? 'rename' : 'stat'} '${operand}': No such file or directory`);
      continue;
    }
    if (stat.isDirectory && !isMove && !options.has('r') && !options.has('R') && !options.has('a')) {
      code = fail(start, `omitting directory '${operand}'`);
      continue;
    }
    const name = from.slice(from.lastIndexOf('/') + 1);
    copyTree(start, from, isInto ? pathOf(start, `${target}/${name}`) : pathOf(start, target));
    if (isMove) files.remove(from);
  }
  return code;
}

function* ln(start: ProgramStart): Task<number> {
  // Links are copies here: nothing that containers do with them needs more.
  const { operands } = readOptions(start.argv);
  const from = pathOf(start, operands[0] ?? '');
  if (start.container.files.stat(from)) copyTree(start, from, pathOf(start, operands[1] ?? ''));
  return 0;
}

function* chmod(start: ProgramStart): Task<number> {
  const { operands } = readOptions(start.argv.filter((word) => !/^-[rwx]+$/.test(word)));
  const { files } = start.container;
  const [mode = '', ...paths] = operands;
  let code = 0;
  for (const operand of paths) {
    const path = pathOf(start, operand);
    const stat = files.stat(path);
    if (!stat) code = fail(start, `${operand}: No such file or directory`);
    else if (!stat.isDirectory)
      files.write(
        path,
        files.read(path) ?? '',
        /^\d+$/.test(mode) ? parseInt(mode, 8) : mode.includes('+') && mode.includes('x') ? stat.mode | 0o111 : stat.mode,
      );
  }
  return code;
}

function* nothing(): Task<number> {
  return 0;
}

function* find(start: ProgramStart): Task<number> {
  const { files } = start.container;
  const expression = start.argv.findIndex((word, at) => at > 0 && word.startsWith('-'));
  const roots = start.argv.slice(1, expression < 0 ? undefined : expression);
  const option = (name: string): string | undefined => {
    const at = start.argv.indexOf(name);
    return at < 0 ? undefined : start.argv[at + 1];
  };
  const name = option('-name');
  const type = option('-type');
  const matcher = name === undefined ? undefined : patternToRegExp(name);
  let code = 0;
  const visit = (shown: string, path: string): void => {
    const stat = files.stat(path);
    if (!stat) return;
    const last = shown.slice(shown.lastIndexOf('/') + 1);
    if ((!matcher || matcher.test(last)) && (type === undefined || (type === 'd') === stat.isDirectory))
      start.output.write(`${shown}\n`);
    if (stat.isDirectory)
      for (const child of files.list(path) ?? []) visit(`${shown.replace(/\/$/, '')}/${child}`, `${path}/${child}`);
  };
  for (const root of roots.length > 0 ? roots : ['.']) {
    if (files.stat(pathOf(start, root))) visit(root, pathOf(start, root));
    else code = fail(start, `${root}: No such file or directory`);
  }
  return code;
}

function* du(start: ProgramStart): Task<number> {
  start.output.write(`4\t${readOptions(start.argv).operands[0] ?? '.'}\n`);
  return 0;
}

function* df(start: ProgramStart): Task<number> {
  start.output.write(
    'Filesystem           1K-blocks      Used Available Use% Mounted on\noverlay              104857600  10485760  94371840  10% /\n',
  );
  return 0;
}

function* mktemp(start: ProgramStart): Task<number> {
  const { options } = readOptions(start.argv, 'p');
  const path = `/tmp/tmp.${start.container.random.nameSuffix(6)}`;
  if (options.has('d')) start.container.files.makeDirectory(path);
  else start.container.files.write(path, '');
  start.output.write(`${path}\n`);
  return 0;
}

function* stat(start: ProgramStart): Task<number> {
  const { operands } = readOptions(start.argv, 'c');
  const found = start.container.files.stat(pathOf(start, operands[0] ?? ''));
  if (!found) return fail(start, `can't stat '${operands[0] ?? ''}': No such file or directory`);
  start.output.write(`  File: ${operands[0] ?? ''}\n  Size: ${found.sizeBytes}\n`);
  return 0;
}

export const commands: Readonly<Record<string, Program>> = {
  ls,
  mkdir,
  rm,
  rmdir: rm,
  touch,
  cp: copy,
  mv: copy,
  ln,
  chmod,
  chown: nothing,
  chgrp: nothing,
  sync: nothing,
  mount: nothing,
  umount: nothing,
  find,
  du,
  df,
  mktemp,
  stat,
};
