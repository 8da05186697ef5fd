import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import PhonePage from "@/features/phone/PhonePage";
import { serve } from "../api/server";

const { world, server } = serve();
beforeAll(() => {
  server.listen({ onUnhandledRequest: "error" });
  // jsdom has no layout to scroll.
  Element.prototype.scrollIntoView = () => undefined;
});
beforeEach(() => {
  queries.clear();
  world.signedIn = true;
});
afterAll(() => server.close());

function open(path: string) {
  const router = createMemoryRouter([{ element: <Guard />, children: [{ path: "/phone", element: <PhonePage /> }] }], {
    initialEntries: [path],
  });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
}

test("a mail is shown in a frame that may run nothing, and as text", async () => {
  const user = userEvent.setup();
  open("/phone?tab=mail");
  expect(await screen.findByTestId("mailbox-wang@example.com")).toBeInTheDocument();
  const frame = await screen.findByTitle("春季上新");
  expect(frame).toHaveAttribute("sandbox", "");
  expect(frame).toHaveAttribute("srcdoc", expect.stringContaining("<p>春季上新</p>"));
  await user.click(screen.getByText("纯文本"));
  expect(screen.getByText(/退订请点击/)).toBeInTheDocument();
});

test("the button of the mail client unsubscribes, and a bounce shows", async () => {
  const user = userEvent.setup();
  open("/phone?tab=mail&box=wang@example.com");
  await user.click(await screen.findByTestId("mail-unsubscribe"));
  await waitFor(() => expect(screen.getByTestId("mail-1")).toHaveTextContent("已退订"));
  await user.click(screen.getByTestId("mail-bounce-hard"));
  await waitFor(() => expect(screen.getByTestId("mail-1")).toHaveTextContent("已退信"));
});

test("the tabs lead from phones to mailboxes", async () => {
  const user = userEvent.setup();
  open("/phone");
  await user.click(await screen.findByRole("tab", { name: "邮件" }));
  expect(await screen.findByTestId("mailbox")).toBeInTheDocument();
});
