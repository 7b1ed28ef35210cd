// What a layer of the bench is: painted on the bottom canvas, or given to Cytoscape as elements.
import type { ElementDefinition } from 'cytoscape';
import type { Painter } from '../painter.ts';
import type { Scene } from '../scene.ts';

export interface LayerDescriptor {
  readonly name: string;
  readonly explain: string;
  /** Lower is painted first. */
  readonly order: number;
  /** Painted anew on every picture, above what stands still. */
  readonly isMoving?: boolean;
  paint?(painter: Painter, scene: Scene): void;
  /** Elements by the state of the stores alone: same stores, same elements. */
  elements?(scene: Scene): readonly ElementDefinition[];
}
