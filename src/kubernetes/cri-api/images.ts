// What a kubelet may ask about images. Upstream: cri-api ImageService.
import type { Task } from '@/simulation/process/task.ts';

export interface ImageStatus {
  /** `sha256:…` */
  readonly id: string;
  /** `docker.io/library/nginx:1.27` */
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly sizeBytes: number;
}

/** Why a pull failed; `reason` is upstream's waiting reason. */
export class ImagePullError extends Error {
  override readonly name = 'ImagePullError';
  constructor(
    readonly reason: 'ErrImagePull' | 'RegistryUnavailable' | 'InvalidImageName',
    message: string,
  ) {
    super(message);
  }
}

export interface ImageService {
  /** The image when it is on this machine, by any way of naming it. */
  imageStatus(image: string): ImageStatus | undefined;
  listImages(): readonly ImageStatus[];
  /** Takes as long as its size and the machine's link ask for. Throws {@link ImagePullError}. */
  pullImage(image: string): Task<ImageStatus>;
  removeImage(image: string): Task<void>;
}
