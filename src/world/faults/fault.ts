// What a fault is: something a hand can break in the world, and repair.
import type { Described } from '@/base/registry.ts';
import type { Machine } from '../machines/machine.ts';
import type { World } from '../world.ts';

/** The descriptor of a fault. The smallest member of `faults/` is `cable-sends-nothing`. */
export interface Fault extends Described {
  /** What it does and what Kubernetes will see of it: one or two plain sentences. */
  readonly explain: string;
  readonly appliesTo: 'machine' | 'container' | 'agent';
  /** What a target looks like, for menus and `ctl`. */
  readonly target: string;
  /** Breaks it. Throws {@link FaultError} for a target that cannot be broken so. */
  inject(world: World, target: string): void;
  /** Repairs it. Throws {@link FaultError} when there is nothing to repair. */
  heal(world: World, target: string): void;
  /** What would happen. Throws {@link FaultError}. */
  preview(world: World, target: string): FaultPreview;
  /** The targets that are broken in this way now. */
  inForce(world: World): readonly string[];
}

export interface FaultPreview {
  readonly target: string;
  readonly machine: string;
  /** Whether it is in force already, so that injecting it again is refused. */
  readonly isInForce: boolean;
  /** What stops at once. */
  readonly stops: 'everything on the machine' | 'its network' | 'one container' | 'one agent';
  /** `namespace/name` of pods with running containers that it touches. */
  readonly pods: readonly string[];
  readonly containers: number;
  readonly isControlPlane: boolean;
}

/** The target is wrong; the message is one sentence for whoever asked. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

/** The machine of that name. Throws {@link FaultError}. */
export function machineOf(world: World, target: string): Machine {
  const machine = world.machine(target);
  if (machine) return machine;
  const names = world.machines.slice(0, 20).map(({ name }) => name);
  throw new FaultError(`There is no machine called "${target}". The machines are: ${names.join(', ')}.`);
}

/** Describes what touches a whole machine. */
export function previewOfMachine(machine: Machine, stops: FaultPreview['stops'], isInForce: boolean): FaultPreview {
  const { running } = machine.runtime;
  const pods = new Set(running.map(({ pod }) => `${pod.namespace}/${pod.name}`));
  return {
    target: machine.name,
    machine: machine.name,
    isInForce,
    stops,
    pods: [...pods].sort(),
    containers: running.length,
    isControlPlane: machine.role === 'control-plane',
  };
}

/** Records that a hand broke or repaired something; what follows follows from it. */
export function recordFault(world: World, reason: string, subjects: readonly string[], message: string): void {
  world.process.record({ kind: 'fault', reason, subjects, message, actor: 'world' });
}
