// The motions that are running: begun by changes of the cluster, over by themselves. None is ever begun while motion is reduced.
import type { Change } from '../../stores/cluster/cluster-store.ts';
import type { Rect } from '../geometry.ts';
import type { Painter } from '../painter.ts';
import type { Scene } from '../scene.ts';
import type { AnimationDescriptor } from './animation.ts';
import { animations } from './registry.ts';

/** More at one time nobody can follow. */
const most = 60;

interface Motion {
  readonly animation: AnimationDescriptor;
  readonly rect: Rect;
  readonly startedAt: number;
}

export class Motions {
  private running: Motion[] = [];

  start(scene: Scene, change: Change, wall: number): void {
    if (change.isSnapshot) return;
    for (const animation of animations) {
      for (const rect of animation.starts(scene, change)) {
        if (this.running.length >= most) return;
        this.running.push({ animation, rect, startedAt: wall });
      }
    }
  }

  get size(): number {
    return this.running.length;
  }

  paint(painter: Painter): void {
    const { wall } = painter.state;
    this.running = this.running.filter(({ animation, startedAt }) => wall - startedAt < animation.durationMilliseconds);
    for (const { animation, rect, startedAt } of this.running) {
      const screen = painter.rect(rect);
      if (painter.isSeen(screen)) animation.paint(painter, screen, Math.max(0, wall - startedAt) / animation.durationMilliseconds);
    }
  }
}
