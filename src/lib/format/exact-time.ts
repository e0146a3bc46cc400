const parts = (at: Date, timeZone: string) => {
  const formatter = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'shortOffset',
  });
  const values = Object.fromEntries(formatter.formatToParts(at).map((part) => [part.type, part.value]));
  return {
    date: `${values['year']}-${values['month']}-${values['day']}`,
    time: `${values['hour']}:${values['minute']}:${values['second']}`,
    // Runtimes differ in how they write no offset: "GMT" or "GMT+0".
    zone: (values['timeZoneName'] ?? '').replace(/^GMT(\+0)?/, 'UTC'),
  };
};

/** "2026-03-04 14:00:05 UTC+1" in the given IANA zone: sortable, and the same in every language. Pure. */
export function formatExact(at: Date, timeZone: string): string {
  const { date, time, zone } = parts(at, timeZone);
  return `${date} ${time} ${zone}`;
}

/** "2026-03-04" in the given IANA zone. Pure. */
export function formatDate(at: Date, timeZone: string): string {
  return parts(at, timeZone).date;
}

/** "14:00:05" in the given IANA zone, for lines of a log. Pure. */
export function formatClock(at: Date, timeZone: string): string {
  return parts(at, timeZone).time;
}
