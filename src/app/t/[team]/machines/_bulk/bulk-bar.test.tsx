import { expect, it } from 'vitest';

import { render } from '@/app/_ui/render.test-support';
import type { Role } from '@/lib/role';

import { TeamRoleProvider } from '../../_frame/team-role';
import { BulkBar } from './bulk-bar';

/** Of each button the label, and why it cannot be used. */
const draw = (role: Role) => {
  const html = render(
    <TeamRoleProvider role={role}>
      <BulkBar team="harbour" selection={['edge-1']} onDone={() => undefined} />
    </TeamRoleProvider>,
  );
  const buttons = [...html.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)];
  return buttons.map(([, head = '', body = '']) => {
    const id = /aria-describedby="([^"]*)"/.exec(head)?.[1];
    const reason = id === undefined ? null : (new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(html)?.[1] ?? null);
    return [body.replaceAll(/<[^>]*>/g, ''), reason];
  });
};

it('names the role that each action needs, and offers a member what a member may', () => {
  const member = 'This needs the role member or higher.';
  const admin = 'This needs the role admin or higher.';
  const bar = (ofMembers: string | null) => [
    ['Start', ofMembers],
    ['Stop', ofMembers],
    ['Restart', ofMembers],
    ['Pause', ofMembers],
    ['Save and switch off', ofMembers],
    ['Set up again', ofMembers],
    ['Apply settings', admin],
    ['Change engine version', admin],
    ['Remove', ofMembers],
    ['Clear selection', null],
  ];
  expect(draw('viewer')).toEqual(bar(member));
  expect(draw('member')).toEqual(bar(null));
});
