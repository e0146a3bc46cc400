'use client';

import { type ReactNode, useEffect, useRef } from 'react';

import classes from './new-machine.module.css';

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  /** Called when the focus leaves one of the section's fields. */
  readonly onLeaveField?: () => void;
  readonly children: ReactNode;
}

/** One titled part of the page. */
export function Section({ id, title, hint, onLeaveField, children }: SectionProps) {
  const element = useRef<HTMLElement>(null);
  const leave = useRef(onLeaveField);
  useEffect(() => {
    leave.current = onLeaveField;
  });
  useEffect(() => {
    const section = element.current;
    const onFocusOut = () => leave.current?.();
    section?.addEventListener('focusout', onFocusOut);
    return () => section?.removeEventListener('focusout', onFocusOut);
  }, []);
  return (
    <section ref={element} aria-labelledby={`${id}-title`} className={classes['section']}>
      <h2 id={`${id}-title`}>{title}</h2>
      {hint !== undefined && <p className={classes['hint']}>{hint}</p>}
      {children}
    </section>
  );
}
