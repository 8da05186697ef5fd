import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { HttpResponse, http } from "msw";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CallAct, SimulatedCall } from "@/api/types";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import { CallsTab } from "@/features/phone/CallsTab";
import { serve } from "../api/server";

const { world, server } = serve();
const ringing: SimulatedCall = {
  id: 7,
  phone: "+8613800000001",
  service: "robot_http",
  script: "S-1",
  content: "您好王，您预约的周五的体检请准时到店。",
  reference: "r",
  call_id: "c",
  state: "ringing",
  ending: "",
  keys: "",
  intent: "",
  opted_out: false,
  placed_at: "2026-03-02T02:00:00Z",
  answered_at: null,
  ended_at: null,
};
let call = ringing;
let acts: CallAct[] = [];

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  queries.clear();
  world.signedIn = true;
  call = ringing;
  acts = [];
  server.use(
    http.get("*/api/v1/simulator/calls/", () => HttpResponse.json({ results: [call] })),
    http.post("*/api/v1/simulator/calls/7/acts/", async ({ request }) => {
      const act = (await request.json()) as CallAct;
      acts.push(act);
      if (act.act === "answer") call = { ...call, state: "answered" };
      if (act.act === "press") call = { ...call, keys: call.keys + act.keys };
      if (act.act === "hang_up") call = { ...call, state: "ended", ending: "hung_up" };
      return HttpResponse.json(call);
    }),
  );
});
afterAll(() => server.close());

function open() {
  const router = createMemoryRouter([{ element: <Guard />, children: [{ path: "/", element: <CallsTab /> }] }]);
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
}

test("a call is picked up, hears keys, and is hung up; what is said is heard only then", async () => {
  const user = userEvent.setup();
  open();
  const answer = await screen.findByTestId("call-answer");
  expect(screen.queryByText(call.content)).not.toBeInTheDocument();
  await user.click(answer);
  expect(await screen.findByText(ringing.content)).toBeInTheDocument();
  await user.click(screen.getByTestId("key-1"));
  await user.click(screen.getByTestId("key-#"));
  await user.click(screen.getByTestId("call-hang-up"));
  await waitFor(() => expect(screen.getByTestId("call-state")).toHaveTextContent("对方挂断"));
  expect(acts.map((act) => [act.act, act.keys])).toEqual([
    ["answer", ""],
    ["press", "1"],
    ["press", "#"],
    ["hang_up", ""],
  ]);
});
