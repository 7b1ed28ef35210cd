// Secret: bytes that pods read and nobody prints.
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface Secret extends KubeObject {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type: string;
}
