// HTTP as the API server speaks it, without sockets: the gateway hands over parsed requests and sends what comes back.
import type { Credential } from '../../apimachinery/rest/rest.ts';

export interface HttpApiRequest {
  readonly method: string;
  /** Path without query, as sent (percent-encoded). */
  readonly path: string;
  /** Raw query without `?`. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** From the client certificate or the Authorization header; the gateway fills in `anonymous` when there is neither. */
  readonly credential: Credential;
}

/** A whole answer, or one that streams (watch, logs -f): `start` is called once and writes chunks until `end` or until the caller stops it. */
export type HttpApiResponse =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array }
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      start(write: (chunk: string | Uint8Array) => void, end: () => void): { stop(): void };
    };
