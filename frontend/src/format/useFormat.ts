import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSession } from "@/app/session";

export interface Format {
  /** An instant to the minute, in the workspace's zone. */
  time: (instant: string | null | undefined) => string;
  /** An instant to the second, in the workspace's zone. */
  second: (instant: string | null | undefined) => string;
  number: (value: number) => string;
  percent: (share: number) => string;
  /** A change of a share or a relative change, with its sign. */
  change: (share: number) => string;
  /** A decimal text in its currency. */
  money: (amount: { currency: string; value: string | number }) => string;
  /** Sums in several currencies, one beside the other: they are not added. */
  amounts: (amounts: readonly { currency: string; value: string | number }[]) => string;
  /** A date without a time, "2026-03-02". */
  day: (date: string) => string;
  /** A length of time in its largest whole unit. */
  span: (seconds: number) => string;
  zone: string;
}

const NOTHING = "–";
const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

const made = new Map<string, Format>();

/** Every card of a canvas asks for it, and to make one takes milliseconds. */
export function formatIn(locale: string, zone: string): Format {
  const key = `${locale} ${zone}`;
  const known = made.get(key);
  if (known) return known;
  const format = makeFormat(locale, zone);
  made.set(key, format);
  return format;
}

function makeFormat(locale: string, zone: string): Format {
  const minute = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    dateStyle: "medium",
    timeStyle: "short",
    hourCycle: "h23",
  });
  const second = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
    hourCycle: "h23",
  });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const change = new Intl.NumberFormat(locale, {
    style: "percent",
    maximumFractionDigits: 1,
    signDisplay: "exceptZero",
  });
  // A date is the same in every zone.
  const day = new Intl.DateTimeFormat(locale, { timeZone: "UTC", dateStyle: "medium" });
  const money: Format["money"] = ({ currency, value }) => moneyIn(locale, currency).format(value as number);
  return {
    time: (instant) => (instant ? minute.format(new Date(instant)) : NOTHING),
    second: (instant) => (instant ? second.format(new Date(instant)) : NOTHING),
    number: (value) => number.format(value),
    percent: (share) => percent.format(Number.isFinite(share) ? share : 0),
    change: (share) => change.format(Number.isFinite(share) ? share : 0),
    money,
    amounts: (amounts) => amounts.map(money).join(" + ") || NOTHING,
    day: (date) => day.format(new Date(`${date}T00:00:00Z`)),
    span: (seconds) => {
      const [unit, size] = UNITS.find(([, each]) => seconds >= each) ?? (["second", 1] as const);
      return new Intl.NumberFormat(locale, {
        style: "unit",
        unit,
        unitDisplay: "long",
        maximumFractionDigits: 1,
      }).format(seconds / size);
    },
    zone,
  };
}

const currencies = new Map<string, Intl.NumberFormat>();

function moneyIn(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = currencies.get(key);
  if (known) return known;
  // A code of no currency, such as an empty one, is not written before the number.
  const named = /^[A-Za-z]{3}$/.test(currency) ? { style: "currency" as const, currency } : {};
  const format = new Intl.NumberFormat(locale, { ...named, maximumFractionDigits: 2 });
  currencies.set(key, format);
  return format;
}

/** Dates in the workspace's zone and numbers by the language in use. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const zone = useSession().workspace.timezone;
  return useMemo(() => formatIn(i18n.language, zone), [i18n.language, zone]);
}
