// A bad plug: some transmissions are lost and have to be sent again.
import { cableFault } from '../cable.ts';

export const fault = cableFault({
  name: 'cable-lossy',
  explain:
    'One in five transmissions from and to the machine is lost and sent again after a timeout: everything works, slowly and unevenly.',
  change: { loss: 0.2 },
  broken: ['CableLossy', 'One in five transmissions from and to NAME is lost now.'],
  repaired: ['CableSoundAgain', 'Transmissions from and to NAME get through again.'],
});
