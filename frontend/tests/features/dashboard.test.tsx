import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { createMemoryRouter, matchRoutes, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Dashboard } from "@/api/dashboard";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import { router } from "@/app/routes";
import DashboardPage from "@/features/dashboard/DashboardPage";
import { changeOf, weekdayOf } from "@/features/dashboard/days";
import { linkOf } from "@/features/dashboard/links";
import { texts as en } from "@/locales/en";
import { texts as zh } from "@/locales/zh-CN";
import { serve } from "../api/server";

const NONE = { conversions: 0, people: 0, value: [] };
const QUIET: Dashboard = {
  at: "2026-03-04T02:00:00Z",
  today: "2026-03-04",
  totals: { live: 0, paused: 0, inside: 0, sent: 0, failed: 0, unknown: 0 },
  journeys: [],
  wrong: [],
  running_out: [],
  converted: {
    total: NONE,
    before: NONE,
    days: Array.from({ length: 7 }, (_, day) => ({ day: `2026-03-0${day + 2}`, sum: NONE })),
    journeys: [],
  },
};
let answer: Dashboard | null = QUIET;

const { world, server } = serve();
beforeAll(() => {
  world.signedIn = true;
  server.listen({ onUnhandledRequest: "error" });
  server.use(
    http.get("*/api/v1/dashboard/", () =>
      answer
        ? HttpResponse.json(answer)
        : HttpResponse.json(
            { type: "server_error", errors: [{ code: "unavailable", detail: "The service is not available now." }] },
            { status: 503 },
          ),
    ),
  );
});
beforeEach(() => queries.clear());
afterAll(() => server.close());

function open() {
  const router = createMemoryRouter([{ element: <Guard />, children: [{ path: "/", element: <DashboardPage /> }] }]);
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
}

test("where nothing happens it says so, and leads to the journeys", async () => {
  answer = QUIET;
  open();
  expect(await screen.findByText("一切正常")).toBeInTheDocument();
  expect(screen.getByText("没有即将用完或到期的")).toBeInTheDocument();
  expect(screen.getByRole("link", { name: "去看客户旅程" })).toHaveAttribute("href", "/journeys");
  expect(screen.getByText("本周还没有转化")).toBeInTheDocument();
});

test("every line leads to where it can be mended", async () => {
  const item = { id: "j1", name: "新客培育", count: 1200, code: "", at: "2026-03-04T02:00:00Z" };
  answer = {
    ...QUIET,
    totals: { live: 2, paused: 1, inside: 12840, sent: 3020, failed: 4, unknown: 1 },
    journeys: [
      { id: "j1", name: "新客培育", state: "live", version: 3, inside: 12840, failed: 1200, sent_today: 3020 },
    ],
    wrong: [
      { kind: "failed_enrollments", count: 1200, items: [item] },
      { kind: "templates", count: 7, items: [{ ...item, id: "t1", name: "欢迎短信", count: 0, code: "pending" }] },
    ],
    running_out: [{ kind: "api_keys", count: 1, items: [{ ...item, id: "k1", name: "商城" }] }],
    converted: {
      ...QUIET.converted,
      total: {
        conversions: 30,
        people: 28,
        value: [
          { currency: "CNY", value: "2970.5000" },
          { currency: "USD", value: "21.0000" },
        ],
      },
      before: { conversions: 20, people: 20, value: [{ currency: "CNY", value: "1000.0000" }] },
      journeys: [
        {
          id: "j1",
          name: "新客培育",
          sum: { conversions: 30, people: 28, value: [{ currency: "CNY", value: "2970.5000" }] },
        },
      ],
    },
  };
  open();
  const wrong = within(await screen.findByTestId("dashboard-wrong"));
  expect(wrong.getByRole("link", { name: "新客培育" })).toHaveAttribute("href", "/journeys/j1?people=failed");
  expect(wrong.getByText("1,200 人")).toBeInTheDocument();
  // Not used by a live journey; and there are more of them than are named.
  expect(wrong.getByText("待审核")).toBeInTheDocument();
  expect(wrong.getByText("仅列出前 1 项")).toBeInTheDocument();
  const running = within(screen.getByTestId("dashboard-running-out"));
  expect(running.getByRole("link", { name: "商城" })).toHaveAttribute("href", "/settings/keys");
  expect(running.getByText("2026年3月4日 10:00 过期")).toBeInTheDocument();
  expect(screen.getByTestId("figure-inside")).toHaveTextContent("12,840");
  expect(screen.getByText("金额 ¥2,970.50 + US$21.00，比上周同期多 50%")).toBeInTheDocument();
});

test("what cannot be read is told in words with its code", async () => {
  answer = null;
  open();
  expect(await screen.findByTestId("problem")).toHaveTextContent("unavailable");
});

test("the day of the week is that of the calendar day, in whatever zone the browser is", () => {
  expect(weekdayOf("2026-03-02", "en")).toBe("Mon");
  expect(weekdayOf("2026-03-08", "zh-CN")).toBe("周日");
  expect([changeOf(30, 20), changeOf(0, 0)]).toEqual([0.5, null]);
});

test("every kind of notice has its words", () => {
  for (const texts of [zh, en]) {
    const { kinds, says } = texts.dashboard as { kinds: Record<string, string>; says: Record<string, string> };
    for (const kind of Object.keys(kinds))
      expect(
        Object.keys(says).some((each) => each.startsWith(kind)),
        kind,
      ).toBe(true);
  }
});

test("every kind of notice leads to a page that there is, and to a tab of it that there is", () => {
  for (const kind of Object.keys((zh.dashboard as { kinds: object }).kinds) as Parameters<typeof linkOf>[0][]) {
    const item = { id: "x1", name: "", count: 0, code: "", at: null };
    for (const link of [linkOf(kind), linkOf(kind, item)]) {
      const found = matchRoutes(router.routes, link)?.at(-1);
      expect(found?.route.path, `${kind}: ${link}`).not.toBe("*");
      const tab = found?.route.path === "/channels/:tab" ? found.params.tab : undefined;
      if (tab) expect(Object.keys((zh.channels as { tabs: object }).tabs), `${kind}: ${link}`).toContain(tab);
    }
  }
});
