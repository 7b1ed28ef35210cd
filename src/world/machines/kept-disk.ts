// What of a machine's disk is kept between two runs: files and images. Containers are not: they end as with the power.
import { ImagePullError } from '@/kubernetes/cri-api/images.ts';
import type { Machine } from './machine.ts';

export interface KeptDisk {
  readonly images: readonly string[];
  readonly files: readonly { readonly path: string; readonly content: string; readonly mode: number }[];
}

export function keptDisk({ images, files }: Machine): KeptDisk {
  return { images: images.references, files: [...files.allFiles()] };
}

/** Puts on the disk what was kept; an image that the registry does not know any more is pulled again when it is asked for. */
export function restoreDisk({ images, files }: Machine, kept: KeptDisk): void {
  for (const { path, content, mode } of kept.files) files.directory('/').write(path, content, mode);
  for (const image of kept.images) {
    try {
      images.preload(image);
    } catch (error) {
      if (!(error instanceof ImagePullError)) throw error;
    }
  }
}
