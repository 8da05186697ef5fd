import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Session } from "@/api/types";
import type { ApiKey, Member } from "@/api/workspace";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import KeysPage from "@/features/settings/KeysPage";
import MembersPage from "@/features/settings/MembersPage";
import OwnPage from "@/features/settings/OwnPage";
import { serve } from "../api/server";

const member = (id: number, username: string, role: Member["role"], active = true): Member => ({
  id,
  username,
  name: username,
  role,
  active,
  last_login: null,
  created_at: "2026-03-02T02:00:00Z",
});
const KEY: ApiKey = {
  id: "k1",
  name: "商城",
  prefix: "zt_abcdef",
  scopes: ["track"],
  expires_at: "2020-01-01T00:00:00Z",
  revoked_at: null,
  last_used_at: null,
  created_at: "2019-03-02T02:00:00Z",
};
const made: unknown[] = [];
const page = (results: unknown[]) => HttpResponse.json({ next: null, previous: null, results });

const { server } = serve();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  server.use(
    http.get("*/api/v1/members/", () =>
      page([member(1, "boss", "owner"), member(2, "li", "operator"), member(3, "gone", "viewer", false)]),
    ),
    http.patch("*/api/v1/members/2/", () =>
      HttpResponse.json(
        { type: "client_error", errors: [{ code: "last_admin", detail: "Nobody would be left.", attr: null }] },
        { status: 409 },
      ),
    ),
    http.put("*/api/v1/session/password/", async ({ request }) => {
      const { current } = (await request.json()) as { current: string };
      if (current === "old-one") return new HttpResponse(null, { status: 204 });
      return HttpResponse.json(
        { type: "validation_error", errors: [{ code: "wrong_password", detail: "Another one.", attr: "current" }] },
        { status: 400 },
      );
    }),
    http.get("*/api/v1/api-keys/", () => page([KEY])),
    http.post("*/api/v1/api-keys/", async ({ request }) => {
      made.push(await request.json());
      return HttpResponse.json({ ...KEY, key: "zt_the-whole-key" }, { status: 201 });
    }),
  );
});
beforeEach(() => queries.clear());
afterAll(() => server.close());

function open(element: React.ReactNode, role: Session["role"]) {
  const session: Session = {
    user: { id: 9, username: "me", name: "我" },
    workspace: { id: "w", slug: "w", name: "店", timezone: "Asia/Shanghai" },
    role,
  };
  const router = createMemoryRouter([{ path: "/", element }]);
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

test("who does not administer is told so, and nothing is asked for", () => {
  open(<KeysPage />, "operator");
  expect(screen.getByTestId("admins-only")).toBeInTheDocument();
  expect(screen.queryByTestId("keys-table")).not.toBeInTheDocument();
});

test("an administrator does not touch owners, sees who is shut out, and is told why an act was refused", async () => {
  const user = userEvent.setup();
  open(<MembersPage />, "admin");
  expect(await screen.findByTestId("shut-out-boss")).toBeDisabled();
  expect(screen.getByTestId("let-in-gone")).toBeEnabled();
  expect(screen.getByText("查看一切，不能更改；个人信息打码显示。")).toBeInTheDocument();
  await user.click(screen.getByTestId("shut-out-li"));
  await user.click(await screen.findByTestId("confirm-shut-out"));
  expect(await screen.findByText(/至少要留一位能管理工作区的成员。.*last_admin/)).toBeInTheDocument();
});

test("a new key is shown once and its state is told", async () => {
  const user = userEvent.setup();
  open(<KeysPage />, "owner");
  expect(await screen.findByTestId("key-state-k1")).toHaveTextContent("已过期");
  await user.click(screen.getByTestId("new-key"));
  await user.type(await screen.findByTestId("key-name"), " 小程序 ");
  await user.click(screen.getByTestId("key-submit"));
  expect(await screen.findByTestId("secret")).toHaveTextContent("zt_the-whole-key");
  expect(made).toEqual([{ name: "小程序", scopes: ["track"], expires_at: expect.stringMatching(/Z$/) }]);
  await user.click(screen.getByTestId("secret-noted"));
});

test("the own password is changed with the present one, and a fault is told at its field", async () => {
  const user = userEvent.setup();
  open(<OwnPage />, "viewer");
  const type = async (field: string, text: string) => {
    await user.clear(screen.getByTestId(`password-${field}`));
    await user.type(screen.getByTestId(`password-${field}`), text);
  };
  await type("current", "guessed");
  await type("new", "a-better-one");
  await type("again", "another-one");
  await user.click(screen.getByTestId("password-submit"));
  expect(await screen.findByText("两次输入不一致")).toBeInTheDocument();
  await type("again", "a-better-one");
  await user.click(screen.getByTestId("password-submit"));
  expect(await screen.findByText(/当前密码不对/)).toBeInTheDocument();
  await type("current", "old-one");
  await user.click(screen.getByTestId("password-submit"));
  expect(await screen.findByText("密码已修改，其他设备需要重新登录")).toBeInTheDocument();
  expect(screen.getByTestId("password-new")).toHaveValue("");
});
