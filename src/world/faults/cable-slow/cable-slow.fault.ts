// A long way: every message from and to the machine takes much longer.
import { milliseconds } from '@/simulation/clock/duration.ts';
import { cableFault } from '../cable.ts';

export const fault = cableFault({
  name: 'cable-slow',
  explain: 'Every message from and to the machine takes 300 ms longer, as over a bad long-distance line. Nothing is lost.',
  change: { extraLatency: milliseconds(300) },
  broken: ['CableSlowed', 'Messages from and to NAME now take 300 ms longer.'],
  repaired: ['CableQuickAgain', 'Messages from and to NAME are as quick as before.'],
});
