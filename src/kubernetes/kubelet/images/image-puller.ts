// Makes sure that a container's image is on the machine: pull policies, one pull at a time, back-off per pod and image.
// Upstream: pkg/kubelet/images/image_manager.go, puller.go (serialized, the default).
import { between, microseconds, minutes, plus, seconds, type Instant } from '@/simulation/clock/duration.ts';
import type { Context } from '@/simulation/process/process.ts';
import { Promised, type Task } from '@/simulation/process/task.ts';
import { Backoff } from '@/kubernetes/apimachinery/backoff/backoff.ts';
import type { Container, Pod } from '@/kubernetes/api/core/v1/pod/types.ts';
import { ImagePullError, type ImageService } from '@/kubernetes/cri-api/images.ts';
import type { DeadlineBoard } from '../deadlines/deadlines.ts';
import type { PodVoice } from '../pod-workers/pod-voice.ts';
import { subjectOf } from '../runtime/containers.ts';
import { rpcError } from '../runtime/rpc-error.ts';
import { goDuration } from './go-duration.ts';
import { StartRefusal } from './start-refusal.ts';

const firstDelay = seconds(10);
const maxDelay = minutes(5);

/** Docker's grammar of image names, as far as a kubelet checks it itself. */
const imageName = /^(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?(?:@[a-z0-9+._-]+:[a-fA-F0-9]{32,})?$/;

export interface ImagePullerMeans {
  readonly context: Context;
  readonly images: ImageService;
  readonly voice: PodVoice;
  readonly deadlines: DeadlineBoard;
  /** The machine has another image. */
  pulled(): void;
}

/** The images of one machine, as its kubelet gets them. */
export class ImagePuller {
  private readonly backoff = new Backoff(firstDelay, maxDelay);
  private readonly failures = new Map<string, { readonly text: string; readonly retryAt: Instant }>();
  private readonly turns: Promised<void>[] = [];
  private isPulling = false;
  private readonly context: Context;
  private readonly images: ImageService;
  private readonly voice: PodVoice;
  private readonly deadlines: DeadlineBoard;

  constructor(private readonly means: ImagePullerMeans) {
    this.context = means.context;
    this.images = means.images;
    this.voice = means.voice;
    this.deadlines = means.deadlines;
  }

  /** Returns when the image is there; throws {@link StartRefusal} when it will not be for now. */
  *ensure(pod: Pod, container: Container): Task<void> {
    const { image, imagePullPolicy } = container;
    if (!imageName.test(image)) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
      this.voice.event(pod, container, 'Warning', 'InspectFailed', message);
      throw new StartRefusal('InvalidImageName', message);
    }
    const isPresent = this.images.imageStatus(image) !== undefined;
    if (isPresent && imagePullPolicy !== 'Always') {
      this.voice.event(pod, container, 'Normal', 'Pulled', `Container image "${image}" already present on machine and can be accessed by the pod`);
      return;
    }
    if (imagePullPolicy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      this.voice.event(pod, container, 'Warning', 'ErrImageNeverPull', message);
      throw new StartRefusal('ErrImageNeverPull', message);
    }
    yield* this.pull(pod, container);
  }

  /** The pod is gone: its failures are forgotten. */
  forget(pod: Pod): void {
    for (const key of this.failures.keys()) {
      if (!key.startsWith(`${pod.metadata.uid}_`)) continue;
      this.failures.delete(key);
      this.deadlines.clear(`pull ${key}`);
    }
  }

  private *pull(pod: Pod, container: Container): Task<void> {
    const { image } = container;
    const key = `${pod.metadata.uid}_${image}`;
    const started = this.context.now;
    const failure = this.failures.get(key);
    if (failure && this.backoff.isInBackoffSinceUpdate(key, started)) {
      this.voice.event(pod, container, 'Normal', 'BackOff', `Back-off pulling image "${image}"`);
      this.voice.record(pod, 'ImagePullBackOff', `Image "${image}" is not tried again for ${goDuration(between(started, failure.retryAt))}`);
      throw new StartRefusal('ImagePullBackOff', `Back-off pulling image "${image}": ${failure.text}`, failure.retryAt);
    }
    this.failures.delete(key);
    this.deadlines.clear(`pull ${key}`);
    this.voice.event(pod, container, 'Normal', 'Pulling', `Pulling image "${image}"`);
    this.voice.record(pod, 'Pulling', `Pulling image "${image}" for container ${container.name}`);
    try {
      yield* this.takeTurn();
      const asked = this.context.now;
      const there = container.imagePullPolicy === 'Always' ? undefined : this.images.imageStatus(image);
      const { sizeBytes } = there ?? (yield* this.images.pullImage(image));
      if (there === undefined) this.means.pulled();
      const now = this.context.now;
      const took = `${goDuration(between(asked, now))} (${goDuration(between(started, now))} including waiting)`;
      this.voice.event(pod, container, 'Normal', 'Pulled', `Successfully pulled image "${image}" in ${took}. Image size: ${sizeBytes} bytes.`);
      this.voice.record(pod, 'Pulled', `Pulled image "${image}" in ${took}`);
      this.backoff.collectGarbage(now);
    } catch (error) {
      if (!(error instanceof ImagePullError)) throw error;
      throw this.failed(pod, container, key, error);
    } finally {
      this.endTurn();
    }
  }

  private failed(pod: Pod, container: Container, key: string, error: ImagePullError): StartRefusal {
    const { now } = this.context;
    const { image } = container;
    const text = rpcError(error.message);
    this.voice.event(pod, container, 'Warning', 'Failed', `Failed to pull image "${image}": ${text}`);
    this.voice.record(pod, error.reason, `Failed to pull image "${image}" for container ${container.name}: ${error.message}`);
    this.backoff.next(key, now);
    const delay = microseconds(this.backoff.get(key));
    const retryAt = plus(now, delay);
    const message = error.reason === 'RegistryUnavailable' ? `image pull failed for ${image} because the registry is unavailable: ${text}` : text;
    this.failures.set(key, { text: `${error.reason}: ${message}`, retryAt });
    this.deadlines.set({ id: `pull ${key}`, kind: 'backoff', subject: subjectOf(pod), start: now, due: retryAt, rule: `ImagePullBackOff ${goDuration(delay)}` });
    return new StartRefusal(error.reason, message);
  }

  private *takeTurn(): Task<void> {
    if (!this.isPulling) {
      this.isPulling = true;
      return;
    }
    const turn = new Promised<void>();
    this.turns.push(turn);
    const { cause } = this.context;
    yield* turn.wait();
    this.context.cause = cause;
  }

  private endTurn(): void {
    const next = this.turns.shift();
    if (next) next.resolve(undefined);
    else this.isPulling = false;
  }
}
