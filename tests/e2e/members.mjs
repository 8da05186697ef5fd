// Other people than the demo's administrator: members that she adds, each with a session of their own.
import assert from "node:assert/strict";
import { demo, openConsole } from "./operator.mjs";

const { ZHITU_URL } = process.env;

/** A page of the console in which a new member with this role is signed in; her user name is the page's `username`. */
export async function openAsNewMember(browser, path, role = "operator") {
  const username = `member-${Date.now()}`;
  const page = await openAs(browser, path, username, await addMember(browser, username, role));
  page.username = username;
  return page;
}

/** A page of the console, in a session of its own, of somebody who is a member already. */
export async function openAs(browser, path, username, password) {
  const page = await openConsole(browser, path);
  await page.getByTestId("login-username").fill(username);
  await page.getByTestId("login-password").fill(password);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("login-submit").waitFor({ state: "detached" });
  return page;
}

/** Make a user who is a member, as an administrator's console asks for it; return the first password. */
async function addMember(browser, username, role) {
  const context = await browser.newContext();
  const ask = async (path, data, headers) => {
    const answer = await context.request.post(`${ZHITU_URL}/api/v1/${path}`, { data, headers });
    assert.ok(answer.ok(), `${path}: ${answer.status()}`);
    return answer.json();
  };
  await ask("session/", { username: demo.username, password: demo.password });
  const token = (await context.cookies()).find(({ name }) => name === "csrftoken").value;
  const { password } = await ask("members/", { username, role }, { "X-CSRFToken": token });
  await context.close();
  return password;
}
