import { AppError } from '@/server/errors/app-error';

import { certificateText } from './names';

export interface ClientIdentity {
  readonly teamSlug: string;
  readonly memberId: string;
  readonly deviceId: string;
}

const pattern = /^urn:quaymaster:team:([^:]+):member:([^:]+):device:([^:]+)$/;

/**
 * Names a member's device in a client certificate: `urn:quaymaster:team:<slug>:member:<id>:device:<id>`, each part
 * percent-encoded, so that no part can pose as another. Throws input.invalid. Source: RFC 8141 2, RFC 5280 4.2.1.6.
 */
export function encodeClientUri({ teamSlug, memberId, deviceId }: ClientIdentity): string {
  const part = (value: string, field: string) => encodeURIComponent(certificateText(value, field));
  return [
    'urn:quaymaster',
    `team:${part(teamSlug, 'team.slug')}`,
    `member:${part(memberId, 'member.id')}`,
    `device:${part(deviceId, 'device.id')}`,
  ].join(':');
}

/** Takes the identity out of such a name again. Throws pki.certificate-invalid. */
export function parseClientUri(uri: string): ClientIdentity {
  const [, team, member, device] = pattern.exec(uri) ?? [];
  if (team !== undefined && member !== undefined && device !== undefined) {
    try {
      return {
        teamSlug: decodeURIComponent(team),
        memberId: decodeURIComponent(member),
        deviceId: decodeURIComponent(device),
      };
    } catch (cause) {
      throw new AppError({ code: 'pki.certificate-invalid', public: notOurs, internal: uri.slice(0, 200), cause });
    }
  }
  throw new AppError({ code: 'pki.certificate-invalid', public: notOurs, internal: uri.slice(0, 200) });
}

const notOurs = 'The certificate does not name a member and device of this console.';
