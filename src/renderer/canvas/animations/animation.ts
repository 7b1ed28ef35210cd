// What an animation is: which change begins it, where, how long it lasts, and how it looks part of the way through.
import type { Change } from '../../stores/cluster/cluster-store.ts';
import type { Rect } from '../geometry.ts';
import type { Painter } from '../painter.ts';
import type { Scene } from '../scene.ts';

export interface AnimationDescriptor {
  readonly name: string;
  readonly explain: string;
  readonly durationMilliseconds: number;
  /** Where it begins, in world units, for a change of the cluster. */
  starts(scene: Scene, change: Change): readonly Rect[];
  /** Draws it at `screen`; `part` goes from 0 to 1 with time. */
  paint(painter: Painter, screen: Rect, part: number): void;
}
