import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SegmentFields } from "@/api/segments";
import { forget, kept, placeOf } from "@/app/kept";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import { newRule } from "@/canvas/core/rules";
import { SegmentEditor } from "@/features/segments/SegmentEditor";
import { serve } from "../api/server";

const { world, server } = serve();
const session = {
  user: { id: 1, username: "admin", name: "管理员" },
  workspace: { id: "w1", slug: "demo", name: "演示品牌", timezone: "Asia/Shanghai" },
  role: "owner" as const,
};
const ID = "0195-s";
const PLACE = placeOf("segment", session.user.id, ID);
const SEGMENT: SegmentFields = { name: "高价值", description: "", rule: newRule("attribute") };

beforeAll(() => {
  server.listen({ onUnhandledRequest: "bypass" });
  world.signedIn = true;
});
afterAll(() => server.close());
beforeEach(() => {
  queries.clear();
  forget(PLACE);
});

function open(segment = SEGMENT) {
  const element = <SegmentEditor segment={segment} id={ID} />;
  const router = createMemoryRouter([{ path: "/", element }]);
  return render(
    <QueryClientProvider client={queries}>
      <App>
        <SessionContext value={session}>
          <RouterProvider router={router} />
        </SessionContext>
      </App>
    </QueryClientProvider>,
  );
}

/** Type a name and go away without saving, as a closed tab does. */
async function leave() {
  const page = open();
  const name = await screen.findByTestId("segment-name");
  await userEvent.clear(name);
  await userEvent.type(name, "新名字");
  page.unmount();
}

test("what was typed and not saved is there again, and is forgotten when it is discarded", async () => {
  await leave();
  const { unmount } = open();
  expect(await screen.findByTestId("segment-name")).toHaveValue("新名字");
  expect(screen.getByTestId("segment-found")).toHaveTextContent("找回了上次没保存的修改");
  await userEvent.click(screen.getByTestId("segment-found-drop"));
  expect(screen.getByTestId("segment-name")).toHaveValue("高价值");
  expect(screen.queryByTestId("segment-found")).not.toBeInTheDocument();
  expect(kept(PLACE)).toBeNull();
  unmount();
  open();
  expect(await screen.findByTestId("segment-name")).toHaveValue("高价值");
});

test("it says so when somebody has saved the segment meanwhile", async () => {
  await leave();
  open({ ...SEGMENT, description: "别人写的" });
  expect(await screen.findByTestId("segment-found")).toHaveTextContent("后来被别人改过");
});

test("what was saved is not kept", async () => {
  server.use(http.patch("*/api/v1/segments/:id/", () => HttpResponse.json({ ...SEGMENT, id: ID })));
  await leave();
  open();
  await userEvent.click(await screen.findByTestId("segment-submit"));
  await waitFor(() => expect(kept(PLACE)).toBeNull());
  expect(screen.queryByTestId("segment-found")).not.toBeInTheDocument();
});
