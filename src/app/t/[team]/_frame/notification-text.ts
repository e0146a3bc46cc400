import type { useTranslations } from 'next-intl';

type NotificationsTranslator = ReturnType<typeof useTranslations<'notifications'>>;
type Key = Parameters<NotificationsTranslator['has']>[0];

/** What a notification says. A row may be older than these messages: its kind has to do then. */
export function notificationText(
  t: NotificationsTranslator,
  { kind, values }: { readonly kind: string; readonly values: Readonly<Record<string, string | number>> },
): string {
  const key = `kinds.${kind.replaceAll('.', '-')}` as Key;
  // The key's type is wide, and with it the values that it could want; the row has those of its kind.
  const given: Record<string, string | number> = { ...values };
  if (t.has(key)) return t(key, given);
  const words = kind.replaceAll(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
