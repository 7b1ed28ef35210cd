// One direction of a cable is broken: the machine speaks and hears no answer.
import { cableFault } from '../cable.ts';

export const fault = cableFault({
  name: 'cable-receives-nothing',
  explain:
    'What is sent to the machine is lost, what it sends still arrives: it speaks to the cluster and never hears an answer.',
  change: { receives: false },
  broken: ['CableReceivesNothing', 'The cable of NAME carries nothing in any more.'],
  repaired: ['CableReceivesAgain', 'The cable of NAME carries both directions again.'],
});
