// The bench at work: paints when something changed, carries pointer and keys to the hands, keeps Cytoscape and the picture as one.
import { reaction } from 'mobx';
import { words } from '../locales/words.ts';
import type { Change } from '../stores/cluster/cluster-store.ts';
import type { Stores } from '../stores/stores.ts';
import type { Camera } from '../stores/view/view-store.ts';
import { themes } from '../theme/tokens.ts';
import { Motions } from './animations/motions.ts';
import { Anchors, places } from './anchors.ts';
import type { BenchUi } from './bench-ui.ts';
import { Comets } from './comets.ts';
import { cardRect, contains, type Point, type Rect } from './geometry.ts';
import type { PlaceName, Thing } from './gestures/gesture.ts';
import { dropAt } from './gestures/registry.ts';
import { FollowingCamera, isOnScreen, toScreen } from './following-camera.ts';
import { Graph } from './graph.ts';
import { Hands } from './hands.ts';
import { isThreading } from './layers/cause-thread/cause-thread.layer.ts';
import { packetNear } from './layers/packets/packets.layer.ts';
import { layers } from './layers/registry.ts';
import { forgetWidths, Painter, type PainterState } from './painter.ts';
import { Scene, type Hit } from './scene.ts';
import { tipOf } from './tips.ts';

export interface BenchElements {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly graph: HTMLElement;
  readonly anchors: HTMLElement;
}

/** How often rings are drawn anew when nothing but time passes. */
const ringMilliseconds = 100;
const edgeTarget = { w: 168, h: 84, gap: 12 } as const;

export class Bench {
  readonly scene: Scene;
  private readonly graph: Graph;
  private readonly camera: FollowingCamera;
  private readonly hands: Hands;
  private readonly anchors: Anchors;
  private readonly stops: (() => void)[] = [];
  private pointer: Point = { x: -1, y: -1 };
  private size = { w: 0, h: 0 };
  private frame = 0;
  private grabbed: Hit | undefined;
  private isGraphStale = true;
  private isStillStale = true;
  private stillPaintedAt = 0;
  /** What stands still, painted once and put under what moves. */
  private readonly still = document.createElement('canvas');

  constructor(
    private readonly stores: Stores,
    private readonly elements: BenchElements,
    private readonly ui: BenchUi,
  ) {
    const { cluster, view } = stores;
    this.scene = new Scene(cluster, view, words);
    this.scene.comets = new Comets();
    this.scene.motions = new Motions();
    this.scene.named = (id) => this.graph.point(id);
    this.hands = new Hands(stores, this.scene, () => this.handsChanged());
    this.anchors = new Anchors(elements.anchors, {
      select: (name) => view.select({ kind: 'machine', key: name }),
      menu: (name, at) => {
        const row = cluster.machine(name);
        if (row) ui.setMenu({ at, thing: { kind: 'machine', row } });
      },
    });
    this.graph = new Graph(elements.graph, themes[view.theme], this.graphListener(), isSoftwareRendered() ? 1 : 'auto');
    this.camera = new FollowingCamera(this.graph, this.scene, view);
    this.listen();
    this.scene.update();
    this.resize();
    this.invalidate();
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    for (const stop of this.stops) stop();
    this.graph.destroy();
  }

  fit(): void {
    this.camera.fit();
  }

  zoomBy(factor: number): void {
    this.camera.zoomBy(factor);
  }

  /** Brings a subject into the middle of the window. */
  show(subject: string): void {
    const rect = this.scene.subjectRect(subject);
    if (!rect) return;
    this.camera.centreOn({ x: rect.x + rect.w / 2, y: rect.y + rect.h / 2 });
  }

  /** Asks for a picture in the next frame. */
  invalidate(): void {
    this.isStillStale = true;
    this.invalidateMoving();
  }

  /** Asks for a picture of what moves, above what stood still. */
  private invalidateMoving(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame((wall) => {
      this.frame = 0;
      this.paint(wall);
    });
  }

