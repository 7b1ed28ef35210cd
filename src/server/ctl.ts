// Everything that a hand can do, a script can: sends one command of the contract to a running host and prints its receipt as JSON.
import { WebSocket } from 'ws';
import type { ZodObject } from 'zod';
import { commands, type CommandName } from '@/contract/commands/commands.ts';
import type { Frame, ToHost, ToWindow } from '@/contract/feed/feed.ts';

type Occurrence = NonNullable<Frame['occurrences']>[number];

const usage = 'Usage: npm run ctl -- --url URL COMMAND [--name value …]; "commands" lists them, "watch" streams occurrences.';

/** Occurrences that one question may bring. */
const maxPage = 5000;

interface Call {
  readonly url: string;
  readonly command: string;
  readonly parameters: Record<string, string>;
}

function fail(sentence: string, code = 2): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

function readCall(args: readonly string[]): Call {
  const parameters: Record<string, string> = {};
  let url = process.env.KUBARIUM_URL ?? '';
  let command = '';
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (!word.startsWith('--')) {
      if (command !== '') fail(`"${word}" is one word too many. ${usage}`);
      command = word;
      continue;
    }
    const [name = '', inline] = word.slice(2).split(/=(.*)/s);
    const value = inline ?? args[++i];
    if (value === undefined) fail(`--${name} needs a value.`);
    if (name === 'url') url = value;
    else parameters[name] = value;
  }
  if (command === '') fail(usage);
  return { url, command, parameters };
}

function listCommands(): void {
  const listed = Object.entries(commands).map(([name, { about, parameters }]) => ({
    name,
    about,
    parameters: Object.entries((parameters as ZodObject).shape).map(([parameter, type]) => ({
      name: parameter,
      required: !type.safeParse(undefined).success,
      about: (type as { description?: string }).description ?? '',
    })),
  }));
  process.stdout.write(`${JSON.stringify([...listed, { name: 'watch', about: 'Streams occurrences as JSON lines with their causes.', parameters: [] }], null, 2)}\n`);
}

function connect(url: string): WebSocket {
  if (url === '') fail(`--url is missing: the address that the host printed. ${usage}`);
  let feed: URL;
  try {
    feed = new URL(url);
  } catch {
    fail(`"${url}" is not a URL.`);
  }
  feed.protocol = feed.protocol === 'https:' ? 'wss:' : 'ws:';
  feed.pathname = '/feed';
  const socket = new WebSocket(feed, { maxPayload: 0 });
  socket.on('unexpected-response', (_request, response) => {
    if (response.statusCode === 403) fail(`The host at ${feed.host} does not know this token (403): --url takes the whole address that it printed.`, 1);
    fail(`The host at ${feed.host} answers ${response.statusCode}: it is no Kubarium.`, 1);
  });
  socket.on('error', (error) => fail(`The host at ${url} cannot be reached: ${error.message}.`, 1));
  return socket;
}

/** Prints occurrences as they happen. A frame holds only so many: when some were left out of one, they are asked for. */
function watch(socket: WebSocket): void {
  const send = (message: ToHost): void => socket.send(JSON.stringify(message));
  let last = 0;
  let isBehind = false;
  let isAsking = false;
  const print = (occurrences: readonly Occurrence[]): void => {
    for (const occurrence of occurrences) {
      if (occurrence.id <= last) continue;
      last = occurrence.id;
      process.stdout.write(`${JSON.stringify(occurrence)}\n`);
    }
  };
  const catchUp = (): void => {
    isAsking = true;
    isBehind = false;
    send({ kind: 'query', request: 1, name: 'occurrences', parameters: { from: last + 1, limit: maxPage } });
  };
  socket.on('open', () => send({ kind: 'ready' }));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as ToWindow;
    if (message.kind === 'broken') fail(message.message, 1);
    if (message.kind === 'reply') {
      const page = message.value as readonly Occurrence[];
      isAsking = false;
      print(page);
      if (isBehind || page.length === maxPage) catchUp();
    } else if (message.kind === 'frame' && (message.occurrences || message.foldedOccurrences)) {
      if (isAsking) isBehind = true;
      else if (message.foldedOccurrences) catchUp();
      else print(message.occurrences ?? []);
    }
  });
  socket.on('close', () => process.exit(0));
  process.stdout.on('error', () => process.exit(0));
}

function command(socket: WebSocket, name: CommandName, parameters: Record<string, string>): void {
  socket.on('open', () => socket.send(JSON.stringify({ kind: 'command', request: 1, name, parameters } satisfies ToHost)));
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as ToWindow;
    if (message.kind !== 'reply') return;
    process.stdout.write(`${JSON.stringify(message.value)}\n`, () => process.exit(message.ok ? 0 : 1));
  });
  socket.on('close', () => fail('The host closed the connection before it answered.', 1));
}

const call = readCall(process.argv.slice(2));
if (call.command === 'commands') listCommands();
else if (call.command === 'watch') watch(connect(call.url));
else if (Object.hasOwn(commands, call.command)) command(connect(call.url), call.command as CommandName, call.parameters);
else fail(`There is no command "${call.command}". "ctl commands" lists them.`);
