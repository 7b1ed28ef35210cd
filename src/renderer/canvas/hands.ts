// What the hand does: takes a thing, carries it, knows what letting go would do, lets go or puts it back. Knows no pointer and no canvas.
import type { FaultPreview } from '@/contract/commands/answers.ts';
import { spanWords, words } from '../locales/words.ts';
import type { Stores } from '../stores/stores.ts';
import { card, cardRect, overlap, type Point, type Rect } from './geometry.ts';
import { keyOf, nameOf, type GestureDescriptor, type PlaceName, type Thing } from './gestures/gesture.ts';
import { perform } from './gestures/perform.ts';
import { dropAt } from './gestures/registry.ts';
import type { Scene } from './scene.ts';

/** Upstream's defaults, for the first words until the host's own numbers come. */
const usual = { noticeSeconds: 50, replaceSeconds: 300 } as const;
const snapDistance = 90;

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
    this.held = { thing, from: corner };
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
    if (held.thing.kind === 'machine' && place === 'rack') this.rearrange(held.thing.row.name, corner);
    this.letGo();
  }

  /** What letting go would do now, in words. */
  get prospect(): Prospect | undefined {
    const { held, place } = this;
    if (!held || !this.scene.held) return undefined;
    const { thing } = held;
    const gesture = place && dropAt(thing, place);
    if (gesture) return { gesture, isValid: true, text: gesture.preview(thing, words, { ...this.factsOf(gesture, thing), span: spanWords }) };
    if (thing.kind === 'pod') return { isValid: false, text: words('gesture.podNowhere') };
    if (place === 'rack') {
      const isHome = this.isNearHome(thing.row.name, this.scene.held.at);
      return { isValid: true, text: words(isHome ? 'gesture.moveHome' : 'gesture.move', { name: thing.row.name }) };
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

  private isNearHome(name: string, corner: Point): boolean {
    const home = this.scene.homeOf(name);
    return Math.hypot(home.x - corner.x, home.y - corner.y) < snapDistance;
  }

  private rearrange(name: string, corner: Point): void {
    if (this.isNearHome(name, corner)) {
      this.stores.view.putMachine(name, undefined);
      return;
    }
    const wanted: Rect = cardRect({ x: Math.round(corner.x / 4) * 4, y: Math.round(corner.y / 4) * 4 });
    const isTaken = this.scene.cluster.machines.some(
      (row) => row.name !== name && overlap(wanted, cardRect(this.scene.machineAt(row.name))) > 0.2 * card.width * card.height,
    );
    if (!isTaken) this.stores.view.putMachine(name, wanted);
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

  /** From what the window sees: pods here, those that something would make anew, and upstream's usual times. */
  private estimate(thing: Thing): FaultPreview {
    if (thing.kind === 'pod') return { pods: 1, keepRunning: 0, replaced: 1, noticeSeconds: 0, replaceSeconds: 0 };
    const seats = this.scene.cluster.seats.at(thing.row.slot);
    const here = seats.flatMap((slot) => this.scene.cluster.podAt(slot) ?? []);
    const replaced = here.filter((entry) => /^(Deployment|ReplicaSet|ReplicationController|StatefulSet|Job)\//.test(entry.row.workload));
    return { pods: here.length, keepRunning: here.filter((entry) => entry.state.running > 0).length, replaced: replaced.length, ...usual };
  }
}
