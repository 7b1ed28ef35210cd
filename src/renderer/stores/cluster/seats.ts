// Which seat of its machine a pod sits in: given when it comes, free when it goes, and never moved in between.

/** Seats of all machines and of the tray of pending pods (machine −1). */
export class Seats {
  private readonly rows = new Map<number, number[]>();
  private readonly placeOf = new Map<number, { machine: number; seat: number }>();
  private readonly highest = new Map<number, number>();
  private readonly holes = new Map<number, number>();

  /** Seats `pod` at `machine`; keeps its seat when it already sits there. Returns the seat. */
  place(pod: number, machine: number): number {
    const old = this.placeOf.get(pod);
    if (old?.machine === machine) return old.seat;
    if (old) this.release(pod);
    const row = this.rowOf(machine);
    const holes = this.holes.get(machine) ?? 0;
    const seat = holes > 0 ? row.indexOf(-1) : row.length;
    if (holes > 0) this.holes.set(machine, holes - 1);
    row[seat] = pod;
    this.placeOf.set(pod, { machine, seat });
    this.highest.set(machine, Math.max(this.highest.get(machine) ?? 0, seat + 1));
    return seat;
  }

  release(pod: number): void {
    const old = this.placeOf.get(pod);
    if (!old) return;
    this.placeOf.delete(pod);
    const row = this.rowOf(old.machine);
    row[old.seat] = -1;
    let holes = (this.holes.get(old.machine) ?? 0) + 1;
    while (row.length > 0 && row[row.length - 1] === -1) {
      row.pop();
      holes--;
    }
    this.holes.set(old.machine, holes);
    if (row.length === 0 && old.machine < 0) this.highest.delete(old.machine);
  }

  /** Pod slots by seat, −1 where a seat is free. Do not change it. */
  at(machine: number): readonly number[] {
    return this.rows.get(machine) ?? [];
  }

  seatOf(pod: number): number {
    return this.placeOf.get(pod)?.seat ?? -1;
  }

  /** The most seats that were taken at one time: a machine's card packs for these, so that packing changes seldom. */
  highWater(machine: number): number {
    return this.highest.get(machine) ?? 0;
  }

  clear(): void {
    this.rows.clear();
    this.placeOf.clear();
    this.highest.clear();
    this.holes.clear();
  }

  private rowOf(machine: number): number[] {
    let row = this.rows.get(machine);
    if (!row) this.rows.set(machine, (row = []));
    return row;
  }
}
