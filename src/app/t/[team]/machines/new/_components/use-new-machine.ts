'use client';

import { useForm } from '@mantine/form';
import { useDebouncedCallback } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';

import type { ShownHostKey } from '@/lib/host-check';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { draftStorage } from './draft-storage';
import {
  type AccessChoice,
  type DriverDescription,
  enforcementOf,
  fromDraft,
  manyNames,
  manyOf,
  type NewMachineValues,
  settingsOf,
  swarmOf,
  toDraft,
  untouched,
} from './new-machine-values';

const draftPauseMs = 300;

export interface NewMachineOptions {
  readonly team: string;
  readonly driver: DriverDescription;
  readonly choices: readonly AccessChoice[];
  /** Called when the server refused, after the errors stand at their fields. */
  readonly onRefused: () => void;
}

/** The values of the page, kept over a reload, and the way to create the machine. */
export function useNewMachine({ team, driver, choices, onRefused }: NewMachineOptions) {
  const router = useRouter();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useForm<NewMachineValues>({ initialValues: untouched(driver, choices) });
  const [isRestored, setIsRestored] = useState(false);

  // Another driver's form takes the place of this one: what was typed a moment before goes with it.
  const keep = useDebouncedCallback(
    () => draftStorage.write({ team, driver: driver.id }, toDraft(driver, form.getValues())),
    { delay: draftPauseMs, flushOnUnmount: true },
  );

  // Storage exists in the browser only: the first render has to be the one that the server made.
  const restore = useRef(() => {
    const draft = draftStorage.read(team, driver.id);
    if (draft !== null) form.setValues(fromDraft({ driver, choices }, draft));
    setIsRestored(true);
  });
  useEffect(() => restore.current(), []);
  useEffect(() => {
    if (isRestored) keep();
  }, [isRestored, form.values, keep]);

  const leave = (href: string) => {
    keep.cancel();
    draftStorage.remove(team);
    void queries.invalidateQueries({ queryKey: trpc.machines.pathKey() });
    router.push(href);
  };
  const refuse = (error: unknown) => {
    form.setErrors({ ...findClientError(error)?.fieldErrors });
    onRefused();
  };
  const create = useMutation(
    trpc.machines.create.mutationOptions({
      onSuccess: ({ jobId }) => leave(paths.job(team, jobId)),
      onError: refuse,
    }),
  );
  const createMany = useMutation(
    trpc.machines.createMany.mutationOptions({
      onSuccess: ({ batchId }) => leave(paths.batch(team, batchId)),
      onError: refuse,
    }),
  );

  return {
    form,
    isRestored,
    error: create.error ?? createMany.error,
    isCreating: create.isPending || create.isSuccess || createMany.isPending || createMany.isSuccess,
    startOver: () => {
      draftStorage.remove(team);
      form.setValues(untouched(driver, choices));
      form.clearErrors();
      create.reset();
      createMany.reset();
    },
    create: (hostKey: ShownHostKey | null) => {
      const { access, name } = form.values;
      const enforcement = enforcementOf(driver, form.values);
      const swarm = swarmOf(driver, form.values);
      if (manyNames(name)) {
        createMany.mutate({
          team,
          name,
          ...manyOf(driver, form.values),
          access: [...access],
          enforcement,
          ...(swarm?.kind === 'join' && { swarm }),
        });
        return;
      }
      create.mutate({
        team,
        name,
        ...settingsOf(driver, form.values),
        access: [...access],
        enforcement,
        ...(swarm && { swarm }),
        ...(hostKey?.verdict === 'new' && { hostKey: { type: hostKey.type, key: hostKey.key } }),
      });
    },
  };
}
