'use client';

import { Tooltip } from '@mantine/core';
import { cloneElement, type MouseEvent, type ReactElement, useId } from 'react';

interface Disableable {
  readonly 'aria-disabled'?: boolean;
  readonly 'aria-describedby'?: string;
  readonly 'data-disabled'?: boolean;
  readonly closeMenuOnClick?: boolean | undefined;
  readonly onClick?: ((event: MouseEvent) => void) | undefined;
  readonly type?: string | undefined;
}

export interface DisabledReasonProps {
  /** Undefined when the control may be used; then it is left as it is. */
  readonly reason: string | undefined;
  /** One Mantine control: Button, ActionIcon, Menu.Item. Do not set its `disabled`, which would take it out of reach. */
  readonly children: ReactElement;
}

/** A control that cannot be used now but can be reached, and says why on hover, on focus and to screen readers. */
export function DisabledReason({ reason, children }: DisabledReasonProps) {
  const id = useId();
  if (reason === undefined) return children;

  const overrides: Disableable = {
    'aria-disabled': true,
    'aria-describedby': id,
    'data-disabled': true,
    // A submit button would send the form although its click is swallowed by nobody else.
    type: 'button',
    onClick: (event) => {
      event.preventDefault();
      event.stopPropagation();
    },
    ...(isMenuItem(children) && { closeMenuOnClick: false }),
  };
  return (
    <>
      <Tooltip label={reason}>{cloneElement(children as ReactElement<Disableable>, overrides)}</Tooltip>
      <span id={id} hidden>
        {reason}
      </span>
    </>
  );
}

const isMenuItem = (element: ReactElement) =>
  typeof element.type !== 'string' &&
  'displayName' in element.type &&
  String(element.type.displayName).endsWith('MenuItem');
