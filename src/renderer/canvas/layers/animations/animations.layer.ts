// Short motions where something has just changed.
import type { LayerDescriptor } from '../layer.ts';

export const layer: LayerDescriptor = {
  name: 'animations',
  explain: 'What has just changed.',
  order: 65,
  isMoving: true,
  paint: (painter, scene) => {
    if (painter.state.pass === 'bench') scene.motions?.paint(painter);
  },
};
