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
import ReviewPage from "@/features/settings/ReviewPage";
import { serve } from "../api/server";

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

function open(role: Session["role"]) {
  const session: Session = {
    user: { id: 9, username: "me", name: "我" },
    workspace: { id: "w", slug: "w", name: "店", timezone: "Asia/Shanghai" },
    role,
  };
  const router = createMemoryRouter([{ path: "/", element: <ReviewPage /> }]);
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

const refuse = (code: string, attr: string) =>
  HttpResponse.json(
    { type: "validation_error", errors: [{ code, detail: "In the server's words.", attr }] },
    { status: 400 },
  );
const sent = async () => {
  const request = seen.findLast(({ method }) => method === "PATCH");
  return request && { path: new URL(request.url).pathname, body: await request.json() };
};
const put = async (user: ReturnType<typeof userEvent.setup>, testId: string, text: string) => {
  await user.clear(screen.getByTestId(testId));
  await user.type(screen.getByTestId(testId), text);
};

test("rules are changed as the API reads them: without a property a refund takes the whole order", async () => {
  const user = userEvent.setup();
  open("admin");
  await screen.findByTestId("counting-order");
  await put(user, "counting-order", "order.id");
  await user.clear(screen.getByTestId("counting-refunds-0-value"));
  await user.click(screen.getByRole("radio", { name: "归最先进入的旅程" }));
  await user.click(screen.getByTestId("counting-save"));
  expect(await screen.findByText("已保存，复盘正按新口径重新计算")).toBeInTheDocument();
  expect(await sent()).toEqual({
    path: "/api/v1/review/rules/",
    body: {
      order_property: "order.id",
      currency_property: "currency",
      currency: "CNY",
      refunds: [{ event: "order_refunded", value: null }],
      cancellations: [{ event: "order_cancelled", value: null }],
      most_value: "10000000",
      credit: "first_entry",
      repeats: "each",
    },
  });
  expect(await screen.findByTestId("counting-since")).toHaveTextContent("2026");
});

test("both forms have a currency, and each label is of its own field", async () => {
  open("owner");
  await screen.findByTestId("costs-currency");
  expect(screen.getByLabelText("默认币种")).toBe(screen.getByTestId("counting-currency"));
  expect(screen.getByLabelText("员工成本的币种")).toBe(screen.getByTestId("costs-currency"));
});

test("what the server finds fault with is told at its field", async () => {
  server.use(http.patch("*/api/v1/review/rules/", () => refuse("max_value", "most_value")));
  const user = userEvent.setup();
  open("owner");
  await screen.findByTestId("counting-most");
  await put(user, "counting-most", "999999999999999");
  await user.click(screen.getByTestId("counting-save"));
  const fault = await screen.findByText("太大了");
  expect(fault.closest(".ant-form-item")).toContainElement(screen.getByTestId("counting-most"));
  expect(screen.queryByTestId("problem")).not.toBeInTheDocument();
});

test("a fault that is of no one field stands below the form", async () => {
  server.use(http.patch("*/api/v1/review/rules/", () => refuse("event_not_unique", "non_field_errors")));
  const user = userEvent.setup();
  open("owner");
  await user.click(await screen.findByTestId("counting-save"));
  expect(await screen.findByTestId("problem")).toHaveTextContent("同一个事件写了两次");
});

test("a currency that is none is not sent", async () => {
  const user = userEvent.setup();
  open("owner");
  await screen.findByTestId("counting-currency");
  await put(user, "counting-currency", "rm");
  await user.click(screen.getByTestId("counting-save"));
  expect(await screen.findByText("请填三个大写字母，如 CNY")).toBeInTheDocument();
  expect(await sent()).toBeUndefined();
});

test("costs name the hour of staff and each coupon, one fault at the row that has it", async () => {
  const user = userEvent.setup();
  open("owner");
  await screen.findByTestId("costs-staff-hour");
  await put(user, "costs-staff-hour", "60.5");
  await user.click(screen.getByTestId("coupon-add"));
  await put(user, "coupon-1-code", "SPRING20");
  await put(user, "coupon-1-cost", "5");
  server.use(http.patch("*/api/v1/review/costs/", () => refuse("invalid_costs", "coupons.1.code")));
  await user.click(screen.getByTestId("costs-save"));
  const fault = await screen.findByText("这个值不合适");
  expect(fault.closest(".ant-form-item")).toContainElement(screen.getByTestId("coupon-1-code"));
  server.resetHandlers();
  await put(user, "coupon-1-code", "VIP");
  await user.click(screen.getByTestId("costs-save"));
  await screen.findByText("已保存，复盘正按新口径重新计算");
  expect((await sent())?.body).toEqual({
    currency: "CNY",
    staff_hour: "60.5",
    task_minutes: "10",
    coupon_property: "coupon",
    coupons: [
      { code: "SPRING20", goal: null, cost: "20", currency: "CNY" },
      { code: "VIP", goal: null, cost: "5", currency: "CNY" },
    ],
  });
});

test("who does not administer the workspace sees it and changes nothing", async () => {
  open("operator");
  expect(await screen.findByTestId("counting-order")).toBeDisabled();
  expect(await screen.findByTestId("costs-task-minutes")).toBeDisabled();
  expect(screen.getByTestId("others-see")).toBeInTheDocument();
  expect(screen.queryByTestId("counting-save")).not.toBeInTheDocument();
  expect(screen.queryByTestId("costs-save")).not.toBeInTheDocument();
});
