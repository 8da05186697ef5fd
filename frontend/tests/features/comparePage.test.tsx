import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import ComparePage from "@/features/segments/ComparePage";

const session = { workspace: { timezone: "Asia/Shanghai" }, role: "operator" } as never;
const freshness = { phase: "current", judged_at: "2026-03-02T02:00:00Z", next_due: null, backlog: 0 };
const SEGMENTS = ["甲", "乙"].map((name) => ({ id: name, name, freshness, rule: {}, description: "" }));
const asked: unknown[] = [];
const server = setupServer(
  http.get("*/api/v1/segments/", () => HttpResponse.json({ next: null, results: SEGMENTS })),
  http.post("*/api/v1/segments/overlap/", () =>
    HttpResponse.json({ parts: [{ segments: ["乙", "甲"], count: 1234 }], computing: [] }),
  ),
  http.post("*/api/v1/segments/combine/", async ({ request }) => {
    asked.push(await request.json());
    return HttpResponse.json({ id: "new", name: "新" }, { status: 201 });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

test("what two segments share is shown, and becomes a segment", async () => {
  const user = userEvent.setup();
  const router = createMemoryRouter(
    [
      { path: "/segments/compare", element: <ComparePage /> },
      { path: "/segments/:id", element: <p>人群页</p> },
    ],
    { initialEntries: ["/segments/compare?of=甲,乙"] },
  );
  render(
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <App>
          <RouterProvider router={router} />
        </App>
      </SessionContext>
    </QueryClientProvider>,
  );
  const parts = within(await screen.findByTestId("compare-parts"));
  expect(parts.getByTestId("part-2-甲-乙")).toHaveTextContent("1,234");
  expect(parts.getByTestId("part-1-甲")).toHaveTextContent("0");
  await user.click(screen.getByTestId("compare-combine"));
  await user.type(await screen.findByTestId("combine-name"), "新");
  await user.click(screen.getByTestId("combine-submit"));
  expect(await screen.findByText("人群页")).toBeInTheDocument();
  expect(asked).toEqual([{ operation: "intersect", segments: ["甲", "乙"], name: "新" }]);
});
