// What floats over the bench as page elements: words beside the pointer, a tip, a menu.
import { makeAutoObservable } from 'mobx';
import type { Point } from './geometry.ts';
import type { Thing } from './gestures/gesture.ts';

export interface Tip {
  readonly title: string;
  readonly lines: readonly string[];
}

export class BenchUi {
  held: { readonly at: Point; readonly text: string; readonly isValid: boolean } | undefined;
  tip: { readonly at: Point; readonly tip: Tip } | undefined;
  /** Of the bench, for what must not run out of it. */
  size = { w: 0, h: 0 };
  menu: { readonly at: Point; readonly thing: Thing } | undefined;

  constructor() {
    makeAutoObservable(this, {}, { deep: false });
  }

  setHeld(held: BenchUi['held']): void {
    this.held = held;
  }

  setTip(tip: BenchUi['tip']): void {
    this.tip = tip;
  }

  setSize(size: BenchUi['size']): void {
    this.size = size;
  }

  setMenu(menu: BenchUi['menu']): void {
    this.menu = menu;
  }
}
