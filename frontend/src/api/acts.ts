/** Acts upon many people: a small one has been done when it is answered; of a bigger one its progress is asked for until it ends. */

import { ask } from "./ask";
import { ActFailed } from "./errors";
import type { JsonObject, Schemas } from "./types";

export type Act = Schemas["Act"];

export function isAct(answer: object): answer is Act {
  return "total" in answer && "asked_at" in answer;
}

const EVERY = 1000;

/** What a small act answers at once, and a bigger one at its end. Throws ActFailed. */
export async function finished<T extends object>(
  journey: string,
  answer: T | Act,
  tell: (act: Act) => void,
  every = EVERY,
): Promise<T> {
  if (!isAct(answer)) return answer;
  let act: Act = answer;
  while (act.state === "queued" || act.state === "running") {
    tell(act);
    await new Promise((resolve) => setTimeout(resolve, every));
    act = await ask<Act>("get", `journeys/${journey}/acts/${act.id}/`);
  }
  if (act.state === "failed") throw new ActFailed(act.error);
  return act.result as T;
}

/** The same for what answers with the journey: that of a bigger act is read afresh at its end. */
export async function journeyAfter<J extends { id: string; graph: unknown }>(
  journey: string,
  answer: J | Act,
  tell: (act: Act) => void,
  every = EVERY,
): Promise<J> {
  if (!isAct(answer)) return answer;
  await finished<JsonObject>(journey, answer, tell, every);
  return ask<J>("get", `journeys/${journey}/`);
}
