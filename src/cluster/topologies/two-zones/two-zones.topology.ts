// Two racks with three workers each, for spreading over zones and for losing one whole zone.
import { controlPlane, worker, type TopologyDescriptor } from '../topology.ts';

export const topology: TopologyDescriptor = {
  name: 'two-zones',
  explain: 'Two racks with three workers each: spread an app over zones, then take a whole rack away.',
  machines: [
    controlPlane('control-plane', 'rack-a'),
    ...[1, 2, 3].map((n) => worker(`worker-${n}`, 'rack-a')),
    ...[4, 5, 6].map((n) => worker(`worker-${n}`, 'rack-b')),
  ],
};
