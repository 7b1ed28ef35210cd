// The filtered event log, kept up to date line by line instead of being filtered anew on every frame.
import { passes, type LogFilter, type Logbook, type Occurrence } from '../../stores/cluster/logbook.ts';

export class LogView {
  private filter: LogFilter | undefined;
  private lastId = 0;
  private firstId = 0;
  private shown: Occurrence[] = [];

  /** The lines of `logbook` that pass `filter`, in order. Pass the same filter object as long as nothing about it changed. */
  update(logbook: Logbook, filter: LogFilter): readonly Occurrence[] {
    const { all } = logbook;
    const first = all[0]?.id ?? 0;
    if (filter !== this.filter || first !== this.firstId) {
      this.filter = filter;
      this.firstId = first;
      this.shown = all.filter((line) => passes(line, filter));
      this.lastId = all[all.length - 1]?.id ?? 0;
      return this.shown;
    }
    const fresh: Occurrence[] = [];
    for (let i = all.length - 1; i >= 0 && all[i]!.id > this.lastId; i--) if (passes(all[i]!, filter)) fresh.push(all[i]!);
    this.lastId = all[all.length - 1]?.id ?? this.lastId;
    if (fresh.length > 0) this.shown = [...this.shown, ...fresh.reverse()];
    return this.shown;
  }
}
