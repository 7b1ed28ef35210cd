// One direction of a cable is broken: the machine hears everything and is not heard.
import { cableFault } from '../cable.ts';

export const fault = cableFault({
  name: 'cable-sends-nothing',
  explain:
    'What the machine sends is lost, what others send still arrives: it sees the whole cluster, and the cluster does not see it.',
  change: { sends: false },
  broken: ['CableSendsNothing', 'The cable of NAME carries nothing out any more.'],
  repaired: ['CableSendsAgain', 'The cable of NAME carries both directions again.'],
});
