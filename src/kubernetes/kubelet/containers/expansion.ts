// `$(NAME)` in commands, arguments and values. Upstream: third_party/forked/golang/expansion/expand.go.

const reference = /\$(\$|\(([^)]*)\))/g;

/** Replaces what `valueOf` knows; what it does not know stays as it is, and `$$` is a plain `$`. */
export function expand(text: string, valueOf: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  return text.replace(reference, (whole, operator: string, name: string | undefined) => {
    if (operator === '$') return '$';
    return valueOf(name ?? '') ?? whole;
  });
}
