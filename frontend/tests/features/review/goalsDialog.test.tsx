import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Session } from "@/api/types";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import { Freshness } from "@/features/review/Freshness";
import { serve } from "../../api/server";

const { world, server, seen } = serve();
beforeAll(() => {
  world.signedIn = true;
  server.listen({ onUnhandledRequest: "error" });
});
beforeEach(() => {
  queries.clear();
  seen.length = 0;
});
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

function open(role: Session["role"] = "operator") {
  const session: Session = {
    user: { id: 9, username: "me", name: "我" },
    workspace: { id: "w", slug: "w", name: "店", timezone: "Asia/Shanghai" },
    role,
  };
  const router = createMemoryRouter([{ path: "/", element: <Freshness journeyId="0195-1" answer={undefined} /> }]);
  render(
    <QueryClientProvider client={queries}>
      <App>
        <SessionContext value={session}>
          <RouterProvider router={router} />
        </SessionContext>
      </App>
    </QueryClientProvider>,
  );
}

const changes = () =>
  seen
    .filter(({ method }) => method !== "GET")
    .map(({ method, url }) => `${method} ${new URL(url).pathname.replace("/api/v1/journeys/0195-1/review/", "")}`);

test("other goals are set for the review, the figures are asked for anew, and the version's come back", async () => {
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByTestId("review-set-goals"));
  const event = await screen.findByTestId("goal-0-event");
  expect(event).toHaveValue("order_paid");
  expect(screen.queryByTestId("goal-0-exit")).not.toBeInTheDocument();
  await user.clear(event);
  expect(screen.getByTestId("goals-save")).toBeDisabled();
  expect(screen.getByTestId("goals-lacking")).toHaveTextContent("每个目标都要有事件");
  await user.type(event, "order_signed");
  await user.click(screen.getByTestId("goals-save"));
  expect(await screen.findByText(/按为复盘单独设置的目标统计/)).toBeInTheDocument();
  expect(changes()).toEqual(["PUT definition/", "POST refresh/"]);
  const body = await seen.find(({ method }) => method === "PUT")?.json();
  expect(body).toEqual({
    goals: [{ id: "g1", name: "首购", event: "order_signed", window: "P7D", value: "amount", primary: true }],
  });

  await user.click(screen.getByTestId("review-set-goals"));
  await user.click(await screen.findByTestId("goals-clear"));
  await user.click(await screen.findByTestId("goals-clear-sure"));
  expect(await screen.findByText(/按版本 v3 的目标统计/)).toBeInTheDocument();
  expect(changes().slice(2)).toEqual(["DELETE definition/", "POST refresh/"]);
});

test("goals that the server refuses stay in the dialog, and nothing is counted anew", async () => {
  server.use(
    http.put("*/review/definition/", () =>
      HttpResponse.json(
        { type: "client_error", errors: [{ code: "invalid_goals", detail: "0.value: too long.", attr: "goals" }] },
        { status: 400 },
      ),
    ),
  );
  const user = userEvent.setup();
  open();
  await user.click(await screen.findByTestId("review-set-goals"));
  await user.click(await screen.findByTestId("goals-save"));
  expect(await screen.findByTestId("problem")).toHaveTextContent("目标有误");
  expect(screen.getByTestId("goals-dialog")).toBeInTheDocument();
  expect(changes()).toEqual([]);
});

test("who may only look is led to the rules, and sets no goals", async () => {
  open("viewer");
  expect(await screen.findByTestId("review-rules-link")).toHaveAttribute("href", "/settings/review");
  expect(screen.queryByTestId("review-set-goals")).not.toBeInTheDocument();
});
