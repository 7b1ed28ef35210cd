// A machine loses its power.
import { FaultError, machineOf, previewOfMachine, recordFault, type Fault } from '../fault.ts';

export const fault: Fault = {
  name: 'machine-powered-off',
  explain:
    'Everything that runs on the machine ends at once, without a word. Its disk keeps images, files and logs; with power again it boots and starts its agents.',
  appliesTo: 'machine',
  target: 'a machine, e.g. worker-1',
  inject(world, target) {
    const machine = machineOf(world, target);
    if (!machine.isPowered) throw new FaultError(`${target} has no power already.`);
    recordFault(world, 'MachinePoweredOff', machine.subjects, `${target} lost its power.`);
    machine.powerOff();
  },
  heal(world, target) {
    const machine = machineOf(world, target);
    if (machine.isPowered) throw new FaultError(`There is nothing to repair on ${target}: it has power.`);
    recordFault(world, 'MachinePoweredOn', machine.subjects, `${target} has power again and boots.`);
    machine.powerOn();
  },
  preview(world, target) {
    const machine = machineOf(world, target);
    return previewOfMachine(machine, 'everything on the machine', !machine.isPowered);
  },
  inForce: (world) => world.machines.filter(({ isPowered }) => !isPowered).map(({ name }) => name),
};
