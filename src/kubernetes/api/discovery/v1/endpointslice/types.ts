// EndpointSlice: a share of the addresses behind a Service.
import type { ObjectReference } from '@/kubernetes/api/core/v1/references.ts';
import type { KubeObject } from '@/kubernetes/apimachinery/meta/meta.ts';

export interface EndpointSlice extends KubeObject {
  readonly addressType: 'FQDN' | 'IPv4' | 'IPv6';
  readonly endpoints: readonly Endpoint[];
  readonly ports: readonly EndpointPort[];
}

export interface Endpoint {
  readonly addresses: readonly string[];
  readonly conditions: EndpointConditions;
  readonly hostname?: string;
  readonly targetRef?: ObjectReference;
  readonly deprecatedTopology?: Readonly<Record<string, string>>;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly hints?: EndpointHints;
}

export interface EndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

export interface EndpointHints {
  readonly forZones?: readonly ForZone[];
  readonly forNodes?: readonly ForNode[];
}

export interface ForZone {
  readonly name: string;
}

export interface ForNode {
  readonly name: string;
}

export interface EndpointPort {
  readonly name?: string;
  readonly protocol: 'SCTP' | 'TCP' | 'UDP';
  readonly port?: number;
  readonly appProtocol?: string;
}
