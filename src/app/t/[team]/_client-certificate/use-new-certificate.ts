'use client';

import { useMutation } from '@tanstack/react-query';

import { makeKeyAndRequest } from '@/lib/csr/request-key';
import { useTRPCClient } from '@/trpc/client';

import {
  archiveFor,
  type ClientArchive,
  type IssuedCertificate,
  type ReachableEngine,
  saveArchive,
} from './client-archive';

export interface NewCertificateInput {
  readonly deviceName: string;
  /** A request that was made elsewhere; without it the key is made here. */
  readonly csrPem?: string | undefined;
}

/** A request for the console to sign, and where its key was made. */
export interface SigningRequest {
  readonly deviceName: string;
  readonly csrPem: string;
  readonly origin: 'browser' | 'file';
}

export interface NewCertificateOptions<Input extends NewCertificateInput> {
  readonly team: string;
  /** The archive has lines to type for those of them that admit the certificate. */
  readonly engines: readonly ReachableEngine[];
  /** Has the console sign: a new certificate, a renewal, a reissue. */
  readonly sign: (request: SigningRequest, input: Input) => Promise<IssuedCertificate>;
  readonly onSaved?: (archive: ClientArchive, input: Input) => void;
  readonly onError?: (error: unknown) => void;
}

/**
 * From nothing to an archive on the member's disk: a key made in this browser with the team's key size, a request that the
 * console signs, and both packed and saved.
 */
export function useNewCertificate<Input extends NewCertificateInput>(options: NewCertificateOptions<Input>) {
  const { team, engines, sign } = options;
  const client = useTRPCClient();
  return useMutation({
    mutationFn: async (input: Input) => {
      const deviceName = input.deviceName.trim();
      const made =
        input.csrPem === undefined ? await makeHere(deviceName) : { csrPem: input.csrPem, privateKeyPem: null };
      const origin = made.privateKeyPem === null ? 'file' : 'browser';
      const issued = await sign({ deviceName, csrPem: made.csrPem, origin }, input);
      const admitting = await enginesThatAdmit(issued.certificateId);
      return archiveFor({ team, engines: admitting, deviceName, issued, privateKeyPem: made.privateKeyPem });
    },
    onSuccess: (archive, input) => {
      saveArchive(archive);
      options.onSaved?.(archive, input);
    },
    onError: (error) => options.onError?.(error),
  });

  async function enginesThatAdmit(id: string): Promise<readonly ReachableEngine[]> {
    try {
      const { machines } = await client.certificates.get.query({ team, id });
      return engines.filter(({ name }) => machines.some((machine) => machine.admitted && machine.name === name));
    } catch {
      // The key exists nowhere else yet: an archive without lines to type is better than none.
      return [];
    }
  }

  async function makeHere(commonName: string) {
    const { keyBits } = await client.certificates.policy.query({ team });
    return makeKeyAndRequest({ commonName, bits: keyBits });
  }
}
