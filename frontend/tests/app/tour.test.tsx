import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import type { Session } from "@/api/types";
import { SessionContext } from "@/app/session";
import { FirstTour } from "@/app/tour/FirstTour";
import { TOURS, useTours, wasSeen } from "@/app/tour/tours";
import { texts } from "@/locales/zh-CN";

const of = (id: number): Session => ({
  user: { id, username: "li", name: "小李" },
  workspace: { id: "w", slug: "w", name: "店", timezone: "Asia/Shanghai" },
  role: "operator",
});

beforeEach(() => localStorage.removeItem("zhitu.tours"));

function open(user: number) {
  return render(
    <SessionContext value={of(user)}>
      <div data-testid="journeys-table" />
      <div data-testid="journeys-search" />
      <FirstTour name="journeys" />
    </SessionContext>,
  );
}

test("somebody is shown around once, past what is not there, and again when they ask", async () => {
  const user = userEvent.setup();
  const { unmount } = open(1);
  expect(await screen.findByText("所有旅程")).toBeInTheDocument();
  await user.click(screen.getByTestId("tour-skip"));
  await waitFor(() => expect(screen.queryByText("所有旅程")).not.toBeInTheDocument());
  unmount();
  open(1);
  expect(screen.queryByText("所有旅程")).not.toBeInTheDocument();
  useTours.getState().restart(1);
  expect(await screen.findByText("所有旅程")).toBeInTheDocument();
});

test("another operator at the same browser is shown around too", () => {
  useTours.getState().finish(1, "journeys");
  expect([wasSeen(1, "journeys"), wasSeen(2, "journeys"), wasSeen(1, "canvas")]).toEqual([true, false, false]);
});

test("every step has its words", () => {
  const words = texts.tours as unknown as Record<string, Record<string, { title: string; text: string }>>;
  for (const [tour, steps] of Object.entries(TOURS)) {
    for (const step of steps) expect(words[tour]?.[step]?.title, `${tour} ${step}`).toBeTruthy();
  }
});
