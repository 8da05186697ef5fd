import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { ask } from "@/api/ask";
import { ConnectionLost } from "@/app/ConnectionLost";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import { RulesForm } from "@/features/privacy/RulesForm";

let up = false;
const USER = { id: 9, username: "me", name: "我" };
const SESSION = { user: USER, workspace: { id: "w", slug: "w", name: "店", timezone: "Asia/Shanghai" }, role: "admin" };
const RULES = {
  clear_roles: [],
  unmask_roles: [],
  personal_keys: [],
  double_opt_in: [],
  retention: {},
  categories: [],
};
/** What a proxy says while there is no server behind it. */
const gone = () => new HttpResponse("Bad Gateway", { status: 502 });
const server = setupServer(
  http.get("*/api/v1/session/", () => (up ? HttpResponse.json(SESSION) : gone())),
  http.get("*/api/v1/privacy/", () =>
    up ? HttpResponse.json({ ...RULES, erasure_grace_days: 30, link_days: 180 }) : gone(),
  ),
  http.get("*/api/v1/tags/", () => (up ? HttpResponse.json({ said: "here" }) : HttpResponse.error())),
  http.get("*/healthz", () => (up ? HttpResponse.text("ok") : HttpResponse.error())),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => vi.useRealTimers());
afterAll(() => server.close());

function Shown() {
  const { data, error } = useQuery({
    queryKey: ["tags"],
    queryFn: () => ask<{ said: string }>("get", "tags/"),
    retry: false,
  });
  return <p>{data?.said ?? (error ? "failed" : "waiting")}</p>;
}

test("a lost connection is said, and what could not be shown is asked again when the server answers", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  render(
    <QueryClientProvider client={queries}>
      <Shown />
      <ConnectionLost />
    </QueryClientProvider>,
  );
  expect(await screen.findByTestId("connection-lost")).toHaveTextContent("和服务器的连接断开了");
  expect(screen.getByText("failed")).toBeInTheDocument();
  up = true;
  await act(() => vi.advanceTimersByTimeAsync(3_100));
  expect(await screen.findByText("here")).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByTestId("connection-lost")).not.toBeInTheDocument());
});

test("a server that restarts takes away neither the page nor what is being typed in it", async () => {
  queries.clear();
  up = true;
  const user = userEvent.setup();
  const children = [{ index: true, element: <RulesForm administers /> }];
  const router = createMemoryRouter([{ path: "/", element: <Guard />, children }]);
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  const days = await screen.findByDisplayValue("180");
  await user.clear(days);
  await user.type(days, "90");
  up = false;
  // As a window does that comes to the front.
  await act(() => queries.refetchQueries());
  expect(await screen.findByTestId("connection-lost")).toBeInTheDocument();
  expect(screen.getByDisplayValue("90")).toBe(days);
  expect(screen.queryByTestId("problem")).not.toBeInTheDocument();
});
