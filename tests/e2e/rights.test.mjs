// Who may do what, and what is kept of it: a member is added, a key is made and revoked, a number is unmasked for a reason, people are
// sent to somebody's server, a person is erased with a certificate, and a member changes her password.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { openAs } from "./members.mjs";
import { api, choose, eventually, goTo, newCustomer, openSignedIn, pick, report, screenshot, story } from "./operator.mjs";

const { ZHITU_URL } = process.env;
const MARK = Date.now();
const CITY = `乡${MARK}`;
const NAME = `孙${MARK}`;
const OWN = "another-password-of-a-test-78";
const customer = newCustomer();
let browser;
/** Of the administrator, and of an operator, to whom people are masked. */
let page;
let hers;
/** The operator's first password. */
let first;
let person;
/** Whose page a picture is taken of when a step fails. */
let seen;
const step = story("rights", () => seen ?? page);
const T = (testId) => page.getByTestId(testId);

before(async () => {
  browser = await launch();
  const context = { externalIds: [{ type: "phone", id: customer.phone }] };
  await report({ type: "identify", userId: customer.id, traits: { name: NAME, city: CITY }, context });
  const found = await eventually("the person", () => api("GET", `profiles/?search=${customer.id}`), ({ results }) => results.length === 1);
  person = found.results[0].id;
});
after(() => browser?.close());

step("a member is added, and signs in with the password that is shown once", async () => {
  page = await openSignedIn(browser, "/settings/members");
  const username = `rights-${MARK}`;
  await T("add-member").click();
  await T("member-username").fill(username);
  await T("member-name").fill("周敏");
  await T("member-submit").click();
  first = (await T("secret").innerText()).trim();
  await T("secret-noted").click();
  await T(`member-${username}`).getByText("周敏").waitFor();
  hers = await openAs(browser, `/people/${person}`, username, first);
  hers.username = username;
});

step("a key reports events and reads nothing, until it is revoked", async () => {
  const name = `收银台 ${MARK}`;
  await goTo(page, "keys");
  await T("new-key").click();
  await T("key-name").fill(name);
  await T("key-submit").click();
  const key = (await T("secret").innerText()).trim();
  await T("secret-noted").click();
  const Authorization = `Bearer ${key}`;
  const track = () =>
    fetch(`${ZHITU_URL}/v1/track`, {
      method: "POST",
      headers: { Authorization: `Basic ${Buffer.from(`${key}:`).toString("base64")}`, "Content-Type": "application/json" },
      body: JSON.stringify({ userId: customer.id, event: `visited_${MARK}` }),
    });
  assert.equal((await track()).status, 200);
  assert.equal((await fetch(`${ZHITU_URL}/api/v1/profiles/`, { headers: { Authorization } })).status, 403);
  const row = page.getByRole("row").filter({ hasText: name });
  await row.locator('[data-testid^="revoke-"]').click();
  await T("confirm-revoke").click();
  await row.getByText("已吊销").waitFor();
  assert.equal((await track()).status, 401);
});

step("an operator sees a masked number, and the whole of it for a reason", async () => {
  const facts = hers.getByTestId("person-facts");
  await facts.getByText("****").first().waitFor();
  assert.equal(await facts.getByText(customer.phone).count(), 0);
  await hers.getByTestId("person-unmask").click();
  await hers.getByTestId("reason-text").fill(`客户来电 ${MARK}`);
  await hers.getByTestId("reason-submit").click();
  await hers.getByTestId("person-clear").getByText(customer.phone).waitFor();
  await screenshot(hers, "unmasked");
});

step("the audit log says who saw whom, when and why", async () => {
  await goTo(page, "audit");
  await choose(page, "audit-action", "查看明文");
  await T("audit-actor").locator("input").fill(hers.username);
  await page.keyboard.press("Enter");
  await T("audit-table").getByText(`客户来电 ${MARK}`).waitFor();
  await screenshot(page, "audit");
  const told = await page.request.get(`${ZHITU_URL}/api/v1/audit/?action=unmasked&profile=${person}`);
  const { results } = await told.json();
  assert.deepEqual(results.map(({ actor, reason }) => [actor, reason]), [[hers.username, `客户来电 ${MARK}`]]);
});

