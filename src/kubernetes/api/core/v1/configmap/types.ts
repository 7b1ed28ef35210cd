// ConfigMap: texts that pods read.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface ConfigMap extends KubeObject {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}
