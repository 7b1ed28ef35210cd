// Lazy MobX atoms by key: the mirror keeps plain maps, and only what a component really looks at costs an observer.
import { createAtom, type IAtom } from 'mobx';

/** Atoms made when first read and dropped when the last reader goes. */
export class Atoms {
  private readonly atoms = new Map<string, IAtom>();

  constructor(private readonly name: string) {}

  /** Says that the running observer depends on `key`. Costs nothing outside of an observer. */
  read(key: string): void {
    let atom = this.atoms.get(key);
    if (!atom) {
      atom = createAtom(`${this.name}.${key}`, undefined, () => {
        if (this.atoms.get(key) === atom) this.atoms.delete(key);
      });
      if (!atom.reportObserved()) return;
      this.atoms.set(key, atom);
      return;
    }
    atom.reportObserved();
  }

  /** Says that what `key` stands for has changed. Only inside an action. */
  changed(key: string): void {
    this.atoms.get(key)?.reportChanged();
  }

  /** How many keys are being looked at now. */
  get size(): number {
    return this.atoms.size;
  }
}