  private listen(): void {
    const { cluster, view } = this.stores;
    const { root } = this.elements;
    this.stops.push(cluster.subscribe((change) => this.clusterChanged(change)));
    this.stops.push(
      reaction(
        () => [view.theme, view.language] as const,
        () => {
          this.graph.recolour(themes[view.theme]);
          this.stale();
        },
      ),
      reaction(
        () => [view.selection, view.namespace, view.litSubjects, view.positions, view.isMotionReduced] as const,
        () => this.stale(),
      ),
    );
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(root);
    this.stops.push(() => observer.disconnect());
    const on = <K extends keyof HTMLElementEventMap>(name: K, handler: (event: HTMLElementEventMap[K]) => void): void => {
      root.addEventListener(name, handler, { capture: true });
      this.stops.push(() => root.removeEventListener(name, handler, { capture: true }));
    };
    on('mousemove', (event) => this.pointerMoved(event));
    on('mousedown', (event) => this.pointerMoved(event));
    on('touchstart', (event) => event.touches[0] && this.pointerMoved(event.touches[0]));
    on('mouseleave', () => this.pointerLeft());
    on('contextmenu', (event) => this.openMenu(event));
    on('keydown', (event) => this.key(event));
    const track = (event: MouseEvent): void => this.pointTo(event);
    window.addEventListener('mousemove', track, { capture: true });
    const escape = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && this.hands.holding) this.hands.cancel();
    };
    window.addEventListener('keydown', escape);
    this.stops.push(
      () => window.removeEventListener('mousemove', track, { capture: true }),
      () => window.removeEventListener('keydown', escape),
    );
    void document.fonts?.ready.then(() => {
      forgetWidths();
      this.invalidate();
    });
  }

  private graphListener(): ConstructorParameters<typeof Graph>[2] {
    return {
      viewport: () => {
        this.camera.moved();
        const zoom = Math.round(this.graph.camera.zoom * 20) / 20 || 0.05;
        if (zoom !== this.scene.zoom) {
          this.scene.zoom = zoom;
          this.isGraphStale = true;
        }
        this.invalidate();
      },
      steer: () => this.camera.steer(),
      tap: (id, world) => this.tap(id, world),
      hover: (id) => {
        this.scene.lookedAtService = id?.startsWith('service:') ? id.slice('service:'.length) : '';
        this.stale();
      },
      grab: () => {
        this.grabbed = this.scene.hover;
        this.ui.setTip(undefined);
      },
      drag: (corner) => {
        if (!this.hands.holding) this.takeGrabbed(corner);
        this.hands.carry(corner, this.placeUnderPointer());
      },
      free: () => void this.hands.drop(),
    };
  }

  /** Takes what was under the pointer when it was pressed, once; what was put back with Escape stays put until the next press. */
  private takeGrabbed(corner: Point): void {
    const thing = this.grabbed && this.thingOf(this.grabbed);
    this.grabbed = undefined;
    if (thing) this.hands.take(thing, corner);
  }

  private thingOf(hit: Hit): Thing | undefined {
    if (hit.kind === 'machine') {
      const row = this.stores.cluster.machine(hit.name);
      return row && { kind: 'machine', row };
    }
    if (hit.kind !== 'pod') return undefined;
    const entry = this.stores.cluster.podAt(hit.slot);
    return entry && { kind: 'pod', entry };
  }

  private clusterChanged(change: Change): void {
    if (change.packets.length > 0 && !change.isSnapshot) this.scene.comets?.take(change.packets, performance.now());
    if (change.topics.has('machines')) this.confirmPlaces();
    if (change.topics.has('machines') || change.topics.has('services') || change.topics.has('pods')) {
      this.scene.update();
      this.isGraphStale = true;
      if (!this.hands.holding) this.camera.keepInSight(this.size);
    }
    if (!this.stores.view.isMotionReduced) this.scene.motions?.start(this.scene, change, performance.now());
    this.camera.place(this.size);
    const isOnlyTime = [...change.topics].every((topic) => topic === 'clock' || topic === 'log');
    if (!isOnlyTime) this.invalidate();
    else if (this.stores.cluster.deadlines.length > 0 && performance.now() - this.stillPaintedAt > ringMilliseconds) this.invalidate();
    else if (change.packets.length > 0) this.invalidateMoving();
  }

  /** Once the world is as it was asked to be, its own word counts again. */
  private confirmPlaces(): void {
    for (const [name, place] of this.scene.expected) {
      const row = this.stores.cluster.machine(name);
      if (!row || this.truePlace(row.isPowered, row.isConnected) === place) this.scene.expected.delete(name);
    }
  }

  private truePlace(isPowered: boolean, isConnected: boolean): PlaceName {
    return !isPowered ? 'power-off' : !isConnected ? 'unplug' : 'rack';
  }

  private stale(): void {
    this.scene.update();
    this.isGraphStale = true;
    this.invalidate();
  }

  private handsChanged(): void {
    this.scene.update();
    this.isGraphStale = true;
    this.elements.root.classList.toggle('is-holding', this.hands.holding !== undefined);
    const { prospect } = this.hands;
    this.ui.setHeld(prospect && { at: this.pointer, text: prospect.text, isValid: prospect.isValid });
    this.invalidate();
  }

  private resize(): void {
    const { root, canvas } = this.elements;
    const w = root.clientWidth;
    const h = root.clientHeight;
    if (w === this.size.w && h === this.size.h) return;
    this.size = { w, h };
    this.ui.setSize(this.size);
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
    this.still.width = canvas.width;
    this.still.height = canvas.height;
    this.isStillStale = true;
    this.graph.resize();
    this.camera.resized(this.size);
    this.paint(performance.now());
  }

  private pointTo(event: { readonly clientX: number; readonly clientY: number }): void {
    const box = this.elements.root.getBoundingClientRect();
    this.pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  private get world(): Point {
    const { zoom, pan } = this.graph.camera;
    return { x: (this.pointer.x - pan.x) / zoom, y: (this.pointer.y - pan.y) / zoom };
  }

  private pointerMoved(event: {
    readonly clientX: number;
    readonly clientY: number;
    readonly buttons?: number;
    readonly type?: string;
  }): void {
    this.pointTo(event);
    const isDragging = event.type === 'mousemove' && (event.buttons ?? 0) !== 0;
    if (this.hands.holding || isDragging) return;
    const hit = this.scene.hitAt(this.world);
    const isSame = JSON.stringify(hit) === JSON.stringify(this.scene.hover);
    this.scene.hover = hit;
    if (!isSame) {
      this.offer(hit);
      this.invalidate();
    }
    const isPressed = (event.buttons ?? 0) !== 0;
    const tip = hit && !isPressed ? tipOf(this.scene, hit, this.stores.cluster.now(performance.now())) : undefined;
    this.ui.setTip(tip && !this.ui.menu ? { at: this.pointer, tip } : undefined);
  }

  /** Lets Cytoscape take hold of what can be carried: a machine by its handle or header, a pod by itself. */
  private offer(hit: Hit | undefined): void {
    const { root } = this.elements;
    const canTake = hit?.kind === 'pod' || (hit?.kind === 'machine' && hit.part !== 'body');
    root.classList.toggle('can-take', canTake);
    root.classList.toggle('can-select', hit?.kind === 'machine' && hit.part === 'body');
    if (hit?.kind === 'pod') this.graph.offer(hit.rect);
    else if (hit?.kind === 'machine' && canTake) this.graph.offer(cardRect(this.scene.machineAt(hit.name)));
    else this.graph.offer(undefined);
  }

  private pointerLeft(): void {
    if (this.hands.holding) return;
    this.scene.hover = undefined;
    this.ui.setTip(undefined);
    this.invalidate();
  }

  private openMenu(event: MouseEvent): void {
    event.preventDefault();
    this.pointTo(event);
    const hit = this.scene.hitAt(this.world);
    const thing = hit && this.thingOf(hit);
    this.ui.setTip(undefined);
    this.ui.setMenu(thing && { at: { x: event.clientX, y: event.clientY }, thing });
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.elements.root) return;
    const step = 60;
    const move = (x: number, y: number): void => this.camera.moveBy(x, y);
    if (event.key === 'ArrowLeft') move(step, 0);
    else if (event.key === 'ArrowRight') move(-step, 0);
    else if (event.key === 'ArrowUp') move(0, step);
    else if (event.key === 'ArrowDown') move(0, -step);
    else if (event.key === '+' || event.key === '=') this.zoomBy(1.2);
    else if (event.key === '-') this.zoomBy(1 / 1.2);
    else if (event.key === '0') this.fit();
    else if (event.key === 'Escape') this.stores.view.select(undefined);
    else return;
    event.preventDefault();
  }

  private tap(id: string, world: Point): void {
    const { view, host, cluster } = this.stores;
    const wall = performance.now();
    if (id.startsWith('service:')) view.select({ kind: 'service', key: id.slice('service:'.length) });
    else if (id === 'user') view.toggle('services');
    if (id !== '') return;
    const packet = packetNear(this.scene, (hop) => this.scene.hopPoint(hop, this.scene.named), world, wall);
    const hit = this.scene.hitAt(world);
    if (packet !== undefined && hit?.kind !== 'pod') view.select({ kind: 'packet', id: packet });
    else if (hit?.kind === 'machine') view.select({ kind: 'machine', key: hit.name });
    else if (hit?.kind === 'pod') {
      const entry = cluster.podAt(hit.slot);
      if (!entry) return;
      const key = `${entry.row.namespace}/${entry.row.name}`;
      const [deadline] = cluster.deadlinesOf(`Pod/${key}`);
      const isOnRing = deadline && hit.rect.w > 30 && world.x > hit.rect.x + hit.rect.w - 20;
      if (isOnRing) void host.send('skip', { deadline: deadline.id });
      else view.select({ kind: 'pod', key });
    } else view.select(undefined);
  }

  /** Where a drop place is on the screen: where it is drawn, or, while something is held and it is out of sight, at the edge. */
  private placeOnScreen(place: PlaceName): { readonly rect: Rect; readonly isEdge: boolean } {
    const rect = toScreen(this.graph.camera, this.scene.placeRect(place));
    if (place === 'rack') return { rect, isEdge: false };
    const seenWidth = Math.min(rect.x + rect.w, this.size.w) - Math.max(rect.x, 0);
    const seenHeight = Math.min(rect.y + rect.h, this.size.h) - Math.max(rect.y, 0);
    const isWellSeen =
      seenWidth >= Math.min(rect.w * 0.6, 120) && seenHeight >= Math.min(rect.h * 0.5, 60) && seenWidth > 24 && seenHeight > 16;
    if (isWellSeen) return { rect, isEdge: false };
    const index = ['bin', 'unplug', 'power-off'].indexOf(place);
    const top = Math.max(8, this.size.h / 2 - 1.5 * (edgeTarget.h + edgeTarget.gap));
    return {
      rect: { x: this.size.w - edgeTarget.w - 12, y: top + index * (edgeTarget.h + edgeTarget.gap), w: edgeTarget.w, h: edgeTarget.h },
      isEdge: true,
    };
  }

  private placeUnderPointer(): PlaceName | undefined {
    return places.find((place) => contains(this.placeOnScreen(place).rect, this.pointer));
  }

  private paint(wall: number): void {
    if (this.size.w === 0) return;
    const { view, cluster } = this.stores;
    if (this.isGraphStale) {
      this.isGraphStale = false;
      if (view.selection?.kind === 'service') this.scene.lookedAtService = view.selection.key;
      this.graph.sync(layers.flatMap((layer) => layer.elements?.(this.scene) ?? []));
    }
    const { camera } = this.graph;
    const state = { camera, width: this.size.w, height: this.size.h, colours: themes[view.theme], words, wall, now: cluster.now(wall) };
    if (this.isStillStale) {
      this.isStillStale = false;
      this.stillPaintedAt = wall;
      this.paintStill(state);
      this.placeAnchors(camera);
    }
    const g = this.elements.canvas.getContext('2d', { alpha: false });
    if (!g) return;
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.drawImage(this.still, 0, 0);
    scaleToPage(g);
    const painter = new Painter(g, { ...state, pass: 'bench' });
    for (const layer of layers) if (layer.isMoving) layer.paint?.(painter, this.scene);
    if (this.scene.held) {
      const hand = new Painter(g, { ...state, pass: 'hand' });
      for (const layer of layers) layer.paint?.(hand, this.scene);
    }
    if ((this.scene.comets?.size ?? 0) > 0 || (this.scene.motions?.size ?? 0) > 0 || isThreading(this.scene, wall)) this.invalidateMoving();
  }

  private paintStill(state: Omit<PainterState, 'pass'>): void {
    const g = this.still.getContext('2d', { alpha: false });
    if (!g) return;
    scaleToPage(g);
    g.fillStyle = state.colours.bench;
    g.fillRect(0, 0, state.width, state.height);
    const painter = new Painter(g, { ...state, pass: 'bench' });
    for (const layer of layers) if (!layer.isMoving) layer.paint?.(painter, this.scene);
  }

  private placeAnchors(camera: Camera): void {
    this.anchors.update(
      this.scene,
      (world) => toScreen(camera, world),
      (r) => isOnScreen(r, this.size),
    );
    const { holding } = this.hands;
    const over = this.scene.hover?.kind === 'place' ? this.scene.hover.place : undefined;
    for (const place of places) {
      const { rect, isEdge } = this.placeOnScreen(place);
      const takes = holding !== undefined && dropAt(holding, place) !== undefined;
      this.anchors.updateDrop(place, rect, { isEdge: isEdge && takes, takes, isHot: takes && over === place });
    }
  }
}

/** From here on a unit is a pixel of the page, whatever the screen has. */
function scaleToPage(g: CanvasRenderingContext2D): void {
  const ratio = window.devicePixelRatio || 1;
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
}

/** Whether the machine draws without graphics hardware: then every pixel costs the main thread. */
function isSoftwareRendered(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2');
  if (!gl) return true;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = info ? String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL)) : '';
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|software/i.test(renderer);
}
