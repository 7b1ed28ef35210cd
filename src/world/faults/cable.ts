// Faults of a machine's network cable differ only in what the cable does: this makes them from that.
import { soundCable, type Cable } from '../network/network.ts';
import { FaultError, machineOf, previewOfMachine, recordFault, type Fault } from './fault.ts';

export interface CableFault {
  readonly name: string;
  readonly explain: string;
  readonly change: Partial<Cable>;
  /** Reason and message when it is broken and when it is repaired; `NAME` stands for the machine. */
  readonly broken: readonly [reason: string, message: string];
  readonly repaired: readonly [reason: string, message: string];
}

export function cableFault(what: CableFault): Fault {
  const keys = Object.keys(what.change) as (keyof Cable)[];
  const isInForce = (cable: Cable): boolean => keys.every((key) => cable[key] === what.change[key]);
  return {
    name: what.name,
    explain: what.explain,
    appliesTo: 'machine',
    target: 'a machine, e.g. worker-1',
    inject(world, target) {
      const machine = machineOf(world, target);
      if (isInForce(world.network.cable(target)))
        throw new FaultError(`${target} is already in that state: ${what.broken[1].replaceAll('NAME', target)}`);
      recordFault(world, what.broken[0], machine.subjects, what.broken[1].replaceAll('NAME', target));
      world.network.setCable(target, what.change);
    },
    heal(world, target) {
      const machine = machineOf(world, target);
      if (!isInForce(world.network.cable(target)))
        throw new FaultError(`There is nothing to repair on ${target}: ${what.name} is not in force there.`);
      recordFault(world, what.repaired[0], machine.subjects, what.repaired[1].replaceAll('NAME', target));
      world.network.setCable(target, Object.fromEntries(keys.map((key) => [key, soundCable[key]])));
    },
    preview: (world, target) => previewOfMachine(machineOf(world, target), 'its network', isInForce(world.network.cable(target))),
    inForce: (world) => world.machines.filter(({ name }) => isInForce(world.network.cable(name))).map(({ name }) => name),
  };
}
