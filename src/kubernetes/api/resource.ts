// What one API resource says of itself: everything that the API server needs to serve it. One folder each, found by the registry.
import type { Described } from '@/base/registry.ts';
import type { Instant } from '@/simulation/clock/duration.ts';
import type { Random } from '@/simulation/random/random.ts';
import type { KubeObject } from '../apimachinery/meta/meta.ts';
import type { TablePrinter } from '../apimachinery/table/table.ts';
import type { FieldError } from '../apimachinery/validation/field-error.ts';
import type { UserInfo, Verb } from '../apimachinery/rest/rest.ts';

/** The circumstances of one write, for strategies. */
export interface WriteContext {
  readonly now: Instant;
  readonly random: Random;
  readonly user: UserInfo;
}

/** How writes to the main resource are prepared; unknown to status and scale, which have their own. */
export interface WriteStrategy<T> {
  /** Drops what a client may not set (status, generation …) and sets what the server sets. */
  prepareForCreate(object: T, context: WriteContext): T;
  /** Keeps what this endpoint may not change, raises the generation when the spec did. */
  prepareForUpdate(next: T, previous: T, context: WriteContext): T;
  /** Whether a PUT to a name that does not exist creates it. */
  readonly allowCreateOnUpdate?: boolean;
  /** Whether an update without resourceVersion is taken as it is. */
  readonly allowUnconditionalUpdate?: boolean;
}

/** Graceful deletion, for kinds that have it. */
export interface GracefulDeletion<T> {
  /** Seconds of grace for this object when the client asks for `requested` (undefined: its own); 0 deletes at once. */
  gracePeriodSeconds(object: T, requested: number | undefined): number;
}

/** The /scale subresource's way into the object. */
export interface ScaleAccess<T> {
  specReplicas(object: T): number;
  statusReplicas(object: T): number;
  /** The selector as text, as Scale.status.selector has it. */
  selector(object: T): string;
  withReplicas(object: T, replicas: number): T;
}

/** The resource whose storage this kind shares, and the ways between the two forms. */
export interface StoredForm<T> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  toStored(object: T): KubeObject;
  fromStored(stored: KubeObject): T;
}

/**
 * A served resource. `T` is the object as stored. All functions are pure and return the same reference when nothing changes, so that ten
 * thousand pods of one template share one spec.
 */
export interface ResourceDescriptor<T extends KubeObject = KubeObject> extends Described {
  /** `pods`, `deployments.apps`. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  readonly verbs: readonly Verb[];
  /** `status`, `scale`, `binding`, `eviction`, `log`, `finalize`, `token` …: what the API server has a handler for. */
  readonly subresources: readonly string[];
  /** The OpenAPI model's name in the facts: `io.k8s.api.apps.v1.Deployment`. */
  readonly model: string;
  readonly explain: string;
  /** Fills in what the author left out. Idempotent. */
  defaults(object: T): T;
  validate(object: T): readonly FieldError[];
  validateUpdate(next: T, previous: T): readonly FieldError[];
  readonly strategy: WriteStrategy<T>;
  /** For kinds with a status subresource. */
  readonly statusStrategy?: WriteStrategy<T> & {
    validateUpdate(next: T, previous: T): readonly FieldError[];
  };
  /** Fields that the status endpoint never owns, where that is more than the spec. Upstream: GetResetFields of the status strategy. */
  readonly statusResetFields?: readonly (readonly string[])[];
  readonly deletion?: GracefulDeletion<T>;
  /** Whether a deletion that says nothing of dependents leaves them behind. Upstream: DefaultGarbageCollectionPolicy. */
  readonly orphansByDefault?: boolean;
  /** The Warning that answers a deletion which says nothing of dependents. */
  readonly orphanWarning?: string;
  readonly scale?: ScaleAccess<T>;
  /** The text of the Warning header on every request, for a kind that is on its way out. */
  readonly deprecation?: string;
  /** Texts of Warning headers for a write. */
  warnings?(next: T, previous: T | undefined): readonly string[];
  /** Fields beside metadata.name and metadata.namespace that field selectors may name, with their values as text. */
  selectableFields?(object: T): Readonly<Record<string, string>>;
  readonly selectableFieldNames?: readonly string[];
  /** For a kind that is another form of a stored one: both share keys, revisions and watches. */
  readonly storedAs?: StoredForm<T>;
  readonly table: TablePrinter<T>;
}
