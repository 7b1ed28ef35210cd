// Which values the labels of nodes have, and how often: the domains that pods are spread over.
type Labels = Readonly<Record<string, string>> | undefined;

export class Topology {
  private readonly byKey = new Map<string, Map<string, number>>();

  /** The values of a label with the number of nodes of each; counted at the first question, kept up from then on. */
  domains(key: string, nodes: Iterable<{ readonly labels: Labels }>): ReadonlyMap<string, number> {
    let values = this.byKey.get(key);
    if (!values) {
      values = new Map();
      this.byKey.set(key, values);
      for (const { labels } of nodes) change(values, labels?.[key], 1);
    }
    return values;
  }

  add(labels: Labels, delta: 1 | -1): void {
    for (const [key, values] of this.byKey) change(values, labels?.[key], delta);
  }
}

function change(values: Map<string, number>, value: string | undefined, delta: number): void {
  if (value === undefined) return;
  const count = (values.get(value) ?? 0) + delta;
  if (count === 0) values.delete(value);
  else values.set(value, count);
}
