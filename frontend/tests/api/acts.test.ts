import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Act, finished, journeyAfter } from "@/api/acts";
import { codeOf } from "@/api/errors";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const asked = { id: "a1", kind: "exit", total: 5000, asked_at: "2026-03-02T02:00:00Z", changed: 0, error: "" };
const act = (fields: Partial<Act>) => ({ ...asked, state: "running", done: 0, result: null, ...fields }) as Act;

function progress(...answers: Act[]) {
  server.use(http.get("*/api/v1/journeys/j1/acts/a1/", () => HttpResponse.json(answers.shift())));
}

test("a small act has been done when it is answered", async () => {
  expect(await finished("j1", { changed: 3 }, () => expect.unreachable())).toEqual({ changed: 3 });
});

test("of a bigger one the progress is told until it ends, and its result is the answer", async () => {
  progress(act({ done: 2000 }), act({ done: 4000 }), act({ state: "done", done: 5000, result: { changed: 4999 } }));
  const told: number[] = [];
  const answer = await finished<{ changed: number }>("j1", act({ state: "queued" }), ({ done }) => told.push(done), 1);
  expect(answer).toEqual({ changed: 4999 });
  expect(told).toEqual([0, 2000, 4000]);
});

test("one that was broken off is an error with the server's code", async () => {
  progress(act({ state: "failed", error: "version_changed: Another version has been published meanwhile." }));
  const error = await finished("j1", act({}), () => undefined, 1).catch((thrown: unknown) => thrown);
  expect(codeOf(error)).toBe("version_changed");
});

test("what answers with the journey answers with it as it is at the end", async () => {
  progress(act({ state: "done", result: { shifted: 5000 } }));
  server.use(http.get("*/api/v1/journeys/j1/", () => HttpResponse.json({ id: "j1", state: "live", graph: {} })));
  const journey = { id: "j1", state: "paused", graph: {} };
  expect(await journeyAfter("j1", journey, () => expect.unreachable())).toBe(journey);
  expect((await journeyAfter<typeof journey>("j1", act({}), () => undefined, 1)).state).toBe("live");
});