step("people are exported to a server, under the names that it has for them", async () => {
  const calls = [];
  const receiver = createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      calls.push(JSON.parse(Buffer.concat(parts)));
      response.writeHead(204).end();
    });
  });
  await new Promise((ready) => receiver.listen(0, "127.0.0.1", ready));
  const rule = { op: "attribute", key: "city", cmp: "eq", value: CITY };
  const segment = await api("POST", "segments/", { name: `同乡 ${MARK}`, rule });
  await eventually("the members", () => api("GET", `segments/${segment.id}/`), ({ freshness }) => freshness.known_since && freshness.phase !== "computing");
  await page.goto(`${ZHITU_URL}/exports`);
  await T("new-export").click();
  await choose(page, "export-segment", `同乡 ${MARK}`);
  await pick(page, "export-target", 1);
  await T("export-url").fill(`http://127.0.0.1:${receiver.address().port}/people`);
  await T("export-field-1-name").fill("mobile");
  await screenshot(page, "export-webhook");
  await T("export-submit").click();
  const [call] = await eventually("the call", () => calls, (made) => made.length > 0);
  assert.deepEqual(call.rows, [{ id: person, mobile: customer.phone }]);
  const state = page.locator('[data-testid^="export-state-"]').first();
  await eventually("the end", () => state.getAttribute("data-state"), (now) => now === "done");
  receiver.close();
});

step("a person is erased, which a certificate says table by table", async () => {
  await page.goto(`${ZHITU_URL}/people/${person}`);
  await T("person-erase").click();
  await T("reason-text").fill(`客户要求 ${MARK}`);
  await T("reason-submit").click();
  const certificate = page.locator('[data-testid="certificate"][data-state="done"]');
  await certificate.waitFor();
  await certificate.getByText("profiles_identity", { exact: true }).waitFor();
  await screenshot(page, "certificate");
  await page.keyboard.press("Escape");
  await page.waitForURL("**/people");
  await api("GET", `profiles/${person}/`, undefined, 404);
  assert.deepEqual((await api("GET", `profiles/?search=${encodeURIComponent(customer.phone)}`)).results, []);
  await page.goto(`${ZHITU_URL}/settings/privacy?tab=erasures`);
  await page.getByText(`客户要求 ${MARK}`).first().waitFor();
});

step("a member changes her own password, which ends her other session", async () => {
  seen = hers;
  const other = await openAs(browser, "/journeys", hers.username, first);
  await hers.goto(`${ZHITU_URL}/dashboard`);
  await hers.getByTestId("user-menu").click();
  await hers.getByTestId("own-account").click();
  const change = async (current, fresh) => {
    await hers.getByTestId("password-current").fill(current);
    await hers.getByTestId("password-new").fill(fresh);
    await hers.getByTestId("password-again").fill(fresh);
    await hers.getByTestId("password-submit").click();
  };
  await change("not-the-one", OWN);
  await hers.getByText(/当前密码不对/).waitFor();
  await change(first, "password1");
  await hers.getByText(/容易被猜到/).waitFor();
  await change(first, OWN);
  // The form is empty again; what is said in a corner goes by itself.
  await eventually("it is changed", () => hers.getByTestId("password-new").inputValue(), (left) => left === "");
  await screenshot(hers, "own-password");
  await other.goto(`${ZHITU_URL}/journeys`);
  await other.getByTestId("login-submit").waitFor();
  await hers.reload();
  await hers.getByTestId("own-page").waitFor();
  await openAs(browser, "/dashboard", hers.username, OWN);
});

step("the pages complained of nothing", () => {
  for (const each of [page, hers]) assert.deepEqual(each.complaints, []);
});
