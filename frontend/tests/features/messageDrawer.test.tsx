import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { MemoryRouter } from "react-router";
import { afterAll, beforeAll, expect, test } from "vitest";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import { MessageDrawer } from "@/features/messages/MessageDrawer";

const session = { workspace: { timezone: "Asia/Shanghai" }, role: "operator" } as never;
const MESSAGE = {
  id: "m1",
  channel: "sms",
  state: "blocked",
  reason: "frequency_cap",
  profile_id: "p1",
  journey_id: "j1",
  enrollment_id: "e1",
  address: "+86138****0000",
  params: { name: "王" },
  account_name: "短信",
  template_name: "发货",
  currency: "CNY",
  title: "",
  text: "【知途】您好王。",
  enclosed: [],
  attempts: 0,
  attempted_at: null,
  requested_at: "2026-03-02T02:00:00Z",
  cost: "0.0450",
  receipts: [
    {
      id: "r1",
      outcome: "accepted",
      code: "",
      reported_at: "2026-03-02T02:00:01Z",
      received_at: "2026-03-02T02:00:02Z",
    },
  ],
};
const server = setupServer(
  http.get("*/api/v1/messages/m1/", () => HttpResponse.json(MESSAGE)),
  http.get("*/api/v1/messages/m2/", () =>
    HttpResponse.json({
      ...MESSAGE,
      id: "m2",
      channel: "wecom_customer",
      text: "您好王",
      enrollment_id: null,
      enclosed: [{ kind: "link", title: "礼物", place: "https://x.example/g" }],
    }),
  ),
  http.get("*/api/v1/messages/m3/", () =>
    HttpResponse.json({
      ...MESSAGE,
      id: "m3",
      channel: "call",
      text: null,
      enrollment_id: null,
      params: { tag: "vip" },
    }),
  ),
  http.get("*/api/v1/messages/m3/tries/", () =>
    HttpResponse.json({
      results: [
        { id: "t1", number: 1, result: "no_answer", code: "", provider_id: "", reported_at: MESSAGE.requested_at },
      ],
    }),
  ),
  http.get("*/api/v1/enrollments/e1/events/", ({ request }) => {
    expect(new URL(request.url).searchParams.get("message")).toBe("m1");
    const text = "没有发送短信：超过频次上限（上限 2，已发 2）";
    return HttpResponse.json({
      next: null,
      results: [{ seq: 4, at: "2026-03-02T02:00:00Z", kind: "message_blocked", node: "n", data: {}, text }],
    });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

function open(id: string) {
  render(
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <App>
          <MemoryRouter>
            <MessageDrawer id={id} onClose={() => undefined} />
          </MemoryRouter>
        </App>
      </SessionContext>
    </QueryClientProvider>,
  );
}

test("what went with a text is told, with where it leads to", async () => {
  open("m2");
  expect(await screen.findByTestId("message-text")).toHaveTextContent("您好王");
  expect(screen.getByTestId("message-enclosed")).toHaveTextContent("链接 礼物 https://x.example/g");
});

test("of a robot's call, whose words are the vendor's, the script and its variables are told", async () => {
  open("m3");
  expect(await screen.findByText(/话术「发货」由外呼机器人念出/)).toBeInTheDocument();
  expect(screen.getByText("vip")).toBeInTheDocument();
  expect(await within(screen.getByTestId("message-tries")).findByText(/第 1 次/)).toBeInTheDocument();
});

test("a message says what it said, why it was refused with the figures, what it cost, and what was reported", async () => {
  open("m1");
  expect(await screen.findByTestId("message-text")).toHaveTextContent("【知途】您好王。");
  expect(await within(screen.getByTestId("message-why")).findByText(/上限 2，已发 2/)).toBeInTheDocument();
  expect(within(screen.getByTestId("message-receipts")).getByText("已受理")).toBeInTheDocument();
  expect(screen.getByText("¥0.045")).toBeInTheDocument();
  expect(screen.getAllByText("2026/3/2 10:00:00")).not.toHaveLength(0);
  expect(screen.getByRole("link", { name: "打开客户页" })).toHaveAttribute("href", "/people/p1");
});
