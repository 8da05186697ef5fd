import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { expect, test } from "vitest";
import type { Page } from "@/api/types";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import { LongTable } from "@/lists/LongTable";
import { usePages } from "@/lists/usePages";

interface Row {
  id: string;
}

const SIZE = 50;
const session = { workspace: { timezone: "Asia/Shanghai" }, role: "operator" } as never;

function pagesOf(total: number) {
  const asked: (string | undefined)[] = [];
  const page = async (cursor?: string): Promise<Page<Row>> => {
    asked.push(cursor);
    const from = Number(cursor ?? 0);
    const results = Array.from({ length: Math.min(SIZE, total - from) }, (_, number) => ({ id: `r${from + number}` }));
    return { next: from + SIZE < total ? `https://x.example/?cursor=${from + SIZE}` : null, previous: null, results };
  };
  return { asked, page };
}

function Listed({ name, page }: { name: string; page: (cursor?: string) => Promise<Page<Row>> }) {
  const pages = usePages([name], page);
  const columns = [{ title: "id", key: "id", width: 200, render: (_: unknown, { id }: Row) => <a href={id}>{id}</a> }];
  return <LongTable<Row> pages={pages} columns={columns} label="列表" empty="没有" testId="list" height={400} />;
}

function show(name: string, page: (cursor?: string) => Promise<Page<Row>>) {
  render(
    <QueryClientProvider client={queries}>
      <SessionContext value={session}>
        <App>
          <Listed name={name} page={page} />
        </App>
      </SessionContext>
    </QueryClientProvider>,
  );
}

function scrollTo(top: number) {
  const scroller = screen.getByRole("table");
  scroller.scrollTop = top;
  fireEvent.scroll(scroller);
}

test("rows out of sight are not drawn, and each page is read once while one scrolls", async () => {
  const { asked, page } = pagesOf(120);
  show("many", page);
  await screen.findByText("r0");
  await waitFor(() => expect(screen.getByTestId("list-foot").dataset.all).toBeDefined());
  for (let turn = 0; screen.getByTestId("list-foot").dataset.all !== "true" && turn < 20; turn++) {
    const shown = Number(screen.getByTestId("list").dataset.rows);
    scrollTo(shown * 46 - 400);
    await waitFor(() => expect(Number(screen.getByTestId("list").dataset.rows)).toBeGreaterThan(shown));
  }
  expect(screen.getByTestId("list").dataset.rows).toBe("120");
  expect(asked).toEqual([undefined, "50", "100"]);
  expect(screen.getAllByRole("link").length).toBeLessThan(60);
});

test("an empty list says so", async () => {
  show("none", pagesOf(0).page);
  expect(await screen.findByText("没有")).toBeInTheDocument();
});
