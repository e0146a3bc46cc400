'use client';

import { Button, Paper, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { LinkButton } from '@/app/_ui/link-button';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';
import { type RouterOutputs, useTRPC, useTRPCClient } from '@/trpc/client';

import type { ReachableEngine } from '../../../../_client-certificate/client-archive';
import { InsecureNotice } from '../../../../_client-certificate/insecure-notice';
import { SavedArchive } from '../../../../_client-certificate/saved-archive';
import { useNewCertificate } from '../../../../_client-certificate/use-new-certificate';

export interface ReissueFormProps {
  readonly team: string;
  readonly token: string;
  readonly offer: RouterOutputs['certificates']['reissue']['describeLink'];
  readonly engines: readonly ReachableEngine[];
}

/** Makes the new key here, has it signed by the link's right, and hands both over as one archive. */
export function ReissueForm({ team, token, offer, engines }: ReissueFormProps) {
  const t = useTranslations('reissue');
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const make = useNewCertificate({
    team,
    engines,
    sign: ({ csrPem }) => client.certificates.reissue.redeemLink.mutate({ team, token, csrPem }),
    onSaved: () => void queryClient.invalidateQueries(trpc.certificates.pathFilter()),
  });
  if (make.data) {
    return (
      <SavedArchive
        team={team}
        archive={make.data}
        actions={
          <LinkButton size="xs" variant="default" href={paths.certificates(team)}>
            {t('devices')}
          </LinkButton>
        }
      >
        <Text size="sm">{t('done', { device: offer.deviceName })}</Text>
      </SavedArchive>
    );
  }
  return (
    <Paper withBorder p={16} maw={640}>
      <Stack gap={12} align="flex-start">
        <Text size="sm">{t('offer', { device: offer.deviceName })}</Text>
        <Text size="sm" c="dimmed">
          {t('ends')} <RelativeTime at={offer.expiresAt} />
        </Text>
        <InsecureNotice />
        <CallError error={make.error} />
        <Button
          loading={make.isPending}
          leftSection={<IconKey size={16} aria-hidden />}
          onClick={() => make.mutate({ deviceName: offer.deviceName })}
        >
          {t('make')}
        </Button>
        {make.isPending && (
          <Text size="sm" aria-live="polite">
            {t('making')}
          </Text>
        )}
      </Stack>
    </Paper>
  );
}
