import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import { gateAdminSocket, gateServedFile, gateServerFile } from './gate-files';
import { gateLibrary } from './gate-library';
import { gateFailure } from './push-admission';

/** PEM, the certificate with its chain where it has one. */
export interface GateTls {
  readonly certificate: string;
  readonly key: string;
}

/** As HAProxy reads it: all in one file; without empty lines, which end what is sent to its socket. */
export const serverFileText = ({ certificate, key }: GateTls): string =>
  `${certificate.trim()}\n${key.trim()}\n`.replaceAll('\r', '').replace(/\n{2,}/g, '\n');

/** A gate that is down takes the file at its next start. The copy that the gate's user reads goes last: it says what is loaded. */
const program = String.raw`${gateLibrary}
my $pem = do { local $/; <STDIN> };
my $changed = put('${gateServerFile}', $pem, mode => 0600);
my $served = get('${gateServedFile}');
if (defined $served && $served ne $pem && defined ask('${gateAdminSocket}', 'show info')) {
  $changed = 1;
  order("abort ssl cert ${gateServedFile}");
  my $answer = order("set ssl cert ${gateServedFile} <<\n$pem\n");
  failed('runtime', $answer) unless $answer =~ /ransaction (created|updated)/;
  $answer = order("commit ssl cert ${gateServedFile}");
  failed('runtime', $answer) unless $answer =~ /Success/;
  my @is = stat '${gateServedFile}';
  put('${gateServedFile}', $pem, mode => 0400, uid => $is[4], gid => $is[5]);
}
fact('changed', $changed ? 'yes' : 'no');
`;

/**
 * Gives the gate another certificate: new connections get it at once, open ones are not disturbed. Idempotent.
 * Throws provision.gate-push-failed.
 */
export async function replaceGateCertificate(ctx: ProvisionContext, tls: GateTls): Promise<{ changed: boolean }> {
  const { report, lines, exitCode } = await runScript(ctx, {
    name: "replace the gate's certificate",
    script: sh`perl -e ${program}`,
    stdin: serverFileText(tls),
    expect: 'any',
    timeoutMs: 60_000,
  });
  if (report.has('failed') || exitCode !== 0) throw gateFailure(report, { lines, exitCode });
  const changed = report.is('changed');
  ctx.log.info(changed ? 'The gate serves the new certificate.' : 'The gate had this certificate already.');
  return { changed };
}
