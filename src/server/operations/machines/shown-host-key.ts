import 'server-only';
import { AppError } from '@/server/errors/app-error';
import { describeHostKey, type PinnedHostKey, type PresentedHostKey } from '@/server/ssh/host-key';

const refused = (cause?: unknown) => {
  const sentence = 'This is no host key that a check has shown. Run the check again.';
  return new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { hostKey: sentence }, cause });
};

/** Reads a host key that a browser sends back after it was shown. Throws input.invalid at `hostKey`. */
export function readShownHostKey({ type, key }: PinnedHostKey): PresentedHostKey {
  let presented: PresentedHostKey;
  try {
    presented = describeHostKey(Buffer.from(key, 'base64'));
  } catch (error) {
    throw refused(error);
  }
  // Node decodes base64 with anything in between; only the form that was shown comes back the same.
  if (presented.type !== type || presented.key !== key) throw refused();
  return presented;
}
