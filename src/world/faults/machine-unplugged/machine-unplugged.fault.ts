// The network cable of a machine is pulled out.
import { cableFault } from '../cable.ts';

export const fault = cableFault({
  name: 'machine-unplugged',
  explain:
    'The machine keeps its power and its containers keep running, but nothing reaches it and nothing leaves it. The control plane cannot tell this from a dead machine.',
  change: { isPlugged: false },
  broken: ['MachineUnplugged', 'The network cable of NAME was pulled out.'],
  repaired: ['MachinePluggedIn', 'The network cable of NAME was plugged in again.'],
});
