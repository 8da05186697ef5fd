/** A play's parameters as its form holds them, and as the API is told. */

import dayjs, { type Dayjs } from "dayjs";
import type { PlayParameter } from "@/api/listing";
import type { JsonObject } from "@/api/types";
import { instantIn, localIn } from "@/format/zoned";

const CLOCK = "HH:mm";

/** The defaults; an instant is shown as the wall clock of `zone`. */
export function initialOf(parameters: readonly PlayParameter[], zone: string): JsonObject {
  return Object.fromEntries(
    parameters.map(({ key, kind, default: value }) => {
      if (kind === "time") return [key, dayjs(`2000-01-01T${value}`)];
      return [key, kind === "instant" ? localIn(String(value), zone) : value];
    }),
  );
}

export function parametersOf(parameters: readonly PlayParameter[], given: JsonObject, zone: string): JsonObject {
  return Object.fromEntries(
    parameters.map(({ key, kind }) => {
      const value = given[key];
      if (kind === "time") return [key, (value as Dayjs).format(CLOCK)];
      return [key, kind === "instant" ? instantIn(String(value), zone) : value];
    }),
  );
}
