// Tools that use the network: fetch pages, ask for names, open connections.
import type { Task } from '@/simulation/process/task.ts';
import { seconds } from '@/simulation/clock/duration.ts';
import { NetworkError, type HttpResponse } from '@/kubernetes/cri-api/network.ts';
import { httpReasons } from '../../../network/payload.ts';
import type { Program, ProgramStart } from '../../program.ts';
import { fail, pathOf, readOptions } from './command-line.ts';

function hostOf(url: string): string {
  return /^(?:\w+:\/\/)?([^/:?#]+)/.exec(url)?.[1] ?? url;
}

function portOf(url: string): string {
  return /^(?:\w+:\/\/)?[^/:?#]+:(\d+)/.exec(url)?.[1] ?? (url.startsWith('https') ? '443' : '80');
}

/** Fetches with a bound on the waiting, 30 s by default; undefined when it ran out. */
function* fetchWithin(
  start: ProgramStart,
  url: string,
  patience: number,
  request: { method?: string; body?: string; headers?: Readonly<Record<string, string>> },
): Task<HttpResponse | undefined> {
  return yield* start.container.process.within(seconds(patience), start.container.network.fetch(url, request));
}

function* wget(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'OTt');
  const url = operands[0];
  if (url === undefined) return fail(start, 'missing URL');
  const patience = Number(options.get('T') || options.get('timeout') || 30);
  const isQuiet = options.has('q');
  const body = options.get('post-data');
  let response: HttpResponse | undefined;
  try {
    if (!isQuiet) start.errors.write(`Connecting to ${hostOf(url)}:${portOf(url)}\n`);
    response = yield* fetchWithin(start, url, patience, {
      method: body === undefined ? 'GET' : 'POST',
      body: body ?? '',
      headers: { 'user-agent': 'Wget' },
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.reason === 'no-such-host') return fail(start, `bad address '${hostOf(url)}'`);
    const words = {
      refused: 'Connection refused',
      timeout: 'Connection timed out',
      unreachable: 'No route to host',
      reset: 'Connection reset by peer',
    };
    return fail(start, `can't connect to remote host (${hostOf(url)}): ${words[error.reason]}`);
  }
  if (response === undefined) return fail(start, 'download timed out');
  if (response.status >= 400)
    return fail(start, `server returned error: HTTP/1.1 ${response.status} ${httpReasons[response.status] ?? ''}`);
  if (options.has('spider')) return 0;
  const target = options.get('O') ?? /\/([^/?]+)$/.exec(url.replace(/^\w+:\/\/[^/]+/, ''))?.[1] ?? 'index.html';
  if (target === '-') start.output.write(response.body);
  else start.container.files.write(pathOf(start, target), response.body);
  return 0;
}

function* curl(start: ProgramStart): Task<number> {
  const argv = start.argv.filter((word) => !['--fail', '--silent', '--insecure', '--location', '--show-error'].includes(word));
  const has = (short: string, long: string): boolean =>
    start.argv.includes(long) || argv.some((word) => /^-[a-zA-Z]+$/.test(word) && word.includes(short));
  const valued = [
    '--max-time',
    '--connect-timeout',
    '--request',
    '--data',
    '--header',
    '--output',
    '--write-out',
    '--user',
    '--retry',
  ];
  const values = new Map<string, string[]>();
  const urls: string[] = [];
  const keys: Readonly<Record<string, string>> = {
    m: '--max-time',
    X: '--request',
    d: '--data',
    H: '--header',
    o: '--output',
    w: '--write-out',
    u: '--user',
  };
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const key = valued.includes(word) ? word : /^-[a-zA-Z]*[mXdHowu]$/.test(word) ? keys[word.at(-1) ?? ''] : undefined;
    if (key) values.set(key, [...(values.get(key) ?? []), argv[++at] ?? '']);
    else if (!word.startsWith('-')) urls.push(word);
  }
  const url = urls[0];
  if (url === undefined) return fail(start, 'no URL specified!', 2);
  const body = values.get('--data')?.join('&');
  const headers: Record<string, string> = { 'user-agent': 'curl/8.18.0', accept: '*/*' };
  for (const header of values.get('--header') ?? [])
    headers[(header.split(':')[0] ?? '').toLowerCase()] = header.slice(header.indexOf(':') + 1).trim();
  if (body !== undefined) headers['content-type'] ??= 'application/x-www-form-urlencoded';
  const patience = Number(values.get('--max-time')?.[0] ?? values.get('--connect-timeout')?.[0] ?? 130);
  const isSilent = has('s', '--silent') && !has('S', '--show-error');
  const say = (code: number, message: string): number => {
    if (!isSilent) start.errors.write(`curl: (${code}) ${message}\n`);
    return code;
  };
  let response: HttpResponse | undefined;
  try {
    response = yield* fetchWithin(start, url, patience, {
      method: values.get('--request')?.[0] ?? (has('I', '--head') ? 'HEAD' : body === undefined ? 'GET' : 'POST'),
      body: body ?? '',
      headers,
    });
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.reason === 'no-such-host') return say(6, `Could not resolve host: ${hostOf(url)}`);
    if (error.reason === 'reset') return say(52, 'Empty reply from server');
    return say(7, `Failed to connect to ${hostOf(url)} port ${portOf(url)} after 0 ms: Could not connect to server`);
  }
  if (response === undefined) return say(28, `Operation timed out after ${patience * 1000} milliseconds with 0 bytes received`);
  if (has('f', '--fail') && response.status >= 400) return say(22, `The requested URL returned error: ${response.status}`);
  const head = `HTTP/1.1 ${response.status} ${httpReasons[response.status] ?? ''}\r\n${Object.entries(response.headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
  const text = (has('i', '--include') || has('I', '--head') ? head : '') + response.body;
  const file = values.get('--output')?.[0];
  if (file === undefined || file === '-') start.output.write(text);
  else start.container.files.write(pathOf(start, file), text);
  const format = values.get('--write-out')?.[0];
  if (format !== undefined)
    start.output.write(
      format
        .replaceAll('%{http_code}', String(response.status))
        .replaceAll('%{response_code}', String(response.status))
        .replaceAll('\\n', '\n'),
    );
  return 0;
}

function* nslookup(start: ProgramStart): Task<number> {
  const name = start.argv.slice(1).find((word) => !word.startsWith('-'));
  if (name === undefined) return fail(start, 'usage: nslookup HOST');
  const { container, output } = start;
  const answer = yield* container.network.lookup(name);
  const server = container.resolver.servers[0] ?? '127.0.0.1';
  if (answer.outcome === 'SERVFAIL') {
    output.write(';; connection timed out; no servers could be reached\n\n');
    return 1;
  }
  output.write(`Server:    ${server}\nAddress:   ${server}:53\n\n`);
  if (answer.addresses.length === 0) {
    output.write(`** server can't find ${name}: NXDOMAIN\n\n`);
    return 1;
  }
  output.write(`${answer.addresses.map((address) => `Name:      ${answer.name}\nAddress:   ${address}\n`).join('')}\n`);
  return 0;
}

