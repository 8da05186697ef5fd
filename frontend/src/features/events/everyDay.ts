export interface Volume {
  day: string;
  count: number;
}

const DAYS = 30;
const DAY_MS = 86_400_000;

/** The last thirty days of the zone, today last, also those without an event, which the server leaves out. */
export function everyDay(volumes: readonly Volume[], now: Date, zone: string): Volume[] {
  const counts = new Map(volumes.map(({ day, count }) => [day, count]));
  // The Swedish way to write a date is the ISO one. At noon UTC no change of clocks moves a date.
  const today = Date.parse(`${new Intl.DateTimeFormat("sv-SE", { timeZone: zone }).format(now)}T12:00:00Z`);
  return Array.from({ length: DAYS }, (_, index) => {
    const day = new Date(today - (DAYS - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { day, count: counts.get(day) ?? 0 };
  });
}
