// Buttons: with words, or with an icon whose words are its accessible name.
import type { ReactElement, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly kind?: 'plain' | 'main' | 'quiet';
  readonly label?: string;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
}

export function Button({ onClick, children, kind = 'plain', label, isDisabled, isPressed }: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      className={`button is-${kind}`}
      onClick={onClick}
      aria-label={label}
      aria-pressed={isPressed}
      disabled={isDisabled}
    >
      {children}
    </button>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onClick: () => void;
  readonly isPressed?: boolean;
  readonly isDisabled?: boolean;
}

export function IconButton({ icon, label, onClick, isPressed, isDisabled }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="icon-button"
      onClick={onClick}
      aria-label={label}
      title={label}
      aria-pressed={isPressed}
      disabled={isDisabled}
    >
      <Icon name={icon} />
    </button>
  );
}
