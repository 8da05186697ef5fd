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

/** An instant as a datetime-local input of the zone shows it; empty when there is none or it cannot be read. */
export function localIn(instant: string | null | undefined, zone: string): string {
  const at = instant ? Date.parse(instant) : Number.NaN;
  return Number.isNaN(at) ? "" : wallClock(at, zone);
}

/** A wall-clock time of a zone as RFC 3339 with the zone's offset at that time: what an operator reads in it is what they typed. */
export function instantIn(local: string, zone: string): string {
  const at = instantOf(local, zone).getTime();
  const shown = wallClock(at, zone);
  const minutes = Math.round((Date.parse(`${shown}:00Z`) - at) / 60_000);
  const two = (value: number) => String(Math.trunc(value)).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${shown}:00${minutes < 0 ? "-" : "+"}${two(size / 60)}:${two(size % 60)}`;
}
