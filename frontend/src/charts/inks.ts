/** The console's colours as plain values: the drawing library mixes them and cannot read CSS names. */

const SERIES = ["brand", "good", "warn", "violet", "rose", "sky", "slate", "grey-strong"] as const;
const SINGLE = ["text", "soft", "line", "fill", "sheet", "brand", "good", "warn", "bad", "grey"] as const;

export type Inks = Record<(typeof SINGLE)[number], string> & { series: readonly string[] };

/** As the page shows them now: in the dark mode they are others. */
export function inksNow(): Inks {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    ...(Object.fromEntries(SINGLE.map((name) => [name, value(name)])) as Record<(typeof SINGLE)[number], string>),
    series: SERIES.map(value),
  };
}
