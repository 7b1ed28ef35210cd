// The kubeconfig: made anew, and written into a file that other clusters are in.
import { parse } from 'yaml';
import { beforeAll, expect, test } from 'vitest';
import { createCertificates, type Certificates } from './certificates.ts';
import { kubeconfigText } from './kubeconfig.ts';

interface Kubeconfig {
  readonly clusters: { readonly name: string; readonly cluster: Record<string, string> }[];
  readonly users: { readonly name: string; readonly user: Record<string, string> }[];
  readonly contexts: { readonly name: string; readonly context: Record<string, string> }[];
  readonly 'current-context': string;
  readonly preferences?: unknown;
}

let certificates: Certificates;
beforeAll(async () => {
  certificates = await createCertificates();
});
const read = (text: string): Kubeconfig => parse(text) as Kubeconfig;

test('names the server, its authority, and two ways to be the administrator', () => {
  const { clusters, users, contexts, 'current-context': current } = read(kubeconfigText('https://127.0.0.1:6443', certificates));
  expect(clusters[0]?.cluster.server).toBe('https://127.0.0.1:6443');
  expect(Buffer.from(clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString()).toBe(certificates.authority);
  expect(Buffer.from(users[0]?.user['client-key-data'] ?? '', 'base64').toString()).toBe(certificates.admin.key);
  expect(users[1]?.user).toEqual({ token: certificates.token });
  expect([current, ...contexts.map(({ name, context }) => `${name} ${context.user}`)]).toEqual(['kubarium', 'kubarium kubarium-admin', 'kubarium-token kubarium-token']);
});

const present = `# mine
apiVersion: v1
kind: Config
preferences: {colors: true}
clusters:
- name: work # do not lose this
  cluster: {server: "https://work.example"}
users:
- name: me
  user: {token: secret}
contexts:
- name: work
  context: {cluster: work, user: me}
current-context: work
`;

test('keeps other clusters and comments of the file that it is written into', () => {
  const text = kubeconfigText('https://127.0.0.1:1', certificates, present);
  const { clusters, users, contexts, preferences } = read(text);
  expect(text).toContain('# do not lose this');
  expect(clusters.map(({ name }) => name)).toEqual(['work', 'kubarium']);
  expect(users.map(({ name }) => name)).toEqual(['me', 'kubarium-admin', 'kubarium-token']);
  expect(contexts.map(({ name }) => name)).toEqual(['work', 'kubarium', 'kubarium-token']);
  expect(preferences).toEqual({ colors: true });
});

test('written twice holds the second once', () => {
  const twice = kubeconfigText('https://127.0.0.1:2', certificates, kubeconfigText('https://127.0.0.1:1', certificates, present));
  expect(read(twice).clusters.map(({ name, cluster }) => `${name} ${cluster.server}`)).toEqual(['work https://work.example', 'kubarium https://127.0.0.1:2']);
  expect(read(twice)['current-context']).toBe('kubarium');
});

test('lists that are missing are made', () => {
  expect(read(kubeconfigText('https://127.0.0.1:1', certificates, 'kind: Config\nusers: null\n')).users).toHaveLength(2);
});

test.each(['root:x:0:0:root', '[1, 2]', 'kind: Pod', 'a: [unfinished'])('refuses to write over what is no kubeconfig: %s', (text) => {
  expect(() => kubeconfigText('https://127.0.0.1:1', certificates, text)).toThrow('something else');
});
