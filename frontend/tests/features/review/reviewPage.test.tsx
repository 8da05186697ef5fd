import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import AcrossPage from "@/features/review/AcrossPage";
import CounterfactualPage from "@/features/review/CounterfactualPage";
import ReviewPage from "@/features/review/ReviewPage";
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
afterAll(() => server.close());

function open(path: string) {
  const router = createMemoryRouter(
    [
      {
        element: <Guard />,
        children: [
          { path: "/journeys/:id/review", element: <ReviewPage /> },
          { path: "/journeys/:id/counterfactual", element: <CounterfactualPage /> },
          { path: "/review", element: <AcrossPage /> },
        ],
      },
    ],
    { initialEntries: [path] },
  );
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  return router;
}

const asked = (part: string) =>
  seen.filter(({ url }) => url.includes(`/review/${part}`)).map(({ url }) => new URL(url));

test("filters of the address narrow every call, and the people behind a number are opened by it", async () => {
  const user = userEvent.setup();
  open("/journeys/0195-1/review?version=3&since=2026-02-01");
  const funnel = await screen.findByTestId("funnel");
  expect(asked("funnel/")[0]?.searchParams.get("version")).toBe("3");
  expect(asked("paths/")[0]?.searchParams.get("since")).toBe("2026-02-01");
  expect(screen.getByTestId("review-as-of")).toHaveTextContent("2026/3/2 10:00:00");
  const row = within(within(funnel).getByTestId("funnel-n3"));
  await user.click(row.getByRole("button", { name: "6,770" }));
  expect(await screen.findByTestId("review-people-table")).toHaveTextContent("小林");
  const [people] = asked("people/");
  expect(Object.fromEntries(people?.searchParams ?? [])).toMatchObject({
    what: "left",
    node: "n3",
    outcome: "else",
    version: "3",
  });
});

test("a chart is a table at a press, whose rows open people as its bars do", async () => {
  const user = userEvent.setup();
  open("/journeys/0195-1/review");
  await user.click(await screen.findByTestId("stages-table"));
  await user.click(within(screen.getByTestId("stages")).getByRole("button", { name: "已点击" }));
  expect(await screen.findByTestId("review-people")).toHaveTextContent("已点击");
});

test("a step of the waterfall shows why people were lost there", async () => {
  const user = userEvent.setup();
  const router = open("/journeys/0195-1/review");
  await user.click(await screen.findByTestId("tab-losses"));
  expect(await screen.findByTestId("largest-loss")).toHaveTextContent("1,120 人");
  expect(router.state.location.search).toBe("?tab=losses");
  await user.click(screen.getByTestId("loss-consented"));
  const reasons = screen.getByTestId("loss-reasons");
  expect(reasons).toHaveAttribute("data-step", "consented");
  expect(within(reasons).getByTestId("loss-people-no_consent")).toHaveTextContent("590");
});

test("a test whose people were not split as they should be says so before its verdict", async () => {
  open("/journeys/0195-1/review?tab=experiments");
  expect(await screen.findByTestId("sample-ratio")).toBeInTheDocument();
  expect(screen.getByTestId("verdict-n4")).toHaveTextContent("低 5.0 个百分点");
});

test("attribution of every model adds up to the conversions", async () => {
  const user = userEvent.setup();
  open("/journeys/0195-1/review?tab=attribution&model=shapley");
  expect(await screen.findByTestId("attribution-total")).toHaveTextContent("1,926");
  await user.click(screen.getByTestId("credit-by-node"));
  expect(await screen.findAllByText("node 1")).not.toHaveLength(0);
  expect(asked("attribution/").at(-1)?.searchParams.get("by")).toBe("node");
});

test("conversions stand one by one with what was given back and why one does not count, and an order is found", async () => {
  const user = userEvent.setup();
  open("/journeys/0195-1/review?tab=conversions");
  expect(await screen.findByTestId("conversions-g1")).toHaveTextContent("US$600.00");
  expect(screen.getByTestId("review-goal-g1")).toHaveTextContent("1,926");
  expect(await screen.findByTestId("order-counted-3")).toHaveTextContent("归于别的旅程");
  expect(screen.getByTestId("order-counted-4")).toHaveTextContent("没有金额");
  expect(screen.getByTestId("orders")).toHaveTextContent("¥149.50");
  await user.type(screen.getByPlaceholderText("按订单号查找"), "SO-2{Enter}");
  await waitFor(() => expect(screen.getByTestId("orders")).toHaveAttribute("data-rows", "1"));
  expect(seen.filter(({ url }) => url.includes("/review/orders/")).at(-1)?.url).toMatch(/order=SO-2&journey=0195-1/);
});

test("orders of all journeys say whose they are", async () => {
  open("/review?tab=orders");
  expect(await screen.findByTestId("order-counted-1")).toHaveTextContent("计入");
  expect(seen.some(({ url }) => url.includes("/review/orders/") && url.includes("journey="))).toBe(false);
  expect(screen.getByTestId("orders")).toHaveTextContent("首购");
});

test("all filters are cleared at once", async () => {
  const user = userEvent.setup();
  const router = open("/journeys/0195-1/review?version=3&channel=sms&since=2026-02-01&tab=summary");
  await user.click(await screen.findByTestId("review-clear"));
  expect(router.state.location.search).toBe("?tab=summary");
});

test("two versions are compared beside each other", async () => {
  open("/journeys/0195-1/review?tab=compare&left=version:1&right=version:2");
  expect(await screen.findByTestId("compare-rates")).toHaveTextContent("v1");
  const versions = asked("funnel/").map((url) => url.searchParams.get("version"));
  expect(versions).toEqual(expect.arrayContaining(["1", "2"]));
});

test("a what-if says that it is simulated, how far it is, and who would have got what", async () => {
  const user = userEvent.setup();
  open("/journeys/0195-1/counterfactual");
  expect(await screen.findByTestId("simulated")).toHaveTextContent("模拟");
  await user.click(screen.getByTestId("replay-start"));
  expect(await screen.findByTestId("replay-changed")).toHaveTextContent("2,310");
});

test("all journeys stand beside each other, each leading to its own review", async () => {
  open("/review");
  const table = await screen.findByTestId("across");
  expect(await within(table).findByTestId("across-0195-1")).toHaveAttribute("href", "/journeys/0195-1/review");
  expect(table).toHaveTextContent("+1,680%");
});
