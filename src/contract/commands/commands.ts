// Every command that a window or a script may send, with its parameters: the one list behind gestures, menus, keys and `ctl`.
import { z } from 'zod';

z.config({ jitless: true });

const inNamespace = z.string().describe('for objects that live in one');

const objectRef = {
  group: z.string().describe('API group; empty for the core group').default(''),
  version: z.string().describe('API version').default('v1'),
  resource: z.string().describe('plural name, e.g. pods'),
  namespace: inNamespace.optional(),
  name: z.string().describe('name of the object'),
};

const fault = z.string().describe('a fault of the catalogue, e.g. machine-unplugged');
const node = z.string().describe('name of the node');
const service = z.string().describe('name of the Service');
const target = z.string().describe('what it happens to: a machine, a machine/agent, or namespace/pod/container');

/** Name → what it does (English, for `ctl commands`) and the shape of its parameters. */
export const commands = {
  injectFault: { about: 'Breaks something in the world.', parameters: z.strictObject({ fault, target }) },
  healFault: { about: 'Repairs what a fault broke.', parameters: z.strictObject({ fault, target }) },
  setSpeed: {
    about: 'Sets how fast virtual time runs against the wall clock: 0.1 to 1000, or max.',
    parameters: z.strictObject({ speed: z.union([z.literal('max'), z.coerce.number().min(0.1).max(1000)]).describe('0.1 to 1000, or max') }),
  },
  pause: { about: 'Stops the clock.', parameters: z.strictObject({}) },
  resume: { about: 'Lets the clock run.', parameters: z.strictObject({}) },
  step: {
    about: 'Runs until the next occurrence, then stands still.',
    parameters: z.strictObject({ past: z.literal('heartbeat').describe('occurrences of this kind do not count').optional() }),
  },
  advance: {
    about: 'Runs exactly that much virtual time at full speed and answers when there.',
    parameters: z.strictObject({ seconds: z.coerce.number().min(0).max(31_536_000).describe('of virtual time') }),
  },
  skip: { about: 'Runs to the next deadline that something waits for.', parameters: z.strictObject({ deadline: z.string().describe('the id of one; without it, the soonest').optional() }) },
  hash: { about: 'Virtual time, hash of etcd and hash of all occurrences.', parameters: z.strictObject({}) },
  applyManifest: {
    about: 'Applies YAML or JSON documents, as kubectl apply --server-side does.',
    parameters: z.strictObject({ manifest: z.string().max(1_000_000).describe('the text itself'), namespace: inNamespace.default('default') }),
  },
  deleteObject: {
    about: 'Deletes an object, as kubectl delete does.',
    parameters: z.strictObject({ ...objectRef, gracePeriodSeconds: z.coerce.number().int().min(0).describe('0 kills at once; without it, what the object says').optional() }),
  },
  scaleWorkload: {
    about: 'Sets the replicas of a workload, as kubectl scale does.',
    parameters: z.strictObject({ ...objectRef, replicas: z.coerce.number().int().min(0).max(100_000).describe('how many there shall be') }),
  },
  cordonNode: { about: 'Marks a node unschedulable.', parameters: z.strictObject({ name: node }) },
  uncordonNode: { about: 'Marks a node schedulable again.', parameters: z.strictObject({ name: node }) },
  startTraffic: {
    about: 'Lets the user outside send requests to a Service.',
    parameters: z.strictObject({
      namespace: inNamespace.default('default'),
      service,
      port: z.coerce.number().int().describe('one of its ports; without it, the first').optional(),
      path: z.string().describe('what is asked for').default('/'),
      ratePerSecond: z.coerce.number().min(0.1).max(10_000).describe('requests per second').default(5),
    }),
  },
  stopTraffic: { about: 'Stops traffic to a Service.', parameters: z.strictObject({ namespace: inNamespace.default('default'), service }) },
} as const;

export type CommandName = keyof typeof commands;
export type CommandParameters<N extends CommandName> = z.infer<(typeof commands)[N]['parameters']>;
export type Command = { readonly [N in CommandName]: { readonly name: N; readonly parameters: CommandParameters<N> } }[CommandName];

/** The answer to a command: that it was taken in (and at which input), or why not. What it *did* comes through the feed. */
export type Receipt =
  | { readonly accepted: true; readonly input: number; readonly time: string; readonly result?: unknown }
  | { readonly accepted: false; readonly reason: string; readonly message: string };

/** Checks a command from outside. Throws a ZodError, or an Error for an unknown name. */
export function parseCommand(name: string, parameters: unknown): Command {
  if (!Object.hasOwn(commands, name)) throw new Error(`There is no command "${name}". "ctl commands" lists them.`);
  const known = name as CommandName;
  return { name: known, parameters: commands[known].parameters.parse(parameters ?? {}) } as Command;
}

/** Questions: answered from what is there, never journalled, nothing changes by them. */
export const queries = {
  object: z.strictObject(objectRef),
  objects: z.strictObject({ group: z.string().default(''), version: z.string().default('v1'), resource: z.string(), namespace: z.string().optional() }),
  eventsOf: z.strictObject({ namespace: z.string().default(''), kind: z.string(), name: z.string(), uid: z.string().optional() }),
  logs: z.strictObject({ namespace: z.string(), pod: z.string(), container: z.string(), tailLines: z.number().int().max(5000).default(500), previous: z.boolean().default(false) }),
  chain: z.strictObject({ id: z.number().int() }),
  occurrences: z.strictObject({ from: z.number().int().default(1), limit: z.number().int().max(5000).default(500), subject: z.string().optional() }),
  account: z.strictObject({ id: z.number().int() }),
  /** What would happen: for the words beside the pointer while something is held. */
  preview: z.strictObject({ fault: z.string(), target: z.string() }),
} as const;

export type QueryName = keyof typeof queries;
export type QueryParameters<N extends QueryName> = z.input<(typeof queries)[N]>;

/** What a sender writes: parameters with a default may be left out. */
export type CommandInput<N extends CommandName> = z.input<(typeof commands)[N]['parameters']>;
