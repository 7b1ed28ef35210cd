// Speaks HTTPS to a host's API server without kubectl: for what kubectl cannot say (a status patch, another user's certificate, no certificate at all).
import { readFileSync } from 'node:fs';
import { request as send } from 'node:https';
import { parse } from 'yaml';

/** The parts of a kubeconfig that a client needs. */
export interface Access {
  readonly server: string;
  readonly authority: string;
  readonly certificate?: string;
  readonly key?: string;
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string } }];
  readonly users: readonly [{ readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string } }];
}

const plain = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

/** Reads the one cluster and the one user of a kubeconfig that a host wrote. */
export function accessOf(kubeconfig: string): Access {
  const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
  const { cluster } = clusters[0];
  const { user } = users[0];
  return {
    server: cluster.server,
    authority: plain(cluster['certificate-authority-data']),
    certificate: plain(user['client-certificate-data']),
    key: plain(user['client-key-data']),
  };
}

export interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** One request over HTTP/1.1 on a connection of its own; a body that is no text is sent as JSON. */
export function ask(access: Access, asked: Asked): Promise<Answered> {
  const text = typeof asked.body === 'string' || asked.body === undefined ? asked.body : JSON.stringify(asked.body);
  const method = asked.method ?? (text === undefined ? 'GET' : 'POST');
  const headers = { accept: 'application/json', ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...asked.headers };
  return new Promise((resolve, reject) => {
    const outgoing = send(`${access.server}${asked.path}`, { method, headers, ca: access.authority, cert: access.certificate, key: access.key, agent: false }, (response) => {
      let answer = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (answer += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: answer }));
    });
    outgoing.on('error', reject);
    outgoing.end(text);
  });
}
