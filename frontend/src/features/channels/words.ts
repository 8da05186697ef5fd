import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Words } from "@/api/channels";

/** A text of the server's in the language in use. */
export function useWords(): (words: Words) => string {
  const english = useTranslation().i18n.language === "en";
  return (words) => (english ? words.en : words.zh);
}

export const channelName = (t: TFunction, channel: string) => t(`privacy.channels.${channel}`, channel);

/** An ISO 8601 duration of seconds, or `month`, as people say it. */
export function windowText(t: TFunction, window: string): string {
  if (window === "month") return t("channels.window.month");
  const seconds = Number(/^PT(\d+)S$/.exec(window)?.[1]);
  if (!Number.isFinite(seconds)) return window;
  if (seconds % 86_400 === 0 && seconds > 86_400)
    return t("channels.window.days", { count: Math.round(seconds / 86_400) });
  if (seconds % 3_600 === 0) return t("channels.window.hours", { count: Math.round(seconds / 3_600) });
  if (seconds % 60 === 0) return t("channels.window.minutes", { count: Math.round(seconds / 60) });
  return t("channels.window.seconds", { count: seconds });
}
