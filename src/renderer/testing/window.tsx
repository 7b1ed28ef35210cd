// A window for tests: real stores, a host that writes down what it is sent, components rendered with the English words.
import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';
import type { FeedMessage } from '@/contract/feed/feed.ts';
import type { Host } from '../bridge/host.ts';
import { startWords } from '../locales/words.ts';
import { ClusterStore } from '../stores/cluster/cluster-store.ts';
import { StoresProvider, type Stores } from '../stores/stores.ts';
import type { Memory } from '../stores/view/memory.ts';
import { ViewStore } from '../stores/view/view-store.ts';

// The page of the tests has no layout: lists that show only what is in sight need a height to begin with.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => 600 });

export interface TestWindow {
  readonly stores: Stores;
  /** Commands in order, as `name {"parameters"}`. */
  readonly sent: string[];
  feed(...messages: readonly FeedMessage[]): void;
  show(element: ReactElement): RenderResult;
}

/** A memory that lives as long as the test. */
export function testMemory(values: Record<string, unknown> = {}): Memory {
  return {
    read: <T,>(key: string, fallback: T): T => (key in values ? (values[key] as T) : fallback),
    write: (key, value) => {
      values[key] = value;
    },
  };
}

export function testWindow(memory: Memory = testMemory()): TestWindow {
  startWords('en');
  const sent: string[] = [];
  const host: Host = {
    send: (name, parameters) => {
      sent.push(`${name} ${JSON.stringify(parameters)}`);
      return Promise.resolve({ accepted: true, input: sent.length, time: '' });
    },
    query: (name) => Promise.reject(new Error(`Nobody answers ${name} here.`)),
  };
  const stores: Stores = { cluster: new ClusterStore(), view: new ViewStore(memory), host };
  return {
    stores,
    sent,
    feed: (...messages) => stores.cluster.apply(messages, 0),
    show: (element) => render(<StoresProvider value={stores}>{element}</StoresProvider>),
  };
}
