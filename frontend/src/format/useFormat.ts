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
  zone: string;
}

const NOTHING = "–";

export function formatIn(locale: string, zone: string): Format {
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
  return {
    time: (instant) => (instant ? minute.format(new Date(instant)) : NOTHING),
    second: (instant) => (instant ? second.format(new Date(instant)) : NOTHING),
    number: (value) => number.format(value),
    percent: (share) => percent.format(Number.isFinite(share) ? share : 0),
    zone,
  };
}

/** Dates in the workspace's zone and numbers by the language in use. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  const zone = useSession().workspace.timezone;
  return useMemo(() => formatIn(i18n.language, zone), [i18n.language, zone]);
}
