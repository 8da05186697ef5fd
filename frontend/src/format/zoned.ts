/** Wall-clock times of a zone, as a datetime-local input holds them ("2026-03-02T10:00"), and the instants they mean. */

function wallClock(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? "00";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The instant of a wall-clock time; one that a change of clocks skips or doubles is taken with the offset before the change. */
export function instantOf(local: string, zone: string): Date {
  const asUtc = Date.parse(`${local}:00Z`);
  // An offset from a day earlier is the one before any change of clocks on the day itself.
  const offset = (at: number) => Date.parse(`${wallClock(at, zone)}:00Z`) - at;
  const guess = asUtc - offset(asUtc - 86_400_000);
  return new Date(wallClock(guess, zone) === local ? guess : asUtc - offset(guess));
}

/** Ten in the morning of the day after `now`: inside every usual sending window. */
export function tomorrowAtTen(now: Date, zone: string): string {
  return `${wallClock(now.getTime() + 86_400_000, zone).slice(0, 10)}T10:00`;
}
