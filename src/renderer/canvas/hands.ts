// What the hand does: takes a thing, carries it, knows what letting go would do, lets go or puts it back. Knows no pointer and no canvas.
import type { FaultPreview } from '@/contract/commands/answers.ts';
import type { MachineRow } from '@/contract/feed/feed.ts';
import { spanWords, words } from '../locales/words.ts';
import type { PodEntry } from '../stores/cluster/cluster-store.ts';
import type { Stores } from '../stores/stores.ts';
import { card, cardRect, overlap, type Point } from './geometry.ts';
import { keyOf, nameOf, type GestureDescriptor, type PlaceName, type Thing } from './gestures/gesture.ts';
import { perform } from './gestures/perform.ts';
import { dropAt } from './gestures/registry.ts';
import type { Scene } from './scene.ts';

/** Upstream's defaults, for the first words until the host's own numbers come. */
const usual = { noticeSeconds: 50, evictSeconds: 300 } as const;
const snapDistance = 90;
const systemNamespace = 'kube-system';
const replacing = /^(Deployment|ReplicaSet|ReplicationController|StatefulSet|Job)\//;

/** What letting go would do at this moment. */
export interface Prospect {
  readonly gesture?: GestureDescriptor;
  readonly text: string;
  readonly isValid: boolean;
}

export class Hands {
  private held: { readonly thing: Thing; readonly from: Point } | undefined;
  private place: PlaceName | undefined;
  private readonly answers = new Map<string, FaultPreview>();

  constructor(
    private readonly stores: Stores,
    private readonly scene: Scene,
    private readonly changed: () => void,
  ) {}

  get holding(): Thing | undefined {
    return this.held?.thing;
  }

  take(thing: Thing, corner: Point): void {
    this.held = { thing, from: thing.kind === 'machine' ? this.scene.machineAt(thing.row.name) : corner };
    this.place = undefined;
    this.scene.held = { kind: thing.kind, key: keyOf(thing), at: corner };
    this.changed();
  }

  /** The thing is held with its corner at `corner`, over `place` (undefined: over nothing special). */
  carry(corner: Point, place: PlaceName | undefined): void {
    if (!this.held || !this.scene.held) return;
    this.scene.held.at = corner;
    this.place = place;
    this.scene.hover = place ? { kind: 'place', place } : undefined;
    this.changed();
  }

  /** Puts it back where it was. Nothing is sent. */
  cancel(): void {
    if (!this.held) return;
    this.stores.view.speak(words('gesture.putBack', { name: nameOf(this.held.thing) }));
    this.letGo();
  }

  /** Lets go: does the gesture of the place, or moves the machine on the bench, or puts the thing back. */
  async drop(): Promise<void> {
    const { held, place } = this;
    if (!held || !this.scene.held) return;
    const corner = this.scene.held.at;
    const gesture = place && dropAt(held.thing, place);
    if (gesture && place) {
      if (held.thing.kind === 'machine') this.expect(held.thing.row.name, place);
      this.letGo();
      const isDone = await perform(this.stores, gesture, held.thing);
      if (!isDone && held.thing.kind === 'machine') this.forget(held.thing.row.name);
      return;
    }
    if (held.thing.kind === 'machine' && this.canStand(held.thing.row, place)) this.rearrange(held.thing.row.name, corner, held.from);
    this.letGo();
  }

  /** What letting go would do now, in words. */
  get prospect(): Prospect | undefined {
    const { held, place } = this;
    if (!held || !this.scene.held) return undefined;
    const { thing } = held;
    const gesture = place && dropAt(thing, place);
    if (gesture)
      return {
        gesture,
        isValid: true,
        text: gesture.preview(thing, words, { ...this.factsOf(gesture, thing), replaced: this.replacedOf(thing), span: spanWords }),
      };
    if (thing.kind === 'pod') return { isValid: false, text: words('gesture.podNowhere') };
    if (this.canStand(thing.row, place)) {
      const { name } = thing.row;
      const other = this.machineUnder(name, this.scene.held.at);
      if (other) return { isValid: true, text: words('gesture.swap', { name, other }) };
      return { isValid: true, text: words(this.isNearHome(name, this.scene.held.at) ? 'gesture.moveHome' : 'gesture.move', { name }) };
    }
    return { isValid: false, text: words('gesture.nowhere', { name: nameOf(thing) }) };
  }

