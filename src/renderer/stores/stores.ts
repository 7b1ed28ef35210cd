// What every component of the window may reach: the mirror, the window's own state, and the host.
import { createContext, useContext } from 'react';
import type { Host } from '../bridge/host.ts';
import type { ClusterStore } from './cluster/cluster-store.ts';
import type { ViewStore } from './view/view-store.ts';

export interface Stores {
  readonly cluster: ClusterStore;
  readonly view: ViewStore;
  readonly host: Host;
}

const StoresContext = createContext<Stores | undefined>(undefined);
export const StoresProvider = StoresContext.Provider;

/** The stores of this window. Throws outside of a {@link StoresProvider}. */
export function useStores(): Stores {
  const stores = useContext(StoresContext);
  if (!stores) throw new Error('No stores here: wrap the tree in a StoresProvider.');
  return stores;
}
