// CodeMirror in the window's clothes, showing one object as YAML.
import { yaml } from '@codemirror/lang-yaml';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorState } from '@codemirror/state';
import { EditorView, lineNumbers } from '@codemirror/view';
import { useEffect, useRef, type ReactElement } from 'react';
import { stringify } from 'yaml';
import { tags } from './yaml-tags.ts';

const highlighting = HighlightStyle.define([
  { tag: tags.propertyName, color: 'color-mix(in srgb, var(--done) 72%, var(--text))' },
  { tag: tags.string, color: 'var(--text)' },
  { tag: tags.number, color: 'var(--starting)' },
  { tag: tags.bool, color: 'var(--starting)' },
  { tag: tags.comment, color: 'var(--muted)' },
]);

const clothes = EditorView.theme({
  '&': { flex: '1', minHeight: '0', fontSize: '12px', backgroundColor: 'transparent', color: 'var(--text)' },
  '.cm-scroller': { fontFamily: 'var(--font-mono)', lineHeight: '1.5' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
});

/** The text that kubectl would print: without the fields' managers. */
export function yamlText(object: Readonly<Record<string, unknown>>): string {
  const metadata = object['metadata'];
  if (typeof metadata !== 'object' || metadata === null) return stringify(object);
  const { managedFields: _, ...rest } = metadata as Record<string, unknown>;
  return stringify({ ...object, metadata: rest });
}

export default function YamlView({
  object,
  label,
}: {
  readonly object: Readonly<Record<string, unknown>>;
  readonly label: string;
}): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const text = yamlText(object);
  useEffect(() => {
    if (!box.current) return undefined;
    const made = new EditorView({
      parent: box.current,
      state: EditorState.create({
        extensions: [
          lineNumbers(),
          yaml(),
          syntaxHighlighting(highlighting),
          clothes,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
        ],
      }),
    });
    editor.current = made;
    return () => {
      editor.current = null;
      made.destroy();
    };
  }, [label]);
  useEffect(() => {
    const view = editor.current;
    if (!view || view.state.doc.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text, label]);
  return <div className="yaml-view" ref={box} />;
}
