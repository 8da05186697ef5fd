import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { createMemoryRouter, Link, RouterProvider } from "react-router";
import { expect, test, vi } from "vitest";
import { LeaveDialog } from "@/app/LeaveDialog";

function open(lost: () => boolean, save: () => Promise<unknown>, onDiscard = vi.fn()) {
  const page = (
    <>
      <Link to="/elsewhere">away</Link>
      <LeaveDialog lost={lost} save={save} onDiscard={onDiscard} />
    </>
  );
  const router = createMemoryRouter([
    { path: "/", element: page },
    { path: "/elsewhere", element: <p>elsewhere</p> },
  ]);
  render(<RouterProvider router={router} />);
  return { user: userEvent.setup(), onDiscard };
}

test("nothing stops a way out with nothing unsaved", async () => {
  const { user } = open(
    () => false,
    () => Promise.resolve(),
  );
  await user.click(screen.getByText("away"));
  expect(await screen.findByText("elsewhere")).toBeInTheDocument();
});

test("unsaved edits stop it until they are saved", async () => {
  const save = vi.fn(() => Promise.resolve({}));
  const { user } = open(() => true, save);
  await user.click(screen.getByText("away"));
  await user.click(await screen.findByTestId("leave-save"));
  expect(await screen.findByText("elsewhere")).toBeInTheDocument();
  expect(save).toHaveBeenCalledOnce();
});

test.each([
  ["another was faster", () => Promise.resolve(null)],
  ["the save fails", () => Promise.reject(new Error("offline"))],
])("one stays where %s", async (_, save) => {
  const { user } = open(() => true, save);
  await user.click(screen.getByText("away"));
  await user.click(await screen.findByTestId("leave-save"));
  await waitFor(() => expect(screen.queryByTestId("leave")).not.toBeInTheDocument());
  expect(screen.getByText("away")).toBeInTheDocument();
});

test("who gives the edits up leaves without saving", async () => {
  const save = vi.fn(() => Promise.resolve({}));
  const { user, onDiscard } = open(() => true, save);
  await user.click(screen.getByText("away"));
  await user.click(await screen.findByTestId("leave-discard"));
  expect(await screen.findByText("elsewhere")).toBeInTheDocument();
  expect(onDiscard).toHaveBeenCalledOnce();
  expect(save).not.toHaveBeenCalled();
});
