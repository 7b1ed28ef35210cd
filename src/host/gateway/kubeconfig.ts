// The kubeconfig by which real clients find the cluster.
import { stringify } from 'yaml';
import type { Certificates } from './certificates.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** A kubeconfig with one cluster, one user (client certificate) and one current context named kubarium. */
export function kubeconfigText(server: string, certificates: Certificates): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'kubarium', cluster: { server, 'certificate-authority-data': base64(certificates.authority) } }],
    users: [
      {
        name: 'kubarium-admin',
        user: { 'client-certificate-data': base64(certificates.admin.certificate), 'client-key-data': base64(certificates.admin.key) },
      },
    ],
    contexts: [{ name: 'kubarium', context: { cluster: 'kubarium', user: 'kubarium-admin' } }],
    'current-context': 'kubarium',
  }, { lineWidth: 0 });
}
