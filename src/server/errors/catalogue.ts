/** One row of the catalogue: how an error travels over tRPC and whether the same call may succeed later. */
export interface ErrorEntry {
  readonly trpc:
    | 'BAD_REQUEST'
    | 'UNAUTHORIZED'
    | 'FORBIDDEN'
    | 'NOT_FOUND'
    | 'CONFLICT'
    | 'PRECONDITION_FAILED'
    | 'TOO_MANY_REQUESTS'
    | 'PAYLOAD_TOO_LARGE'
    | 'SERVICE_UNAVAILABLE'
    | 'INTERNAL_SERVER_ERROR';
  readonly title: string;
  readonly retryable: boolean;
}

/** Every error the product can answer with. A code has a page of the same name in docs/errors. */
export const errorCatalogue = {
  'auth.sign-in-required': { trpc: 'UNAUTHORIZED', title: 'Sign-in required', retryable: false },
  'auth.credentials-rejected': { trpc: 'UNAUTHORIZED', title: 'Email or password is wrong', retryable: false },
  'auth.too-many-attempts': { trpc: 'TOO_MANY_REQUESTS', title: 'Too many attempts', retryable: true },
  'auth.forbidden': { trpc: 'FORBIDDEN', title: 'Not allowed', retryable: false },
  'auth.link-invalid': { trpc: 'PRECONDITION_FAILED', title: 'The link is not valid', retryable: false },
  'auth.origin-rejected': { trpc: 'FORBIDDEN', title: 'Request from another site', retryable: false },
  'batch.not-found': { trpc: 'NOT_FOUND', title: 'Batch not found', retryable: false },
  'change.not-found': { trpc: 'NOT_FOUND', title: 'Change not found', retryable: false },
  'certificate.csr-files-off': { trpc: 'PRECONDITION_FAILED', title: 'Keys of the browser only', retryable: false },
  'certificate.not-found': { trpc: 'NOT_FOUND', title: 'Certificate not found', retryable: false },
  'certificate.wrong-state': { trpc: 'CONFLICT', title: 'The certificate is in another state', retryable: false },
  'authority.not-found': { trpc: 'NOT_FOUND', title: 'CA not found', retryable: false },
  'database.unreachable': { trpc: 'SERVICE_UNAVAILABLE', title: 'Database not reachable', retryable: true },
  'driver.unknown': { trpc: 'BAD_REQUEST', title: 'Unknown driver', retryable: false },
  'driver.unsupported': { trpc: 'PRECONDITION_FAILED', title: 'Not supported by this driver', retryable: false },
  'driver.unreachable': { trpc: 'SERVICE_UNAVAILABLE', title: 'Provider not reachable', retryable: true },
  'driver.failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'The driver failed', retryable: true },
  'input.invalid': { trpc: 'BAD_REQUEST', title: 'Check the fields', retryable: false },
  'input.too-large': { trpc: 'PAYLOAD_TOO_LARGE', title: 'Too large', retryable: false },
  'internal.invariant': { trpc: 'INTERNAL_SERVER_ERROR', title: 'Something is wrong in the console', retryable: false },
  'invitation.not-found': { trpc: 'NOT_FOUND', title: 'Invitation not found', retryable: false },
  'job.machine-busy': { trpc: 'CONFLICT', title: 'The machine has another job', retryable: true },
  'job.not-found': { trpc: 'NOT_FOUND', title: 'Job not found', retryable: false },
  'job.wrong-state': { trpc: 'CONFLICT', title: 'The job is in another state', retryable: false },
  'job.cancelled': { trpc: 'CONFLICT', title: 'Cancelled', retryable: false },
  'job.payload-outdated': { trpc: 'CONFLICT', title: 'The job is of an older version', retryable: false },
  'job.step-timeout': { trpc: 'INTERNAL_SERVER_ERROR', title: 'The step took too long', retryable: true },
  'machine.not-found': { trpc: 'NOT_FOUND', title: 'Machine not found', retryable: false },
  'machine.name-taken': { trpc: 'CONFLICT', title: 'Name already taken', retryable: false },
  'machine.wrong-state': { trpc: 'CONFLICT', title: 'The machine is in another state', retryable: false },
  'member.not-found': { trpc: 'NOT_FOUND', title: 'Member not found', retryable: false },
  'member.already': { trpc: 'CONFLICT', title: 'Already a member', retryable: false },
  'member.email-taken': { trpc: 'CONFLICT', title: 'Address has an account', retryable: false },
  'member.wrong-state': { trpc: 'CONFLICT', title: 'Suspended already, or not', retryable: false },
  'member.last-owner': { trpc: 'CONFLICT', title: 'The last owner', retryable: false },
  'operator.last': { trpc: 'CONFLICT', title: 'The last operator', retryable: false },
  'pki.ca-expired': { trpc: 'PRECONDITION_FAILED', title: 'The CA has expired', retryable: false },
  'pki.csr-invalid': { trpc: 'BAD_REQUEST', title: 'Certificate request not accepted', retryable: false },
  'pki.certificate-invalid': { trpc: 'BAD_REQUEST', title: 'Certificate not readable', retryable: false },
  'pki.key-invalid': { trpc: 'BAD_REQUEST', title: 'Private key not accepted', retryable: false },
  'pki.san-empty': { trpc: 'BAD_REQUEST', title: 'No address for the certificate', retryable: false },
  'provision.clock-skew': { trpc: 'PRECONDITION_FAILED', title: "The host's clock is off", retryable: true },
  'provision.command-failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'A command failed on the host', retryable: true },
  'provision.disk-full': { trpc: 'PRECONDITION_FAILED', title: 'Not enough disk space', retryable: true },
  'provision.engine-config-invalid': { trpc: 'BAD_REQUEST', title: 'Engine settings not accepted', retryable: false },
  'provision.engine-install-failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'Engine not installed', retryable: true },
  'provision.engine-missing': { trpc: 'PRECONDITION_FAILED', title: 'No engine on the host', retryable: false },
  'provision.engine-start-failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'Engine does not start', retryable: true },
  'provision.engine-verify-failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'Engine not reachable', retryable: true },
  'provision.gate-push-failed': {
    trpc: 'INTERNAL_SERVER_ERROR',
    title: 'The gate did not take over who gets in',
    retryable: true,
  },
  'provision.gate-start-failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'The gate does not start', retryable: true },
  'provision.gate-unavailable': { trpc: 'PRECONDITION_FAILED', title: 'No gate to be had', retryable: true },
  'provision.os-unsupported': {
    trpc: 'PRECONDITION_FAILED',
    title: 'Operating system not supported',
    retryable: false,
  },
  'provision.packages-locked': { trpc: 'CONFLICT', title: 'Package manager is busy', retryable: true },
  'provision.port-taken': { trpc: 'CONFLICT', title: 'Engine port in use', retryable: false },
  'provision.restore-failed': { trpc: 'INTERNAL_SERVER_ERROR', title: 'Host not fully restored', retryable: true },
  'provision.sudo-refused': { trpc: 'PRECONDITION_FAILED', title: 'No root rights', retryable: false },
  'reissue.not-found': { trpc: 'NOT_FOUND', title: 'Link not found', retryable: false },
  'resource.not-found': { trpc: 'NOT_FOUND', title: 'Resource not found', retryable: false },
  'resource.wrong-state': { trpc: 'CONFLICT', title: 'The resource is in another state', retryable: false },
  'rotation.not-found': { trpc: 'NOT_FOUND', title: 'Rotation not found', retryable: false },
  'rotation.not-ready': { trpc: 'PRECONDITION_FAILED', title: 'Not everybody is ready', retryable: false },
  'rotation.wrong-phase': { trpc: 'CONFLICT', title: 'The rotation is in another phase', retryable: false },
  'secrets.unreadable': { trpc: 'INTERNAL_SERVER_ERROR', title: 'A secret cannot be opened', retryable: false },
  'session.not-found': { trpc: 'NOT_FOUND', title: 'Session not found', retryable: false },
  'ssh.algorithms-unsupported': { trpc: 'PRECONDITION_FAILED', title: 'No common SSH algorithm', retryable: false },
  'ssh.auth-rejected': { trpc: 'PRECONDITION_FAILED', title: 'SSH sign-in refused', retryable: false },
  'ssh.connection-lost': { trpc: 'SERVICE_UNAVAILABLE', title: 'SSH connection lost', retryable: true },
  'ssh.host-key-changed': { trpc: 'CONFLICT', title: 'Host key changed', retryable: false },
  'ssh.key-in-use': { trpc: 'CONFLICT', title: 'SSH key in use', retryable: false },
  'ssh.key-invalid': { trpc: 'BAD_REQUEST', title: 'SSH key not readable', retryable: false },
  'ssh.key-name-taken': { trpc: 'CONFLICT', title: 'Name already taken', retryable: false },
  'ssh.key-not-found': { trpc: 'NOT_FOUND', title: 'SSH key not found', retryable: false },
  'ssh.name-unknown': { trpc: 'PRECONDITION_FAILED', title: 'Name not found', retryable: true },
  'ssh.not-ssh': { trpc: 'PRECONDITION_FAILED', title: 'Not an SSH server', retryable: false },
  'ssh.port-closed': { trpc: 'PRECONDITION_FAILED', title: 'Port closed', retryable: true },
  'ssh.timeout': { trpc: 'SERVICE_UNAVAILABLE', title: 'No answer in time', retryable: true },
  'ssh.unreachable': { trpc: 'SERVICE_UNAVAILABLE', title: 'Host not reachable', retryable: true },
  'tombstone.not-found': { trpc: 'NOT_FOUND', title: 'Tombstone not found', retryable: false },
  'tombstone.wrong-state': { trpc: 'CONFLICT', title: 'The tombstone is in another state', retryable: false },
  'team.not-found': { trpc: 'NOT_FOUND', title: 'Team not found', retryable: false },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorCatalogue;
