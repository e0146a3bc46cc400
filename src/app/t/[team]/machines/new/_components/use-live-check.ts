'use client';

import type { UseFormReturnType } from '@mantine/form';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

import { useHostCheck } from '@/app/_forms/check/use-host-check';
import { missingFields } from '@/app/_forms/option-values';
import type { ShownHostKey } from '@/lib/host-check';
import { useTRPCClient } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { type DriverDescription, type NewMachineValues, settingsOf } from './new-machine-values';

/** Long enough that somebody who types an address is not checked in the middle of it; leaving the field is quicker. */
const typingPauseMs = 1500;

export interface LiveCheckOptions {
  readonly team: string;
  readonly driver: DriverDescription;
  readonly form: UseFormReturnType<NewMachineValues>;
  readonly isReady: boolean;
}

const isFilled = (form: UseFormReturnType<NewMachineValues>, path: string): boolean => {
  const [section, name] = path.split('.');
  const value = section === 'options' && name !== undefined ? form.values.options[name] : undefined;
  return value !== undefined && value !== null && value !== '';
};

/** Checks the host as soon as everything that the driver needs is filled in, and again when it changes. */
export function useLiveCheck({ team, driver, form, isReady }: LiveCheckOptions) {
  const client = useTRPCClient();
  const check = useHostCheck();
  const { run, reset } = check;
  const settings = settingsOf(driver, form.values);
  // Only what the driver itself looks for can be taken at its provider.
  const name = driver.hasPrecheck ? { name: form.values.name } : {};
  const missing = missingFields(driver.options, form.values.options);
  const canCheck = missing.length === 0 && (driver.provisioning === 'ssh' || driver.hasPrecheck);
  const optionsKey = JSON.stringify([settings.options, name]);
  const wholeKey = JSON.stringify(settings);
  const [checked, setChecked] = useState<{ optionsKey: string; wholeKey: string }>();
  const seen = useRef<string>(undefined);

  const start = () => {
    later.cancel();
    seen.current = optionsKey;
    setChecked({ optionsKey, wholeKey });
    run((signal) => client.checks.run.mutate({ team, ...settings, ...name }, { signal }));
  };
  const later = useDebouncedCallback(() => {
    if (canCheck && seen.current !== optionsKey) start();
  }, typingPauseMs);

  useEffect(() => {
    if (!isReady || seen.current === optionsKey) return;
    if (canCheck) later();
    else reset();
    // The check belongs to the options; everything else is read when it starts.
    // oxlint-disable-next-line react/exhaustive-deps -- `later` reads the newest values when it runs
  }, [isReady, optionsKey, canCheck]);

  // The server judges the fields before it looks at the host; what is still empty is not wrong yet.
  const fieldErrors = findClientError(check.error)?.fieldErrors;
  const showFieldErrors = useRef((errors: Readonly<Record<string, string>>) => {
    for (const [path, message] of Object.entries(errors)) if (isFilled(form, path)) form.setFieldError(path, message);
  });
  useEffect(() => {
    showFieldErrors.current = (errors) => {
      for (const [path, message] of Object.entries(errors)) if (isFilled(form, path)) form.setFieldError(path, message);
    };
  });
  useEffect(() => {
    if (fieldErrors) showFieldErrors.current(fieldErrors);
  }, [fieldErrors]);

  // What a probe found to be wrong with a field, also with one that was left at its default, until the next check begins.
  const { probes } = check.view;
  const { setFieldError, clearFieldError } = form;
  const blamed = useRef<readonly string[]>([]);
  useEffect(() => {
    const errors = Object.assign({}, ...probes.map(({ result }) => result?.fieldErrors ?? {})) as Record<
      string,
      string
    >;
    for (const path of blamed.current) if (!(path in errors)) clearFieldError(path);
    for (const [path, message] of Object.entries(errors)) setFieldError(path, message);
    blamed.current = Object.keys(errors);
  }, [probes, setFieldError, clearFieldError]);

  const isCurrent = checked?.optionsKey === optionsKey;
  const hostKey: ShownHostKey | null = isCurrent ? check.view.hostKey : null;
  return {
    ...check,
    canCheck,
    missing,
    /** The engine settings changed since. */
    isStale: isCurrent && checked.wholeKey !== wholeKey,
    hostKey,
    start,
    /** For leaving a field: checks at once what the pause would check later. */
    hurry: () => {
      if (canCheck && seen.current !== optionsKey) start();
    },
  };
}

export type LiveCheck = ReturnType<typeof useLiveCheck>;