function* getent(start: ProgramStart): Task<number> {
  const name = start.argv[2] ?? '';
  const answer = yield* start.container.network.lookup(name);
  for (const address of answer.addresses) start.output.write(`${address.padEnd(15)} ${name}\n`);
  return answer.addresses.length > 0 ? 0 : 2;
}

function* nc(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'wpqi');
  const { container, input, output } = start;
  const patience = Number(options.get('w') || 30);
  if (options.has('l')) {
    const port = Number(options.get('p') ?? operands.at(-1));
    return yield* listenOnce(start, port);
  }
  const [host = '', port = ''] = operands;
  try {
    const end = yield* container.process.within(seconds(patience), container.network.dial(host, Number(port)));
    if (end === undefined) return fail(start, `${host} (${host}:${port}): Operation timed out`);
    if (options.has('z')) {
      if (options.has('v')) start.errors.write(`${host} (${host}:${port}) open\n`);
      end.close();
      return 0;
    }
    const text = yield* input.readAll();
    if (text !== '') end.send(text);
    const reply = yield* container.process.within(seconds(patience), end.receive());
    if (typeof reply === 'string') output.write(reply);
    end.close();
    return 0;
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const words = {
      refused: 'Connection refused',
      timeout: 'Connection timed out',
      unreachable: 'No route to host',
      reset: 'Connection reset by peer',
      'no-such-host': 'bad address',
    };
    return fail(
      start,
      error.reason === 'no-such-host' ? `bad address '${host}'` : `${host} (${host}:${port}): ${words[error.reason]}`,
    );
  }
}

/** Waits for one connection and writes what it sends. */
function* listenOnce(start: ProgramStart, port: number): Task<number> {
  let finish: () => void = () => undefined;
  let isDone = false;
  const stop = start.container.network.listenTcp(port, (end) => {
    end.handle(
      (payload) => start.output.write(typeof payload === 'string' ? payload : ''),
      () => {
        end.close();
        isDone = true;
        finish();
      },
    );
  });
  try {
    while (!isDone) {
      yield {
        subscribe: (resume) => {
          finish = () => resume(undefined);
          return () => undefined;
        },
      };
    }
  } finally {
    stop();
  }
  return 0;
}

function* ping(start: ProgramStart): Task<number> {
  const { options, operands } = readOptions(start.argv, 'cWwi');
  const host = operands[0] ?? '';
  const answer = yield* start.container.network.lookup(host);
  const ip = answer.addresses[0];
  if (ip === undefined) return fail(start, `bad address '${host}'`);
  start.output.write(`PING ${host} (${ip}): 56 data bytes\n`);
  const count = Number(options.get('c') ?? Infinity);
  let heard = 0;
  for (let sequence = 0; sequence < count; sequence++) {
    const sent = start.container.now;
    if (yield* echoes(start, ip)) {
      heard++;
      start.output.write(
        `64 bytes from ${ip}: seq=${sequence} ttl=64 time=${((start.container.now - sent) / 1000).toFixed(3)} ms\n`,
      );
    }
    if (sequence + 1 < count) yield* start.container.sleep(seconds(1));
  }
  const lost = Math.round(((count - heard) / count) * 100);
  start.output.write(
    `\n--- ${host} ping statistics ---\n${count} packets transmitted, ${heard} packets received, ${lost}% packet loss\n`,
  );
  return heard > 0 ? 0 : 1;
}

/** Whether the address answers at all: a refusal from a port that nobody uses is an answer. */
function* echoes(start: ProgramStart, ip: string): Task<boolean> {
  try {
    const end = yield* start.container.process.within(seconds(10), start.container.network.dial(ip, 7));
    end?.close();
    return end !== undefined;
  } catch (error) {
    return error instanceof NetworkError && error.reason === 'refused';
  }
}

export const commands: Readonly<Record<string, Program>> = { wget, curl, nslookup, getent, nc, netcat: nc, ping };
