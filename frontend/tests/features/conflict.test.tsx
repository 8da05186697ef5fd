import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { forget, placeOf } from "@/app/kept";
import { queries } from "@/app/queries";
import { SessionContext } from "@/app/session";
import { EMPTY_GRAPH } from "@/canvas/core/graph";
import { graphStore } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { ConflictDialog } from "@/features/canvas/ConflictDialog";
import { useDraft } from "@/features/canvas/useDraft";
import { serve } from "../api/server";

const { world, server } = serve();
const session = {
  user: { id: 1, username: "admin", name: "管理员" },
  workspace: { id: "w1", slug: "demo", name: "演示品牌", timezone: "Asia/Shanghai" },
  role: "owner" as const,
};
const id = [...world.journeys.keys()][0] ?? "";
const theirs = () => {
  const stored = world.journeys.get(id);
  if (!stored) throw new Error("the fake world has no journeys");
  return stored;
};

function Desk() {
  const draft = useDraft(id);
  return (
    <>
      <button type="button" onClick={() => draft.save.mutate()}>
        save
      </button>
      {draft.ready && <span data-testid="state">{draft.dirty ? "unsaved" : "saved"}</span>}
      {draft.conflict && (
        <ConflictDialog journeyId={id} mine={draft.conflict} onSaved={draft.settled} onClose={draft.closeConflict} />
      )}
    </>
  );
}

beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());
beforeEach(() => {
  world.signedIn = true;
  queries.clear();
  forget(placeOf("draft", session.user.id, id));
  graphStore.getState().open(EMPTY_GRAPH, 0);
});

/** Open the page and wait until it has taken the draft: the store still holds what a page before drew. */
async function open() {
  const router = createMemoryRouter([{ path: "/", element: <Desk /> }]);
  const page = render(
    <QueryClientProvider client={queries}>
      <App>
        <SessionContext value={session}>
          <RouterProvider router={router} />
        </SessionContext>
      </App>
    </QueryClientProvider>,
  );
  await screen.findByTestId("state");
  return page;
}

/** Somebody draws here, another saves meanwhile, and then this one is saved too. */
async function collide() {
  const user = userEvent.setup();
  await open();
  graphStore.getState().rename("n1", "mine");
  const graph = structuredClone(theirs().graph);
  for (const node of graph.nodes) if (node.id === "n1") node.name = "theirs";
  Object.assign(theirs(), { graph, revision: theirs().revision + 1 });
  await user.click(await screen.findByText("save"));
  await screen.findByTestId("conflict");
  return user;
}

const stored = () => theirs().graph.nodes.find((node) => node.id === "n1")?.name;
const drawn = () => graphStore.getState().graph.nodes.find((node) => node.id === "n1")?.name;

test("mine is saved over theirs", async () => {
  const user = await collide();
  await user.click(screen.getByTestId("conflict-mine"));
  await waitFor(() => expect(screen.queryByTestId("conflict")).not.toBeInTheDocument());
  expect([stored(), drawn()]).toEqual(["mine", "mine"]);
  expect(screen.getByTestId("state")).toHaveTextContent(/^saved$/);
  expect(graphStore.getState().saved.revision).toBe(theirs().revision);
});

test("theirs is taken and mine is gone", async () => {
  const user = await collide();
  await user.click(screen.getByTestId("conflict-theirs"));
  await waitFor(() => expect(drawn()).toBe("theirs"));
  expect(stored()).toBe("theirs");
  expect(screen.getByTestId("state")).toHaveTextContent(/^saved$/);
});

test("closing decides nothing: mine stays unsaved and theirs stays stored", async () => {
  const user = await collide();
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("conflict")).not.toBeInTheDocument());
  expect([stored(), drawn()]).toEqual(["theirs", "mine"]);
  expect(screen.getByTestId("state")).toHaveTextContent("unsaved");
});

test("what was left unsaved is found again, can be undone, and is then forgotten", async () => {
  const before = await open();
  const first = drawn();
  graphStore.getState().rename("n1", "left");
  before.unmount();
  queries.clear();
  const after = await open();
  await waitFor(() => expect(drawn()).toBe("left"));
  expect(screen.getByTestId("state")).toHaveTextContent("unsaved");
  graphStore.temporal.getState().undo();
  await waitFor(() => expect(screen.getByTestId("state")).toHaveTextContent(/^saved$/));
  after.unmount();
  queries.clear();
  await open();
  expect(drawn()).toBe(first);
});

test("another's draft that takes the place of an untouched one can be undone to one's own, and the steps before it too", async () => {
  await open();
  const first = drawn();
  graphStore.getState().rename("n1", "mine");
  await userEvent.click(screen.getByText("save"));
  await waitFor(() => expect(screen.getByTestId("state")).toHaveTextContent(/^saved$/));
  const graph = structuredClone(theirs().graph);
  for (const node of graph.nodes) if (node.id === "n1") node.name = "theirs";
  Object.assign(theirs(), { graph, revision: theirs().revision + 1 });
  useView.setState({ heard: theirs().revision });
  await waitFor(() => expect(drawn()).toBe("theirs"));
  expect(screen.getByTestId("state")).toHaveTextContent(/^saved$/);
  const { undo } = graphStore.temporal.getState();
  undo();
  expect(drawn()).toBe("mine");
  undo();
  expect(drawn()).toBe(first);
});

test("what was left unsaved upon an older draft asks whose holds when it is saved", async () => {
  const before = await open();
  graphStore.getState().rename("n1", "left");
  before.unmount();
  Object.assign(theirs(), { revision: theirs().revision + 1 });
  queries.clear();
  await open();
  await waitFor(() => expect(drawn()).toBe("left"));
  await userEvent.click(screen.getByText("save"));
  expect(await screen.findByTestId("conflict")).toBeInTheDocument();
});
