'use client';

import type { UseFormReturnType } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';

import { useHostCheck } from '@/app/_forms/check/use-host-check';
import { paths } from '@/lib/paths';
import { useTRPC, useTRPCClient } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { errorsOf, type Hypervisor, type HypervisorValues, wayOf } from './hypervisor-values';

export interface HypervisorFormOptions {
  readonly team: string;
  readonly host: Hypervisor | undefined;
  readonly form: UseFormReturnType<HypervisorValues>;
  /** Called when the server refused, after the errors stand at their fields. */
  readonly onRefused: () => void;
}

/** Checking and saving what stands in the form. A key counts only for the address that has shown it. */
export function useHypervisorForm({ team, host, form, onRefused }: HypervisorFormOptions) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const router = useRouter();
  const check = useHostCheck();
  const { values } = form;
  const way = wayOf(values);
  const place = values.kind === 'local' ? 'local' : `${way.address} ${way.port}`;
  const [checkedPlace, setCheckedPlace] = useState<string>();

  const refuse = (error: unknown) => {
    form.setErrors(errorsOf(findClientError(error)?.fieldErrors));
    onRefused();
  };
  const fieldErrors = findClientError(check.error)?.fieldErrors;
  useEffect(() => {
    if (fieldErrors) form.setErrors(errorsOf(fieldErrors));
    // oxlint-disable-next-line react/exhaustive-deps -- the errors of one check are put at their fields once
  }, [fieldErrors]);

  const start = () => {
    form.clearErrors();
    setCheckedPlace(place);
    const request =
      values.kind === 'local'
        ? ({ kind: 'local' } as const)
        : ({ kind: 'ssh', ...way, ...(host && { id: host.id }) } as const);
    check.run((signal) => client.hypervisors.check.mutate({ team, host: request }, { signal }));
  };
  const leave = (id: string) => {
    void queries.invalidateQueries({ queryKey: trpc.hypervisors.pathKey() });
    router.push(paths.hypervisor(team, id));
  };
  const create = useMutation(
    trpc.hypervisors.create.mutationOptions({ onSuccess: ({ id }) => leave(id), onError: refuse }),
  );
  const update = useMutation(
    trpc.hypervisors.update.mutationOptions({ onSuccess: ({ id }) => leave(id), onError: refuse }),
  );
  const shown = checkedPlace === place && values.kind === 'ssh' ? check.view.hostKey : null;
  const hostKey = shown && { type: shown.type, key: shown.key };

  const run = () => {
    const { name } = values;
    if (values.kind === 'local') {
      if (host) update.mutate({ team, id: host.id, name });
      else create.mutate({ team, kind: 'local', name });
      return;
    }
    if (host) {
      update.mutate({ team, id: host.id, name, ssh: { ...way, ...(hostKey && { hostKey }) } });
      return;
    }
    const { sudoPassword, ...rest } = way;
    if (hostKey) {
      create.mutate({ team, kind: 'ssh', name, ...rest, hostKey, ...(sudoPassword && { sudoPassword }) });
    }
  };
  const needsCheck = values.kind === 'ssh' && !host && !shown;
  return {
    check: { ...check, start },
    hostKey: shown,
    /** Names the reason in the messages; null where it can be saved. */
    whyNot: needsCheck ? ('checkFirst' as const) : null,
    save: {
      run,
      error: create.error ?? update.error,
      isPending: create.isPending || update.isPending || create.isSuccess || update.isSuccess,
      fields: [
        'name',
        'kind',
        ...['address', 'port', 'user', 'sshKeyId', 'sudoPassword'].flatMap((one) => [one, `ssh.${one}`]),
      ],
    },
  };
}
