/** The name of the day of the week of a calendar day, which is the same in every zone. */
export function weekdayOf(day: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** By how much of what was before it is more or less; null where nothing was. */
export function changeOf(now: number, before: number): number | null {
  return before > 0 ? now / before - 1 : null;
}
