import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Guard } from "@/app/Guard";
import { queries } from "@/app/queries";
import JourneysPage from "@/features/journeys/JourneysPage";
import { heightsOf } from "@/features/journeys/Sparkline";
import PlaysPage from "@/features/plays/PlaysPage";
import { serve } from "../api/server";

const { world, server } = serve();
beforeAll(() => {
  world.signedIn = true;
  server.listen({ onUnhandledRequest: "error" });
});
beforeEach(() => queries.clear());
afterAll(() => server.close());

function open(path: string) {
  const children = [
    { path: "/journeys", element: <JourneysPage /> },
    { path: "/plays", element: <PlaysPage /> },
  ];
  const router = createMemoryRouter([{ element: <Guard />, children }], { initialEntries: [path] });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
}

test("the bars of a sparkline are shares of the highest, and none where nothing happened", () => {
  expect(heightsOf([0, 2, 4])).toEqual([0, 0.5, 1]);
  expect(heightsOf([0, 0])).toEqual([0, 0]);
});

test("the list shows the people inside, the week and the conversion", async () => {
  open("/journeys");
  expect(await screen.findByTestId("inside-0195-1")).toHaveTextContent("3,210");
  expect(screen.getByTestId("entered-0195-1")).toHaveTextContent("41");
  expect(screen.getByTestId("conversion-0195-1")).toHaveTextContent("15%首单 · 1926 人");
});

test("chosen journeys are moved into a folder, which narrows the list", async () => {
  const user = userEvent.setup();
  open("/journeys");
  await user.click(await screen.findByTestId("choose-0195-2"));
  expect(screen.getByTestId("bulk-count")).toHaveTextContent("已选 1 个");
  await user.click(screen.getByTestId("bulk-move"));
  await user.click(await screen.findByTestId("bulk-move-f1"));
  await waitFor(() => expect(screen.queryByTestId("bulk-count")).not.toBeInTheDocument());
  await user.click(screen.getByTestId("folder-f1"));
  await waitFor(() => expect(screen.queryByTestId("journey-0195-1")).not.toBeInTheDocument());
  expect(screen.getByTestId("journey-0195-2")).toBeInTheDocument();
});

test("the gallery is searched and filtered", async () => {
  const user = userEvent.setup();
  open("/plays");
  await screen.findByTestId("play-replenishment");
  await user.click(screen.getByText("我们的"));
  await waitFor(() => expect(screen.queryByTestId("play-replenishment")).not.toBeInTheDocument());
  expect(screen.getByTestId("play-own-1")).toBeInTheDocument();
  await user.type(screen.getByTestId("plays-search"), "no such");
  expect(await screen.findByText("没有符合条件的打法")).toBeInTheDocument();
});
