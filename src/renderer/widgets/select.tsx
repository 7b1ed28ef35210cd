// A choice of one of few, drawn in the window's own clothes over the browser's own control.
import type { ReactElement } from 'react';

interface SelectProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
  readonly isMono?: boolean;
}

export function Select({ label, value, options, onChange, isMono }: SelectProps): ReactElement {
  return (
    <select
      className={isMono ? 'select is-mono' : 'select'}
      aria-label={label}
      title={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      {options.map(([key, text]) => (
        <option key={key} value={key}>
          {text}
        </option>
      ))}
    </select>
  );
}
