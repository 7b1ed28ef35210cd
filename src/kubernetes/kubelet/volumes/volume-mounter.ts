// Sets up the volumes of a pod on its machine and says where they are. Upstream: pkg/kubelet/volumemanager, pkg/volume.
import type { Task } from '@/simulation/process/task.ts';
import type { HostPathVolumeSource, Pod, Volume } from '@/kubernetes/api/core/v1/pod/types.ts';
import { ConnectionError, StatusError } from '@/kubernetes/apimachinery/rest/rest.ts';
import type { FileTree, MachineFiles } from '@/kubernetes/cri-api/files.ts';
import { claimNameOf, type ClaimedVolumes } from './claimed-volumes.ts';
import { PayloadTree } from './payload-tree.ts';
import { isPayloadVolume, payloadOf, VolumeError, type PayloadSources } from './payloads.ts';

/** One volume could not be set up. */
export class MountFailure extends Error {
  override readonly name = 'MountFailure';
}

/** A volume that is there: the tree, and the file within it when the volume is a single file of the host. */
export interface MountedVolume {
  readonly tree: FileTree;
  readonly file?: string;
  readonly isReadOnly: boolean;
}

const podsDirectory = '/var/lib/kubelet/pods';

/** Upstream's directory name of the plugin that a volume uses. */
function pluginOf(volume: Volume): string {
  if (volume.configMap) return 'kubernetes.io~configmap';
  if (volume.secret) return 'kubernetes.io~secret';
  if (volume.downwardAPI) return 'kubernetes.io~downward-api';
  if (volume.projected) return 'kubernetes.io~projected';
  return 'kubernetes.io~empty-dir';
}

/** See the file's head. Setting up twice gives the same trees, so a restarted kubelet finds what its forerunner made. */
export class VolumeMounter {
  constructor(
    private readonly files: MachineFiles,
    private readonly claimed: ClaimedVolumes,
  ) {}

  /** Sets up all volumes of the pod, in order. Throws {@link MountFailure} with upstream's message for the first that fails. */
  *mountAll(pod: Pod, sources: PayloadSources): Task<ReadonlyMap<string, MountedVolume>> {
    const mounted = new Map<string, MountedVolume>();
    for (const volume of pod.spec.volumes ?? []) {
      try {
        mounted.set(volume.name, yield* this.mount(pod, volume, sources));
      } catch (error) {
        if (!(error instanceof VolumeError) && !(error instanceof StatusError) && !(error instanceof ConnectionError)) throw error;
        throw new MountFailure(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
      }
    }
    return mounted;
  }

  /** Brings the volumes that are made from API objects up to date, for containers that have them mounted. */
  *refresh(pod: Pod, sources: PayloadSources): Task<void> {
    for (const volume of pod.spec.volumes ?? []) if (isPayloadVolume(volume)) yield* this.mount(pod, volume, sources);
  }

  /** Takes down all that the pod had. */
  unmountAll(podUid: string): void {
    this.claimed.release(podUid);
    for (const root of ['', '/dev/shm']) this.files.removeDirectory(`${root}${podsDirectory}/${podUid}`);
  }

  private *mount(pod: Pod, volume: Volume, sources: PayloadSources): Task<MountedVolume> {
    const path = `${podsDirectory}/${pod.metadata.uid}/volumes/${pluginOf(volume)}/${volume.name}`;
    if (isPayloadVolume(volume)) {
      const payload = yield* payloadOf(pod, volume, sources);
      const standing = this.files.exists(path) ? this.files.directory(path) : undefined;
      if (standing instanceof PayloadTree) {
        standing.replace(payload);
        return { tree: standing, isReadOnly: true };
      }
      const tree = new PayloadTree(payload);
      this.files.mount(path, tree);
      return { tree, isReadOnly: true };
    }
    if (volume.hostPath) return this.hostPath(volume.hostPath);
    if (volume.emptyDir) return { tree: volume.emptyDir.medium === 'Memory' ? this.inMemory(path) : this.files.directory(path), isReadOnly: false };
    const claimName = claimNameOf(pod, volume);
    if (claimName !== undefined) return yield* this.claimedVolume(pod, volume, claimName);
    const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
    throw new VolumeError(`volume plugin for ${kind} is not modelled`);
  }

  /** The directory behind a claim: on this machine's disk, where it outlives the pod. */
  private *claimedVolume(pod: Pod, volume: Volume, claimName: string): Task<MountedVolume> {
    const claimed = yield* this.claimed.of(pod, volume, claimName);
    const { metadata, spec } = claimed.volume;
    const isReadOnly = claimed.isReadOnly || (spec.accessModes?.every((mode) => mode === 'ReadOnlyMany') ?? false);
    if (spec.hostPath) return { ...this.hostPath(spec.hostPath), isReadOnly };
    if (spec.local) {
      if (!this.files.exists(spec.local.path)) {
        const detail = `path "${spec.local.path}" does not exist`;
        throw new VolumeError(`MountVolume.NewMounter initialization failed for volume "${metadata.name}" : ${detail}`);
      }
      return { tree: this.files.directory(spec.local.path), isReadOnly };
    }
    throw new VolumeError(`volume plugin of volume "${metadata.name}" is not modelled`);
  }

  /** A directory that does not outlive the machine's power: once its mount is gone, so is what was in it. */
  private inMemory(path: string): FileTree {
    const backing = `/dev/shm${path}`;
    if (!this.files.exists(path) || this.files.directory(path) !== this.files.directory(backing)) {
      this.files.removeDirectory(backing);
      this.files.mount(path, this.files.directory(backing));
    }
    return this.files.directory(path);
  }

  private hostPath(source: HostPathVolumeSource): MountedVolume {
    const { path, type = '' } = source;
    const slash = path.lastIndexOf('/');
    const parent = path.slice(0, slash) || '/';
    const name = path.slice(slash + 1);
    const stat = this.files.exists(parent) ? this.files.directory(parent).stat(`/${name}`) : undefined;
    const isFile = stat !== undefined && !stat.isDirectory;
    const check = (holds: boolean, what: string): void => {
      if (!holds) throw new VolumeError(`hostPath type check failed: ${path} is not a ${what}`);
    };
    if (type === 'File' || type === 'FileOrCreate' || (type === '' && isFile)) {
      if (type === 'FileOrCreate' && stat === undefined) this.files.directory(parent).write(`/${name}`, '');
      else check(isFile, 'file');
      return { tree: this.files.directory(parent), file: name, isReadOnly: false };
    }
    if (type === 'Directory') check(this.files.exists(path) || stat?.isDirectory === true, 'directory');
    if (type === 'Socket' || type === 'CharDevice' || type === 'BlockDevice') {
      check(false, type === 'Socket' ? 'socket' : type === 'CharDevice' ? 'character device' : 'block device');
    }
    return { tree: this.files.directory(path), isReadOnly: false };
  }
}
