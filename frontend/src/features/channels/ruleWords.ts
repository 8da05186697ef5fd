/** What a rule does, in one sentence. */

import type { TFunction } from "i18next";
import { channelName } from "./words";

interface CapLike {
  most?: number | null;
  hours?: number | null;
  channels?: string[] | undefined;
  purposes?: string[] | undefined;
  tags?: string[] | undefined;
}

const joined = (t: TFunction, words: string[]) => words.join(t("channels.rules.and"));

export function capText(t: TFunction, { most, hours, channels = [], purposes = [], tags = [] }: CapLike): string {
  if (most === undefined || most === null || !hours) return "";
  return t("channels.rules.capText", {
    most,
    window: spanText(t, hours),
    channels: channels.length
      ? joined(
          t,
          channels.map((one) => channelName(t, one)),
        )
      : t("channels.rules.anyChannel"),
    purposes: purposes.length
      ? joined(
          t,
          purposes.map((one) => t(`channels.purposes.${one}`, one)),
        )
      : t("channels.rules.anyPurpose"),
    tags: tags.length ? t("channels.rules.withTags", { tags: joined(t, tags) }) : "",
  });
}

function spanText(t: TFunction, hours: number): string {
  return hours % 24 === 0
    ? t("channels.window.days", { count: hours / 24 })
    : t("channels.window.hours", { count: hours });
}

export function hoursText(
  t: TFunction,
  { channel, from, to }: { channel?: string; from?: string; to?: string },
): string {
  if (!from || !to) return "";
  return t("channels.rules.hoursText", {
    channel: channel ? channelName(t, channel) : t("channels.rules.anyChannel"),
    from,
    to,
  });
}
