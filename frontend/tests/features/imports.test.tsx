import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import ImportPage from "@/features/imports/ImportPage";
import ImportsPage from "@/features/imports/ImportsPage";
import { retarget, sent } from "@/features/imports/mappingModel";
import { serve } from "../api/server";

const { world, server } = serve();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => queries.clear());
afterAll(() => server.close());

function open(path: string) {
  const children = [
    { path: "/imports", element: <ImportsPage /> },
    { path: "/imports/:id", element: <ImportPage /> },
  ];
  const router = createMemoryRouter([{ element: <Guard />, children }], { initialEntries: [path] });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  return router;
}

test("a file is uploaded, tried and imported, and its refused rows can be taken away", async () => {
  world.signedIn = true;
  const user = userEvent.setup();
  open("/imports");
  const input = (await screen.findByTestId("imports-page")).querySelector<HTMLInputElement>("input[type=file]");
  await user.upload(input as HTMLInputElement, new File(["手机号\n13800138000\n"], "会员.csv", { type: "text/csv" }));
  expect(await screen.findByTestId("import-mapping")).toBeInTheDocument();
  expect(screen.getByTestId("import-state")).toHaveTextContent("待设置");
  expect(screen.getByTestId("target-0")).toHaveTextContent("身份标识");
  await user.click(screen.getByTestId("import-check"));
  expect(await screen.findByText("这是试导入的结果，还没有写入任何数据。")).toBeInTheDocument();
  expect(screen.getByTestId("import-rejected")).toHaveTextContent("1");
  expect(screen.getByText("不是有效的电话号码。")).toBeInTheDocument();
  await user.click(screen.getByTestId("import-run"));
  await waitFor(() => expect(screen.getByTestId("import-state")).toHaveTextContent("已导入"));
  expect(screen.getByTestId("import-errors")).toHaveAttribute("href", "/api/v1/imports/0196-1/errors/?language=zh");
  expect(world.imports.started.map(({ what }) => what)).toEqual(["check", "run"]);
  expect(world.imports.started[1]?.mapping).toEqual({
    columns: [
      { column: 0, target: "identity", key: "phone" },
      { column: 1, target: "attribute", key: "name", type: "text" },
    ],
    timezone: "Asia/Shanghai",
    empty: "keep",
  });
});

test("a column that becomes something else keeps only what belongs to it", () => {
  const column = { column: 2, target: "attribute", key: "note", type: "date", format: "dmy" };
  expect(retarget(column, "consent", "短信")).toEqual({
    column: 2,
    target: "consent",
    channel: "sms",
    purpose: "marketing",
  });
  expect(retarget(column, "ignore", "备注")).toEqual({ column: 2, target: "ignore" });
  expect(retarget({ column: 2, target: "ignore" }, "tag", "vip")).toEqual({ column: 2, target: "tag", key: "vip" });
});

test("events say their name and whether journeys hear of them", () => {
  const columns = [{ column: 0, target: "occurred_at" }];
  expect(sent("events", { columns, event_name: "order_paid" }, "Asia/Shanghai")).toEqual({
    columns,
    timezone: "Asia/Shanghai",
    event_name: "order_paid",
    live: false,
  });
});
