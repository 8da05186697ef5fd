// Other people than the demo's administrator: members that she adds in the administration, each with a session of their own.
import assert from "node:assert/strict";
import { demo, openConsole } from "./operator.mjs";

const { ZHITU_URL } = process.env;
const PASSWORD = "a-password-of-a-test-77";

/** A page of the console in which a new member with this role is signed in. */
export async function openAsNewMember(browser, path, role = "operator") {
  const username = `member-${Date.now()}`;
  await addMember(browser, username, role);
  const page = await openConsole(browser, path);
  await page.getByTestId("login-username").fill(username);
  await page.getByTestId("login-password").fill(PASSWORD);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("login-submit").waitFor({ state: "detached" });
  return page;
}

async function addMember(browser, username, role) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${ZHITU_URL}/admin/login/`);
  await page.locator("#id_username").fill(demo.username);
  await page.locator("#id_password").fill(demo.password);
  await page.locator("[type=submit]").click();
  await page.locator("#logout-form").waitFor({ state: "attached" });
  const made = await submit(page, "/admin/auth/user/add/", {
    username,
    usable_password: "true",
    password1: PASSWORD,
    password2: PASSWORD,
  });
  const [, user] = /\/user\/(\d+)\//.exec(made) ?? [];
  assert.ok(user, `a user was made: ${made}`);
  const session = await (await page.request.get(`${ZHITU_URL}/api/v1/session/`)).json();
  const added = await submit(page, "/admin/workspaces/membership/add/", { user, workspace: session.workspace.id, role });
  assert.match(added, /\/membership\/$/, "a membership was made");
  await context.close();
}

/** Send a form of the administration; return the address that the answer leads to. */
async function submit(page, path, fields) {
  await page.goto(ZHITU_URL + path);
  const csrfmiddlewaretoken = await page.locator("[name=csrfmiddlewaretoken]").first().inputValue();
  const answer = await page.request.post(ZHITU_URL + path, {
    form: { csrfmiddlewaretoken, ...fields },
    headers: { Referer: ZHITU_URL + path },
  });
  return answer.url();
}
