// The camera of the bench: it shows everything and follows the window's size until somebody moves it; then it stays, and is remembered.
import type { Camera, ViewStore } from '../stores/view/view-store.ts';
import { cardRect, type Point, type Rect } from './geometry.ts';
import type { Graph } from './graph.ts';
import type { Scene } from './scene.ts';

export interface Size {
  readonly w: number;
  readonly h: number;
}

export class FollowingCamera {
  private isFollowing = true;
  private isPlaced = false;

  constructor(
    private readonly graph: Graph,
    private readonly scene: Scene,
    private readonly view: ViewStore,
  ) {}

  fit(): void {
    this.isFollowing = true;
    this.view.setCamera(undefined);
    this.graph.fit(this.scene.bounds);
  }

  zoomBy(factor: number): void {
    this.steer();
    this.graph.zoomBy(factor);
  }

  moveBy(x: number, y: number): void {
    this.steer();
    const { zoom, pan } = this.graph.camera;
    this.graph.setCamera({ zoom, pan: { x: pan.x + x, y: pan.y + y } });
  }

  centreOn(at: Point): void {
    this.steer();
    this.graph.centreOn(at);
  }

  /** Somebody took the camera: it stays where it is put from now on. */
  steer(): void {
    this.isFollowing = false;
    this.view.setCamera(this.graph.camera);
  }

  /** The viewport has changed, by whatever. */
  moved(): void {
    if (this.isPlaced && !this.isFollowing) this.view.setCamera(this.graph.camera);
  }

  /** Once there are machines and a window: where it was last time, if anything is to be seen there, else everything. */
  place(size: Size): void {
    if (this.isPlaced || this.scene.cluster.machines.length === 0 || size.w < 50) return;
    const { camera } = this.view;
    this.isFollowing = !camera || !this.isAnythingSeen(camera, size);
    if (camera && !this.isFollowing) this.graph.setCamera(camera);
    else this.fit();
    this.isPlaced = true;
  }

  resized(size: Size): void {
    if (!this.isPlaced) this.place(size);
    else if (this.isFollowing) this.graph.fit(this.scene.bounds);
  }

  /** While it shows everything, what was put beside the rest is shown too. */
  keepInSight(size: Size): void {
    if (!this.isPlaced || !this.isFollowing) return;
    const r = toScreen(this.graph.camera, this.scene.bounds);
    if (r.x < 0 || r.y < 0 || r.x + r.w > size.w || r.y + r.h > size.h) this.graph.fit(this.scene.bounds);
  }

  private isAnythingSeen(camera: Camera, size: Size): boolean {
    return this.scene.cluster.machines.some((row) => isOnScreen(toScreen(camera, cardRect(this.scene.machineAt(row.name))), size));
  }
}

export function toScreen({ zoom, pan }: Camera, world: Rect): Rect {
  return { x: world.x * zoom + pan.x, y: world.y * zoom + pan.y, w: world.w * zoom, h: world.h * zoom };
}

export function isOnScreen(r: Rect, size: Size): boolean {
  return r.x + r.w > 0 && r.y + r.h > 0 && r.x < size.w && r.y < size.h;
}
