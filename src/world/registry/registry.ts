// The image registries of the world: what an image name means, whether it exists, and how big it is.
import { fnv1a32 } from '@/base/hash.ts';
import { ImagePullError, type ImageStatus } from '@/kubernetes/cri-api/images.ts';
import { MemoryTree } from '../volumes/memory-tree.ts';
import type { ImageBehaviour } from './image-behaviour.ts';
import { parseReference, type ImageReference } from './reference.ts';

/** An image as a registry offers it. */
export interface RegistryImage {
  readonly reference: ImageReference;
  readonly behaviour: ImageBehaviour;
  readonly status: ImageStatus;
  /** The files of its root file system, shared by all its containers. */
  readonly files: MemoryTree | undefined;
  /** Nothing is known of this image: it runs as a generic process. */
  readonly isUnknown: boolean;
}

const publicHosts = [
  'docker.io',
  'registry.k8s.io',
  'k8s.gcr.io',
  'gcr.io',
  'ghcr.io',
  'quay.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
  'registry.gitlab.com',
  'docker.elastic.co',
  'nvcr.io',
  'lscr.io',
  'registry.access.redhat.com',
  'registry.redhat.io',
  'container-registry.oracle.com',
  'cr.fluentbit.io',
];
const publicSuffixes = ['.gcr.io', '.pkg.dev', '.azurecr.io', '.docker.io', '.quay.io'];
const absentWords =
  /nonexist|non-exist|not-exist|notexist|doesnt-exist|does-not-exist|doesnotexist|invalid|notfound|not-found|no-such|nosuch/;

/** See the file's header. Behaviours can be added while the world runs. */
export class Registry {
  private readonly byRepository = new Map<string, ImageBehaviour>();
  private readonly bySuffix = new Map<string, ImageBehaviour>();
  private readonly images = new Map<string, RegistryImage>();
  private readonly fileTrees = new Map<ImageBehaviour, MemoryTree | undefined>();

  constructor(
    behaviours: readonly ImageBehaviour[],
    /** What runs for an image that nobody described. */
    private readonly unknown: ImageBehaviour,
  ) {
    for (const behaviour of behaviours) this.addBehaviour(behaviour);
  }

  /** All behaviours, in order of name. */
  get behaviours(): readonly ImageBehaviour[] {
    const all = new Set([...this.byRepository.values(), ...this.bySuffix.values(), this.unknown]);
    return [...all].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Makes an image known; throws when a repository of it is taken. */
  addBehaviour(behaviour: ImageBehaviour): void {
    for (const pattern of behaviour.repositories) {
      const [map, key] = pattern.startsWith('*/') ? [this.bySuffix, pattern.slice(2)] : [this.byRepository, pattern];
      if (map.has(key)) throw new Error(`${behaviour.name}: ${pattern} already stands for ${map.get(key)?.name ?? ''}`);
      map.set(key, behaviour);
    }
    this.images.clear();
  }

  /** The image of that name. Throws {@link ImagePullError} in containerd's words when there is none. */
  resolve(image: string): RegistryImage {
    const known = this.images.get(image);
    if (known) return known;
    const reference = parseReference(image);
    if (!reference) {
      throw new ImagePullError(
        'InvalidImageName',
        `rpc error: code = InvalidArgument desc = failed to parse image reference ${JSON.stringify(image)}: invalid reference format`,
      );
    }
    this.refuseAbsent(reference);
    const found = this.describe(reference);
    this.images.set(image, found);
    return found;
  }

  /** How true the behaviour is that runs for that name; undefined when it is no name of an image. */
  fidelityOf(image: string): ImageBehaviour['fidelity'] | undefined {
    const reference = parseReference(image);
    return reference && (this.behaviourOf(reference) ?? this.unknown).fidelity;
  }

  private describe(reference: ImageReference): RegistryImage {
    const described = this.behaviourOf(reference);
    const behaviour = described ?? this.unknown;
    const digest = reference.digest || `sha256:${longHash(`${reference.repository}:${reference.tag} manifest`)}`;
    const status: ImageStatus = {
      id: `sha256:${longHash(`${reference.repository}:${reference.tag || reference.digest} config`)}`,
      repoTags: reference.tag ? [`${reference.repository}:${reference.tag}`] : [],
      repoDigests: [`${reference.repository}@${digest}`],
      sizeBytes: behaviour.sizeBytes(reference.tag),
    };
    if (!this.fileTrees.has(behaviour))
      this.fileTrees.set(behaviour, behaviour.files ? MemoryTree.of(behaviour.files) : undefined);
    return { reference, behaviour, status, files: this.fileTrees.get(behaviour), isUnknown: described === undefined };
  }

  private behaviourOf(reference: ImageReference): ImageBehaviour | undefined {
    const exact = this.byRepository.get(reference.repository);
    if (exact) return exact;
    const parts = reference.path.split('/');
    for (let at = 0; at < parts.length; at++) {
      const found = this.bySuffix.get(parts.slice(at).join('/'));
      if (found) return found;
    }
    return undefined;
  }

  private refuseAbsent(reference: ImageReference): void {
    const { host, full } = reference;
    const about = `failed to pull and unpack image "${full}": failed to resolve reference "${full}"`;
    const name = host.split(':')[0] ?? host;
    const isPublic = publicHosts.includes(name) || publicSuffixes.some((suffix) => name.endsWith(suffix));
    if (!isPublic) {
      const url = `https://${host}/v2/${reference.path}/manifests/${reference.tag || reference.digest}`;
      throw new ImagePullError(
        'ErrImagePull',
        `rpc error: code = Unavailable desc = ${about}: failed to do request: Head "${url}": dial tcp: lookup ${name}: no such host`,
      );
    }
    if (absentWords.test(reference.path)) {
      const why =
        host === 'docker.io'
          ? 'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
          : `${full}: not found`;
      throw new ImagePullError(
        'ErrImagePull',
        `rpc error: code = ${host === 'docker.io' ? 'Unknown' : 'NotFound'} desc = ${about}: ${why}`,
      );
    }
    if (absentWords.test(reference.tag))
      throw new ImagePullError('ErrImagePull', `rpc error: code = NotFound desc = ${about}: ${full}: not found`);
  }
}

/** 64 hexadecimal digits that depend on the text alone. */
function longHash(text: string): string {
  let hex = '';
  for (let part = 0; part < 8; part++)
    hex += fnv1a32(`${part} ${text}`, 0x811c9dc5 ^ Math.imul(part + 1, 0x9e3779b1))
      .toString(16)
      .padStart(8, '0');
  return hex;
}
