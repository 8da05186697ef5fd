import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { act, render, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { ask } from "@/api/ask";
import { ConnectionLost } from "@/app/ConnectionLost";
import { queries } from "@/app/queries";

let up = false;
const server = setupServer(
  http.get("*/api/v1/tags/", () => (up ? HttpResponse.json({ said: "here" }) : HttpResponse.error())),
  http.get("*/healthz", () => (up ? HttpResponse.text("ok") : HttpResponse.error())),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => vi.useRealTimers());
afterAll(() => server.close());

function Shown() {
  const { data, error } = useQuery({
    queryKey: ["tags"],
    queryFn: () => ask<{ said: string }>("get", "tags/"),
    retry: false,
  });
  return <p>{data?.said ?? (error ? "failed" : "waiting")}</p>;
}

test("a lost connection is said, and what could not be shown is asked again when the server answers", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true });
  render(
    <QueryClientProvider client={queries}>
      <Shown />
      <ConnectionLost />
    </QueryClientProvider>,
  );
  expect(await screen.findByTestId("connection-lost")).toHaveTextContent("和服务器的连接断开了");
  expect(screen.getByText("failed")).toBeInTheDocument();
  up = true;
  await act(() => vi.advanceTimersByTimeAsync(3_100));
  expect(await screen.findByText("here")).toBeInTheDocument();
  await waitFor(() => expect(screen.queryByTestId("connection-lost")).not.toBeInTheDocument());
});
