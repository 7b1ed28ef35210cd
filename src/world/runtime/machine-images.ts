// The images that a machine has on its disk, and pulling more.
import { ImagePullError, type ImageService, type ImageStatus } from '@/kubernetes/cri-api/images.ts';
import { milliseconds, seconds } from '@/simulation/clock/duration.ts';
import type { Process } from '@/simulation/process/process.ts';
import type { Task } from '@/simulation/process/task.ts';
import type { Random } from '@/simulation/random/random.ts';
import { parseReference } from '../registry/reference.ts';
import type { Registry, RegistryImage } from '../registry/registry.ts';

/** What pulling needs to know of its machine. */
export interface ImageHost {
  readonly process: Process;
  readonly random: Random;
  /** Whether packets from it reach the outside. */
  isOnline(): boolean;
}

const linkBytesPerSecond = 50_000_000;

/** Survives a loss of power: it is the machine's disk. */
export class MachineImages implements ImageService {
  private readonly byReference = new Map<string, RegistryImage>();

  constructor(
    private readonly registry: Registry,
    private readonly host: ImageHost,
  ) {}

  imageStatus(image: string): ImageStatus | undefined {
    return this.find(image)?.status;
  }

  listImages(): readonly ImageStatus[] {
    const byId = new Map<string, ImageStatus>();
    for (const { status } of this.byReference.values()) byId.set(status.id, status);
    return [...byId.values()];
  }

  *pullImage(image: string): Task<ImageStatus> {
    const { host } = this;
    const reference = parseReference(image);
    const resolving = milliseconds(host.random.within(250, 700));
    if (reference && !host.isOnline()) {
      yield* host.process.sleep(seconds(10));
      throw new ImagePullError(
        'ErrImagePull',
        `rpc error: code = Unavailable desc = failed to pull and unpack image "${reference.full}": failed to resolve reference "${reference.full}": failed to do request: Head "https://${reference.host}/v2/${reference.path}/manifests/${reference.tag || reference.digest}": dial tcp: lookup ${reference.host}: i/o timeout`,
      );
    }
    if (reference) yield* host.process.sleep(resolving);
    const found = this.registry.resolve(image);
    if (!this.byReference.has(found.reference.full)) {
      const wireBytes = found.status.sizeBytes;
      yield* host.process.sleep(seconds((wireBytes / linkBytesPerSecond) * host.random.within(0.85, 1.25)));
      while (!host.isOnline()) yield* host.process.sleep(seconds(5));
    }
    this.byReference.set(found.reference.full, found);
    return found.status;
  }

  // No wait: unlinking layers is quick beside everything else.
  *removeImage(image: string): Task<void> {
    const found = this.find(image);
    if (found) for (const [key, one] of this.byReference) if (one.status.id === found.status.id) this.byReference.delete(key);
  }

  /** Full names of all images that are here. */
  get references(): readonly string[] {
    return [...this.byReference.keys()];
  }

  /** Puts an image on the disk without pulling it: for what a machine is set up with. */
  preload(image: string): void {
    const found = this.registry.resolve(image);
    this.byReference.set(found.reference.full, found);
  }

  /** The image by name, repository digest or id. */
  find(image: string): RegistryImage | undefined {
    const reference = parseReference(image);
    const named = reference && this.byReference.get(reference.full);
    if (named) return named;
    for (const one of this.byReference.values()) {
      if (one.status.id === image || one.status.id === `sha256:${image}` || one.status.repoDigests.includes(image)) return one;
      if (reference?.digest && one.status.repoDigests.includes(`${reference.repository}@${reference.digest}`)) return one;
    }
    return undefined;
  }
}
