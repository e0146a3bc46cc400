'use client';

import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import type { RefObject } from 'react';

import { useFocusFirstError } from '@/app/_forms/use-focus-first-error';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import type { BroughtClient } from './client-certificates-field';

interface ImportValues {
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly passphrase: string;
  readonly alsoClients: boolean;
  readonly clients: readonly BroughtClient[];
}

const empty: ImportValues = { certificatePem: '', keyPem: '', passphrase: '', alsoClients: false, clients: [] };

/** The values of the import dialog, and the call; what the server refuses stands at its field. */
export function useImport(team: string, formElement: RefObject<HTMLFormElement | null>) {
  const focusFirstError = useFocusFirstError(formElement);
  const t = useTranslations('authorities.import');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = useForm<ImportValues>({
    initialValues: empty,
    validate: {
      certificatePem: (value) => (value.trim() === '' ? t('missingCertificate') : null),
      keyPem: (value) => (value.trim() === '' ? t('missingKey') : null),
    },
  });
  const bring = useMutation(
    trpc.authorities.import.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: trpc.authorities.pathKey() }),
      onError: (error) => {
        form.setErrors({ ...findClientError(error)?.fieldErrors });
        focusFirstError();
      },
    }),
  );
  const submit = form.onSubmit(({ certificatePem, keyPem, passphrase, alsoClients, clients }) => {
    const missing = clients.flatMap(({ pem, membershipId }, index) =>
      alsoClients && (pem === '' || membershipId === null)
        ? [[`clientCertificates.${index}.pem`, t('missingClient')]]
        : [],
    );
    if (missing.length > 0) {
      form.setErrors(Object.fromEntries(missing) as Record<string, string>);
      focusFirstError();
      return;
    }
    bring.mutate({
      team,
      certificatePem,
      keyPem,
      alsoClients,
      ...(passphrase !== '' && { passphrase }),
      ...(alsoClients && {
        clientCertificates: clients.flatMap(({ pem, membershipId }) =>
          membershipId === null ? [] : [{ pem, membershipId }],
        ),
      }),
    });
  }, focusFirstError);
  return { form, submit, imported: bring.data, error: bring.error, isPending: bring.isPending };
}
