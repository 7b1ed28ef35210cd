// Tabs as ARIA has them: arrow keys move, the panel is named by its tab.
import { useId, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

interface TabsProps {
  readonly label: string;
  readonly tabs: readonly (readonly [key: string, text: string])[];
  readonly active: string;
  readonly onChange: (key: string) => void;
  readonly children: ReactNode;
}

export function Tabs({ label, tabs, active, onChange, children }: TabsProps): ReactElement {
  const id = useId();
  const move = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const index = tabs.findIndex(([key]) => key === active);
    const next = tabs[(index + step + tabs.length) % tabs.length]!;
    onChange(next[0]);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next[0]}"]`)?.focus();
  };
  return (
    <div className="tabs">
      <div className="tab-list" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map(([key, text]) => (
          <button
            key={key}
            type="button"
            role="tab"
            data-tab={key}
            id={`${id}-${key}`}
            aria-controls={`${id}-panel`}
            aria-selected={key === active}
            tabIndex={key === active ? 0 : -1}
            className="tab"
            onClick={() => onChange(key)}
          >
            {text}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${active}`} tabIndex={-1}>
        {children}
      </div>
    </div>
  );
}
