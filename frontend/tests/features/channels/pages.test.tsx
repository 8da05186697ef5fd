import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import AccountPage from "@/features/channels/AccountPage";
import ChannelsPage from "@/features/channels/ChannelsPage";

const words = (zh: string) => ({ zh, en: zh });
const plain = {
  hint: words(""),
  kind: "text",
  needed: true,
  default: null,
  least: null,
  most: null,
  choices: [],
  draw: "",
};
const PROVIDERS = {
  public_url: "https://t.example.com",
  results: [
    {
      name: "sms.aliyun",
      title: words("阿里云短信"),
      channels: ["sms"],
      base_url: "https://dysmsapi.aliyuncs.com",
      simulator_url: "http://127.0.0.1:8100",
      credentials: [{ ...plain, name: "access_key_id", title: words("AccessKey ID") }],
      settings: [{ ...plain, name: "sign_name", title: words("短信签名") }],
      callbacks: [{ kind: "report", title: words("回执"), where: words("短信控制台") }],
      offers: ["test", "templates"],
    },
  ],
};
const ACCOUNT = {
  id: "a1",
  key: "sms",
  name: "主短信",
  channel: "sms",
  channels: ["sms"],
  provider: "sms.aliyun",
  base_url: "http://127.0.0.1:8100",
  enabled: true,
  paused_until: null,
  pause_reason: "",
  rate: 100,
  price: "0.0450",
  currency: "CNY",
  settings: { sign_name: "知途" },
  credential_names: ["access_key_id"],
  callbacks: { report: "/callbacks/s/sms/aliyun/report/" },
  last_call_at: null,
  created_at: "2026-03-01T00:00:00Z",
};
const TEMPLATE = {
  id: "t1",
  key: "hello",
  name: "欢迎",
  channel: "sms",
  provider_code: "SMS_1",
  body: "您好${name}",
  purpose: "marketing",
  state: "rejected",
  reason: "签名不符",
  settings: {},
  tags: [],
  account: "a1",
  variables: ["name"],
  segments: 1,
  synced_at: null,
  updated_at: "2026-03-01T00:00:00Z",
};

let role = "operator";
let stops: object[] = [];
let alerts: object[] = [];
const bodies: Record<string, unknown> = {};

const page = (results: object[]) => HttpResponse.json({ next: null, previous: null, results });
const server = setupServer(
  http.get("*/api/v1/session/", () =>
    HttpResponse.json({
      user: { username: "li", name: "李" },
      workspace: { id: "w", name: "店", timezone: "Asia/Shanghai" },
      role,
    }),
  ),
  http.get("*/api/v1/channels/providers/", () => HttpResponse.json(PROVIDERS)),
  http.get("*/api/v1/channels/accounts/", () => page([ACCOUNT])),
  http.get("*/api/v1/channels/accounts/a1/", () => HttpResponse.json(ACCOUNT)),
  http.post("*/api/v1/channels/accounts/", async ({ request }) => {
    bodies.account = await request.json();
    return HttpResponse.json({ ...ACCOUNT, id: "a2" }, { status: 201 });
  }),
  http.post("*/api/v1/channels/accounts/a1/test/", () =>
    HttpResponse.json(
      { errors: [{ code: "provider_refused", detail: "InvalidAccessKeyId.NotFound: no such key", attr: null }] },
      { status: 409 },
    ),
  ),
  http.get("*/api/v1/channels/stops/", () => page(stops)),
  http.post("*/api/v1/channels/stops/", async ({ request }) => {
    const body = (await request.json()) as object;
    bodies.stop = body;
    stops = [{ id: "s1", by: "li", at: "2026-03-02T02:00:00Z", ...body }];
    return HttpResponse.json(stops[0], { status: 201 });
  }),
  http.get("*/api/v1/channels/alerts/", () => page(alerts)),
  http.get("*/api/v1/channels/rules/", () => HttpResponse.json({ version: 0, rules: {}, at: null, by: "" })),
  http.put("*/api/v1/channels/rules/", async ({ request }) => {
    const body = (await request.json()) as { version: number; rules: object };
    bodies.rules = body.rules;
    bodies.version = body.version;
    return HttpResponse.json({ version: 1, rules: body.rules, at: "2026-03-02T02:00:00Z", by: "li" });
  }),
  http.get("*/api/v1/quotas/", () => HttpResponse.json({ rules: [], hours: [], accounts: [] })),
  http.get("*/api/v1/templates/", () => page([TEMPLATE])),
  http.post("*/api/v1/templates/t1/preview/", async ({ request }) => {
    const { params } = (await request.json()) as { params: Record<string, string> };
    const text = `【知途】您好${params.name ?? "${name}"}`;
    return HttpResponse.json({
      title: "",
      text,
      length: text.length,
      segments: 1,
      problems: params.name === "www.a.com" ? [{ code: "isv.PARAM_NOT_SUPPORT_URL", detail: "a link" }] : [],
      cost: null,
      currency: "CNY",
    });
  }),
);

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  server.resetHandlers();
  queries.clear();
  role = "operator";
  stops = [];
  alerts = [];
});
afterAll(() => server.close());

