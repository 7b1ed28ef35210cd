// The kubeconfig by which real clients find the cluster.
import { isMap, isSeq, parseDocument, stringify, type Document } from 'yaml';
import type { Certificates } from './certificates.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

interface Named {
  readonly name: string;
}

/** One cluster, two users (by client certificate and by bearer token), a context for each; the certificate's is current. */
function entriesOf(server: string, certificates: Certificates): Readonly<Record<'clusters' | 'users' | 'contexts', readonly Named[]>> {
  const { authority, admin, token } = certificates;
  return {
    clusters: [{ name: 'kubarium', cluster: { server, 'certificate-authority-data': base64(authority) } } as Named],
    users: [
      { name: 'kubarium-admin', user: { 'client-certificate-data': base64(admin.certificate), 'client-key-data': base64(admin.key) } } as Named,
      { name: 'kubarium-token', user: { token } } as Named,
    ],
    contexts: [
      { name: 'kubarium', context: { cluster: 'kubarium', user: 'kubarium-admin' } } as Named,
      { name: 'kubarium-token', context: { cluster: 'kubarium', user: 'kubarium-token' } } as Named,
    ],
  };
}

/**
 * The text of a kubeconfig for this cluster. What `present` (the file's text so far) holds of other clusters is kept, comments included, as
 * tools that share one file do; only our entries and the current context are set. Throws a sentence when `present` is no kubeconfig.
 */
export function kubeconfigText(server: string, certificates: Certificates, present = ''): string {
  const entries = entriesOf(server, certificates);
  if (present.trim() === '') return stringify({ apiVersion: 'v1', kind: 'Config', ...entries, 'current-context': 'kubarium' }, { lineWidth: 0 });
  const document = parseDocument(present);
  if (document.errors.length > 0 || !isMap(document.contents) || document.get('kind') !== 'Config') throw new Error('it holds something else than a kubeconfig');
  for (const [list, own] of Object.entries(entries)) for (const entry of own) setNamed(document, list, entry);
  document.set('current-context', 'kubarium');
  return document.toString({ lineWidth: 0 });
}

function setNamed(document: Document, list: string, entry: Named): void {
  const present = document.get(list);
  const node = document.createNode(entry);
  if (!isSeq(present)) {
    document.set(list, document.createNode([entry]));
    return;
  }
  const at = present.items.findIndex((item) => isMap(item) && item.get('name') === entry.name);
  if (at < 0) present.items.push(node);
  else present.items[at] = node;
}
