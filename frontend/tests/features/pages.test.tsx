import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import JourneysPage from "@/features/journeys/JourneysPage";
import LoginPage from "@/features/login/LoginPage";
import { serve } from "../api/server";

const { world, server } = serve();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => queries.clear());
afterAll(() => server.close());

function open(path: string) {
  const router = createMemoryRouter(
    [
      { path: "/login", element: <LoginPage /> },
      { element: <Guard />, children: [{ path: "/", element: <JourneysPage /> }] },
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

test("a stranger is asked to sign in, told when the password is wrong, and then sees the journeys", async () => {
  world.signedIn = false;
  const user = userEvent.setup();
  open("/");
  await user.type(await screen.findByTestId("login-username"), "admin");
  await user.type(screen.getByTestId("login-password"), "no");
  await user.click(screen.getByTestId("login-submit"));
  expect(await screen.findByTestId("login-error")).toHaveTextContent("用户名或密码不正确。");
  await user.clear(screen.getByTestId("login-password"));
  await user.type(screen.getByTestId("login-password"), "zhitu");
  await user.click(screen.getByTestId("login-submit"));
  expect(await screen.findByText("新客首购培育")).toBeInTheDocument();
  expect(screen.getByTestId("state-live")).toHaveTextContent("运行中");
});

test("searching narrows the list and says when nothing is found", async () => {
  world.signedIn = true;
  const user = userEvent.setup();
  open("/");
  await screen.findByText("新客首购培育");
  await user.type(screen.getByTestId("journeys-search"), "生日");
  await waitFor(() => expect(screen.queryByText("新客首购培育")).not.toBeInTheDocument());
  expect(screen.getByText("生日关怀")).toBeInTheDocument();
  await user.type(screen.getByTestId("journeys-search"), "xyz");
  expect(await screen.findByText("没有符合条件的旅程")).toBeInTheDocument();
});