  private letGo(): void {
    this.held = undefined;
    this.place = undefined;
    this.scene.held = undefined;
    this.scene.hover = undefined;
    this.answers.clear();
    this.changed();
  }

  /** The machine stands where it was dropped until the feed says where it is. */
  private expect(name: string, place: PlaceName): void {
    this.scene.expected.set(name, place);
    window.setTimeout(() => this.forget(name), 1500);
  }

  private forget(name: string): void {
    if (this.scene.expected.delete(name)) this.changed();
  }

  /** A sound machine may stand anywhere on the bench but in the drop places. */
  private canStand(row: MachineRow, place: PlaceName | undefined): boolean {
    return (place === undefined || place === 'rack') && this.scene.placeOf(row) === 'rack';
  }

  private isNearHome(name: string, corner: Point): boolean {
    const home = this.scene.homeOf(name);
    return Math.hypot(home.x - corner.x, home.y - corner.y) < snapDistance;
  }

  /** A new place on the bench; on top of another machine the two change places. */
  private rearrange(name: string, corner: Point, from: Point): void {
    const { view } = this.stores;
    const other = this.machineUnder(name, corner);
    if (!other) {
      view.putMachine(
        name,
        this.isNearHome(name, corner) ? undefined : { x: Math.round(corner.x / 4) * 4, y: Math.round(corner.y / 4) * 4 },
      );
      return;
    }
    const theirs = this.scene.machineAt(other);
    for (const [machine, at] of [
      [name, theirs],
      [other, from],
    ] as const) {
      const home = this.scene.homeOf(machine);
      view.putMachine(machine, home.x === at.x && home.y === at.y ? undefined : { x: at.x, y: at.y });
    }
  }

  /** The sound machine that a card let go at `corner` would lie on. */
  private machineUnder(name: string, corner: Point): string | undefined {
    const wanted = cardRect(corner);
    return this.scene.cluster.machines.find(
      (row) =>
        row.name !== name &&
        this.scene.placeOf(row) === 'rack' &&
        overlap(wanted, cardRect(this.scene.machineAt(row.name))) > 0.3 * card.width * card.height,
    )?.name;
  }

  /** The host's numbers when they are here; they are asked for once per hold. */
  private factsOf(gesture: GestureDescriptor, thing: Thing): FaultPreview {
    const question = gesture.ask?.(thing);
    if (!question) return this.estimate(thing);
    const key = `${question.fault} ${question.target}`;
    const known = this.answers.get(key);
    if (known) return known;
    const estimate = this.estimate(thing);
    this.answers.set(key, estimate);
    this.stores.host.query('preview', question).then(
      (answer) => {
        if (!this.held || typeof answer?.noticeSeconds !== 'number') return;
        this.answers.set(key, answer);
        this.changed();
      },
      () => undefined,
    );
    return estimate;
  }

  /** From what the window sees, and upstream's usual times. */
  private estimate(thing: Thing): FaultPreview {
    const rest = { isInForce: false, stops: '', ...usual };
    if (thing.kind === 'pod') return { ...rest, pods: 1, systemPods: 0, containers: thing.entry.state.running, isControlPlane: false };
    const running = this.podsOn(thing.row.slot).filter((entry) => entry.state.running > 0);
    const own = running.filter((entry) => entry.row.namespace !== systemNamespace);
    return {
      ...rest,
      pods: own.length,
      systemPods: running.length - own.length,
      containers: running.length,
      isControlPlane: thing.row.role === 'control-plane',
    };
  }

  /** How many pods of a machine a controller would make anew. */
  private replacedOf(thing: Thing): number {
    if (thing.kind === 'pod') return 0;
    return this.podsOn(thing.row.slot).filter((entry) => replacing.test(entry.row.workload)).length;
  }

  private podsOn(slot: number): readonly PodEntry[] {
    return this.scene.cluster.seats.at(slot).flatMap((pod) => this.scene.cluster.podAt(pod) ?? []);
  }
}