function open(path: string) {
  const router = createMemoryRouter(
    [
      {
        element: <Guard />,
        children: [
          { path: "/channels/:tab", element: <ChannelsPage /> },
          { path: "/channels/accounts/:id", element: <AccountPage /> },
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

test("an account is made by the fields that its provider describes", async () => {
  const user = userEvent.setup();
  const router = open("/channels/accounts");
  await user.click(await screen.findByTestId("new-account"));
  await user.click(screen.getByRole("combobox", { name: "服务商" }));
  await user.click(await screen.findByText("阿里云短信", { selector: ".ant-select-item-option-content" }));
  await user.type(await screen.findByTestId("account-name"), "备用");
  await user.type(screen.getByTestId("account-key"), "sms2");
  await user.type(screen.getByTestId("secret-access_key_id"), "LTAI");
  await user.type(screen.getByTestId("setting-sign_name"), "知途");
  await user.click(screen.getByTestId("account-use-simulator"));
  await user.click(screen.getByTestId("account-submit"));
  await waitFor(() => expect(router.state.location.pathname).toBe("/channels/accounts/a2"));
  expect(bodies.account).toMatchObject({
    provider: "sms.aliyun",
    key: "sms2",
    base_url: "http://127.0.0.1:8100",
    credentials: { access_key_id: "LTAI" },
    settings: { sign_name: "知途" },
  });
});

test("the account page shows no secret, copies the callback, and says what the vendor answered", async () => {
  const user = userEvent.setup();
  open("/channels/accounts/a1");
  expect(await screen.findByText("已设置，不再显示")).toBeInTheDocument();
  expect(screen.getByTestId("callback-report")).toHaveTextContent(
    "https://t.example.com/callbacks/s/sms/aliyun/report/",
  );
  await user.click(screen.getByTestId("connection-test"));
  expect(await screen.findByText(/服务商不认可密钥/)).toBeInTheDocument();
  expect(screen.getByTestId("connection-answer")).toHaveTextContent("InvalidAccessKeyId.NotFound: no such key");
});

test("who may only look sees accounts and no way to change them", async () => {
  role = "viewer";
  open("/channels/accounts/a1");
  await screen.findByTestId("account-page");
  for (const id of ["account-edit", "account-enabled", "connection-test", "sync-templates"])
    expect(screen.queryByTestId(id)).not.toBeInTheDocument();
});

test("a template shows its approval, and its preview fills variables on a phone", async () => {
  const user = userEvent.setup();
  open("/channels/templates");
  expect(await screen.findByTestId("template-state-hello")).toHaveTextContent("未通过");
  await user.click(screen.getByTestId("preview-hello"));
  await user.type(await screen.findByTestId("variable-name"), "王女士");
  await waitFor(() => expect(screen.getByTestId("phone-bubble")).toHaveTextContent("【知途】您好王女士"));
  expect(screen.getByTestId("preview-length")).toHaveTextContent("9");
  await user.clear(screen.getByTestId("variable-name"));
  await user.type(screen.getByTestId("variable-name"), "www.a.com");
  expect(await screen.findByTestId("preview-problem")).toHaveTextContent("a link (isv.PARAM_NOT_SUPPORT_URL)");
});

test("the kill switch asks for a reason, and the account's state follows it", async () => {
  const user = userEvent.setup();
  open("/channels/rules");
  await user.click(await screen.findByTestId("stop-sending"));
  expect(await screen.findByTestId("stop-sending-submit")).toBeDisabled();
  await user.type(screen.getByTestId("stop-sending-reason"), "错发");
  await user.click(screen.getByTestId("stop-sending-submit"));
  expect(await screen.findByTestId("stop-all")).toHaveTextContent("错发");
  expect(bodies.stop).toEqual({ channel: "", reason: "错发" });
});

test("a cap is added, said in words, and saved as a version", async () => {
  const user = userEvent.setup();
  open("/channels/rules");
  await user.click(await screen.findByTestId("cap-add"));
  expect(await screen.findByTestId("cap-0-words")).toHaveTextContent("每位客户在任意 1 天 内最多收到 2 条营销消息");
  await user.clear(screen.getByTestId("cap-0-most"));
  await user.type(screen.getByTestId("cap-0-most"), "3");
  await user.click(screen.getByTestId("own-rules-submit"));
  await waitFor(() =>
    expect(bodies.rules).toEqual({
      hours: [],
      closed_days: [],
      caps: [{ id: "cap-1", most: 3, hours: 24, channels: [], purposes: ["marketing"], tags: [] }],
    }),
  );
  await waitFor(() => expect(screen.getByTestId("rules-version")).toHaveTextContent("第 1 版，li 于"));
  expect(bodies.version).toBe(0);
});

test("rules that another saved meanwhile are shown in words, and nothing of either is lost until it is decided", async () => {
  const theirs = {
    version: 5,
    rules: { caps: [{ id: "theirs", most: 1, hours: 48, purposes: ["marketing"] }], closed_days: ["2026-10-01"] },
    at: "2026-03-02T02:00:00Z",
    by: "zhang",
  };
  let stored: object = { version: 4, rules: {}, at: "2026-03-01T02:00:00Z", by: "li" };
  const tried: number[] = [];
  server.use(
    http.get("*/api/v1/channels/rules/", () => HttpResponse.json(stored)),
    http.put("*/api/v1/channels/rules/", async ({ request }) => {
      const { version, rules } = (await request.json()) as { version: number; rules: object };
      tried.push(version);
      if (version === 5) {
        stored = { version: 6, rules, at: "2026-03-02T02:05:00Z", by: "li" };
        return HttpResponse.json(stored);
      }
      stored = theirs;
      return HttpResponse.json(
        { version: 5, errors: [{ code: "rules_conflict", detail: "saved by somebody else", attr: "version" }] },
        { status: 409 },
      );
    }),
  );
  const user = userEvent.setup();
  open("/channels/rules");
  await user.click(await screen.findByTestId("cap-add"));
  await user.click(screen.getByTestId("own-rules-submit"));
  const told = await screen.findByTestId("rules-conflict");
  await waitFor(() => expect(told).toHaveTextContent("第 5 版，zhang 于"));
  expect(told).toHaveTextContent("每位客户在任意 2 天 内最多收到 1 条营销消息");
  expect(told).toHaveTextContent("2026-10-01");
  await user.click(screen.getByTestId("rules-later"));
  expect(screen.getByTestId("cap-0-id")).toHaveValue("cap-1");
  await user.click(screen.getByTestId("own-rules-submit"));
  await user.click(await screen.findByTestId("rules-mine"));
  await waitFor(() => expect(screen.getByTestId("rules-version")).toHaveTextContent("第 6 版"));
  // The second time too what is typed began from version 4: only the button in the dialog overwrites theirs.
  expect(tried).toEqual([4, 4, 5]);
});

test("what is typed while a version is being saved is not taken away", async () => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  server.use(
    http.put("*/api/v1/channels/rules/", async ({ request }) => {
      const { rules } = (await request.json()) as { rules: object };
      await held;
      return HttpResponse.json({ version: 7, rules, at: "2026-03-02T02:00:00Z", by: "" });
    }),
  );
  const user = userEvent.setup();
  open("/channels/rules");
  await user.click(await screen.findByTestId("cap-add"));
  await user.click(screen.getByTestId("own-rules-submit"));
  await user.clear(await screen.findByTestId("cap-0-most"));
  await user.type(screen.getByTestId("cap-0-most"), "9");
  answer();
  await waitFor(() => expect(screen.getByTestId("rules-version")).toHaveTextContent("第 7 版"));
  expect(screen.getByTestId("cap-0-most")).toHaveValue("9");
});

test("what was typed outlasts another's version that is heard of while it is refused", async () => {
  let answer = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  let stored: object = { version: 4, rules: {}, at: "2026-03-01T02:00:00Z", by: "li" };
  server.use(
    http.get("*/api/v1/channels/rules/", () => HttpResponse.json(stored)),
    http.put("*/api/v1/channels/rules/", async () => {
      await held;
      return HttpResponse.json(
        { version: 5, errors: [{ code: "rules_conflict", detail: "saved by somebody else", attr: "version" }] },
        { status: 409 },
      );
    }),
  );
  const user = userEvent.setup();
  open("/channels/rules");
  await user.click(await screen.findByTestId("cap-add"));
  await user.click(screen.getByTestId("own-rules-submit"));
  stored = { version: 5, rules: { closed_days: ["2026-10-01"] }, at: "2026-03-02T02:00:00Z", by: "zhang" };
  await queries.refetchQueries({ queryKey: ["channels", "rules"] });
  await waitFor(() => expect(screen.getByTestId("rules-version")).toHaveTextContent("第 5 版，zhang 于"));
  answer();
  await user.click(await screen.findByTestId("rules-later"));
  expect(screen.getByTestId("cap-0-id")).toHaveValue("cap-1");
});

test("an open alert names its account and what to do", async () => {
  alerts = [
    {
      id: "x1",
      kind: "account_stopped",
      subject: "a1",
      code: "40164",
      detail: "invalid ip",
      opened_at: "2026-03-02T02:00:00Z",
      closed_at: null,
      acknowledged_at: null,
      acknowledged_by: "",
      note: "",
    },
  ];
  open("/channels/alerts");
  expect(await screen.findByText("主短信：服务商拒绝了这个账号")).toBeInTheDocument();
  expect(screen.getByTestId("acknowledge-x1")).toBeInTheDocument();
});
