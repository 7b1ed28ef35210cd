// Puts host, wire and mirror together: the window calls this once.
import type { ClusterStore } from '../stores/cluster/cluster-store.ts';
import { RemoteHost, type Host } from './host.ts';
import { IpcWire } from './ipc-wire.ts';
import { mirror, type Schedule } from './mirror.ts';
import { feedAddress, WebSocketWire } from './websocket-wire.ts';
import type { Wire } from './wire.ts';

/** The wire this page has: preload's when it runs in the desktop app, else a WebSocket to where the page came from. */
export function pageWire(): Wire {
  return window.kubarium ? new IpcWire(window.kubarium) : new WebSocketWire(feedAddress(window.location));
}

/** Connects `cluster` to the host at the end of `wire`. */
export function connect(cluster: ClusterStore, wire: Wire, schedule?: Schedule): Host {
  return new RemoteHost(wire, {
    feed: mirror(cluster, schedule),
    link: (isOpen) => cluster.setLink(isOpen ? 'open' : cluster.hello ? 'lost' : 'connecting'),
  });
}
