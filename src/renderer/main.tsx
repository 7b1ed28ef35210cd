// Where the window begins.
import { pageWire } from './bridge/bridge.ts';
import { startWindow } from './start-window.tsx';

void startWindow(pageWire());
