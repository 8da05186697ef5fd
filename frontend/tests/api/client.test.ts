import { HttpResponse, http } from "msw";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { api, dataOf } from "@/api/client";
import { ApiError, Unreachable } from "@/api/errors";
import { sessionQuery } from "@/api/queries";
import { speak } from "@/i18n";
import { serve } from "./server";

const { world, server, seen } = serve();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(async () => {
  server.resetHandlers();
  seen.length = 0;
  await speak("zh-CN");
});
afterAll(() => server.close());

test("nobody signed in is an answer, not an error", async () => {
  const query = sessionQuery.queryFn as () => Promise<unknown>;
  expect(await query()).toBeNull();
});

test("a refusal carries the server's code and words", async () => {
  const refused = dataOf(api.POST("/api/v1/session/", { body: { username: "a", password: "wrong" } }));
  await expect(refused).rejects.toMatchObject({
    status: 400,
    code: "invalid_login",
    message: "Wrong username or password.",
  });
});

test("a write sends the CSRF token and every request the language in use", async () => {
  // biome-ignore lint/suspicious/noDocumentCookie: the client reads the cookie that Django sets
  document.cookie = "csrftoken=abc";
  await speak("en");
  world.signedIn = true;
  await api.POST("/api/v1/journeys/", { body: { name: "x", description: "" } });
  expect(seen[0]?.headers.get("X-CSRFToken")).toBe("abc");
  expect(seen[0]?.headers.get("Accept-Language")).toBe("en");
});

test("a server that cannot be reached is told apart from one that refuses", async () => {
  server.use(http.get("*/api/v1/journeys/", () => HttpResponse.error()));
  await expect(api.GET("/api/v1/journeys/")).rejects.toBeInstanceOf(Unreachable);
});

test("an answer that is no JSON is still an error with its status", async () => {
  server.use(http.get("*/api/v1/journeys/", () => new HttpResponse("<h1>Bad gateway</h1>", { status: 502 })));
  await expect(api.GET("/api/v1/journeys/")).rejects.toSatisfy(
    (error) => error instanceof ApiError && error.code === "http_502",
  );
});
