import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Guard } from "@/app/Guard";
import { GROUPS, placeOf } from "@/app/places";
import { queries } from "@/app/queries";
import { Shell } from "@/app/Shell";
import { texts } from "@/locales/zh-CN";
import { serve } from "../api/server";

const { world, server } = serve();
const plain = window.matchMedia;
beforeAll(() => {
  world.signedIn = true;
  server.listen({ onUnhandledRequest: "error" });
});
beforeEach(() => {
  queries.clear();
  localStorage.removeItem("zhitu.sider");
});
afterAll(() => {
  window.matchMedia = plain;
  server.close();
});

/** A browser on which every media query about a least width holds, or none. */
function ofWidth(wide: boolean) {
  window.matchMedia = ((query: string) => ({
    ...plain(query),
    matches: wide && query.includes("min-width"),
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
  })) as typeof window.matchMedia;
}

function open(path: string) {
  const shell = { element: <Shell />, children: [{ path: "*", element: <main>a page</main> }] };
  const router = createMemoryRouter([{ element: <Guard />, children: [shell] }], { initialEntries: [path] });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  return router;
}

test("the place whose address agrees furthest is lit", () => {
  expect(placeOf("/journeys")).toBe("journeys");
  expect(placeOf("/journeys/1/review")).toBe("journeys");
  expect(placeOf("/events")).toBe("events");
  expect(placeOf("/events?tab=refused")).toBe("refused");
  expect(placeOf("/eventsful")).toBe("");
  expect(placeOf("/")).toBe("");
});

test("every place has a text, and no two have one key or one address", () => {
  const places = GROUPS.flatMap((group) => group.places);
  const words = texts.app as Record<string, string>;
  for (const { key } of places) expect(words[key], key).toBeTruthy();
  expect(new Set(places.map(({ key }) => key)).size).toBe(places.length);
  expect(new Set(places.map(({ to }) => to)).size).toBe(places.length);
});

test("the navigation is folded and stays so", async () => {
  ofWidth(true);
  const user = userEvent.setup();
  open("/journeys");
  const toggle = await screen.findByTestId("nav-toggle");
  expect(toggle).toHaveAttribute("aria-expanded", "true");
  await user.click(toggle);
  expect(toggle).toHaveAttribute("aria-expanded", "false");
  expect(localStorage.getItem("zhitu.sider")).toBe("folded");
});

test("where it is narrow the navigation is a drawer that closes when a place is chosen", async () => {
  ofWidth(false);
  const user = userEvent.setup();
  const router = open("/journeys");
  const toggle = await screen.findByTestId("nav-toggle");
  expect(screen.queryByTestId("nav-segments")).not.toBeInTheDocument();
  await user.click(toggle);
  expect(toggle).toHaveAttribute("aria-expanded", "true");
  await user.click(await screen.findByTestId("nav-segments"));
  expect(router.state.location.pathname).toBe("/segments");
  expect(toggle).toHaveAttribute("aria-expanded", "false");
});
