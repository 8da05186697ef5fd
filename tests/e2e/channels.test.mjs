// What an operator does with channels: makes an account at the simulator by its provider's form, tries its connection, looks at a
// template on a phone, pulls the kill switch and lifts it, limits how often people are written to, and makes codes to scan.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { openAsNewMember } from "./members.mjs";
import { api, choose, demo, eventually, goTo, holds, openSignedIn, screenshot, story } from "./operator.mjs";

const MARK = Date.now();
const KEY = `e2e-${MARK}`;
let browser;
let page;
let account;
const step = story("channels", () => page);
const T = (testId) => page.getByTestId(testId);

before(async () => {
  browser = await launch();
});
after(async () => {
  // Other stories run on the same installation: nothing of this one may hold their messages back.
  const { results } = await api("GET", "channels/stops/");
  for (const { id } of results) await remove(`channels/stops/${id}/`);
  const { version } = await api("GET", "channels/rules/");
  await api("PUT", "channels/rules/", { version, rules: {} });
  if (account) await api("PATCH", `channels/accounts/${account.id}/`, { enabled: false });
  await browser?.close();
});

step("an account at the simulator is made by the form that its provider describes", async () => {
  page = await openSignedIn(browser, "/");
  await goTo(page, "channels");
  await T("new-account").click();
  await choose(page, "account-provider", "阿里云短信");
  await T("account-name").fill(`浏览器短信 ${MARK}`);
  await T("account-key").fill(KEY);
  await T("account-use-simulator").click();
  await T("secret-access_key_id").fill(KEY);
  await T("secret-access_key_secret").fill("a-secret-of-a-test");
  await T("setting-sign_name").fill("知途测试");
  await T("account-rate").fill("50");
  await screenshot(page, "channels-account-form");
  await T("account-submit").click();
  await T("account-page").waitFor();
  const { results } = await api("GET", "channels/accounts/?page_size=200");
  account = await api("GET", `channels/accounts/${results.find(({ key }) => key === KEY).id}/`);
  assert.deepEqual(account.credential_names, ["access_key_id", "access_key_secret"]);
  assert.deepEqual([account.settings, account.rate], [{ sign_name: "知途测试" }, 50]);
  assert.ok(!(await page.content()).includes("a-secret-of-a-test"), "the page shows no secret");
});

step("its connection is tried, and its callback address is there to copy", async () => {
  await T("connection-test").click();
  await page.locator('[data-testid="connection-answer"][data-state="success"]').waitFor();
  await T("callback-report").filter({ hasText: new RegExp("/callbacks/.+/sms/aliyun/report/$") }).waitFor();
  await screenshot(page, "channels-account");
});

step("a provider that does not answer is told in words, and the right address mends it", async () => {
  await T("account-edit").click();
  await T("account-url").fill("http://127.0.0.1:9");
  await T("account-submit").click();
  await T("account-form").waitFor({ state: "detached" });
  await T("connection-test").click();
  await page.locator('[data-testid="connection-answer"][data-state="error"]').waitFor();
  await T("connection-answer").filter({ hasText: "连不上服务商" }).waitFor();
  await T("account-edit").click();
  await T("account-use-simulator").click();
  await T("account-submit").click();
  await T("account-form").waitFor({ state: "detached" });
  await T("connection-test").click();
  await page.locator('[data-testid="connection-answer"][data-state="success"]').waitFor();
});

step("its templates are read from the vendor", async () => {
  await T("sync-templates").click();
  await T("sync-result-templates").getByText(/新增 0/).waitFor();
  await T("account-back").click();
  await T(`account-state-${KEY}`).filter({ hasText: "启用" }).waitFor();
});

step("a template is seen on a phone, with its length and billed parts", async () => {
  await T("channels-tab-templates").click();
  await T("templates-search").fill("welcome_a");
  await T("preview-welcome_a").click();
  await T("variable-name").fill("王女士");
  await T("phone-bubble").getByText(/【知途演示】王女士，欢迎成为知途会员/).waitFor();
  await T("preview-segments").filter({ hasText: /^\s*1/ }).waitFor();
  await screenshot(page, "channels-preview");
  await T("variable-name").fill("x".repeat(80));
  await T("preview-problem").first().waitFor();
  await page.keyboard.press("Escape");
  await T("template-preview").waitFor({ state: "detached" });
});

step("the kill switch stops SMS for a reason, the account says so, and lifting it lets them go", async () => {
  await T("channels-tab-rules").click();
  await T("stop-sending").click();
  await choose(page, "stop-sending-channel", "短信");
  await T("stop-sending-reason").fill(`演练 ${MARK}`);
  await T("stop-sending-submit").click();
  await T("stop-sms").filter({ hasText: `演练 ${MARK}` }).waitFor();
  await screenshot(page, "channels-stopped");
  const [stop] = (await api("GET", "channels/stops/")).results;
  assert.deepEqual([stop.channel, stop.reason], ["sms", `演练 ${MARK}`]);
  await T("channels-tab-accounts").click();
  await page.locator(`[data-testid="account-state-${KEY}"][data-state="stopped"]`).waitFor();
  await T("channels-tab-rules").click();
  await T("lift-sms").click();
  await T("confirm-lift").click();
  await T("stops-none").waitFor();
  await eventually("no stop", async () => (await api("GET", "channels/stops/")).results.length === 0);
});

step("a frequency cap is said in words, kept as a version, changed, and shown with its use", async () => {
  await T("cap-add").click();
  await T("cap-0-id").fill("browser");
  await T("cap-0-most").fill("500");
  await T("cap-0-words").filter({ hasText: "500" }).waitFor();
  await T("own-rules-submit").click();
  const first = await eventually("the rules", () => api("GET", "channels/rules/"), ({ rules }) => rules.caps?.length === 1);
  assert.deepEqual([first.rules.caps[0].id, first.rules.caps[0].most], ["browser", 500]);
  await T("cap-0-most").fill("400");
  await T("own-rules-submit").click();
  const second = await eventually("the next version", () => api("GET", "channels/rules/"), ({ version }) => version > first.version);
  assert.equal(second.rules.caps[0].most, 400);
  await T("channels-tab-quotas").click();
  await T("quota-cap.browser").filter({ hasText: "400" }).waitFor();
});

step("rules that two change at once: the second sees the first's in words, and decides", async () => {
  await T("channels-tab-rules").click();
  await T("cap-0-most").fill("300");
  const { version, rules } = await api("GET", "channels/rules/");
  await api("PUT", "channels/rules/", { version, rules: { caps: [{ ...rules.caps[0], most: 7 }], closed_days: ["2026-10-01"] } });
  await T("own-rules-submit").click();
  const told = T("rules-conflict");
  await told.getByText(/最多收到 7 条/).waitFor();
  await told.getByText(/2026-10-01/).waitFor();
  await screenshot(page, "rules-conflict");
  await T("rules-later").click();
  await told.waitFor({ state: "hidden" });
  await holds(T("cap-0-most"), "300"); // What was typed is still there.
  assert.equal((await api("GET", "channels/rules/")).rules.caps[0].most, 7, "and theirs holds");
  await T("own-rules-submit").click();
  await T("rules-theirs").click();
  await T("closed-days").getByText("2026-10-01").waitFor();
  await holds(T("cap-0-most"), "7");
  await T("cap-0-most").fill("200");
  await T("own-rules-submit").click();
  await eventually("mine", () => api("GET", "channels/rules/"), ({ rules: now }) => now.caps[0].most === 200);
});

step("what is not saved is not lost by a click on another page", async () => {
  await T("cap-0-most").fill("150");
  await goTo(page, "people");
  await T("leave-stay").click();
  await holds(T("cap-0-most"), "150");
  await goTo(page, "people");
  await T("leave-discard").click();
  await T("people-page").or(T("people-table")).first().waitFor();
  await page.goto(`${process.env.ZHITU_URL}/settings/rules`);
  await T("rules-version").waitFor();
  await holds(T("cap-0-most"), "200"); // The settings have the same rules.
});

step("a QR code of an official account is made, with what those who scan it get", async () => {
  await page.goto(`${process.env.ZHITU_URL}/channels/codes`);
  await T("new-qr-code").click();
  await T("qr-code-name").fill(`门店海报 ${MARK}`);
  await T("qr-code-scene").fill(`poster-${MARK}`);
  await T("qr-code-submit").click();
  await T(`qr-code-poster-${MARK}`).getByText(`门店海报 ${MARK}`).waitFor();
  await screenshot(page, "channels-qr-code");
  const { results } = await api("GET", "channels/qr-codes/?expired=false&page_size=200");
  const { id, url } = results.find(({ scene }) => scene === `poster-${MARK}`);
  assert.match(url, /^https?:/, "the vendor made it");
  assert.ok(id);
});

step("a contact way that leads to a member of staff is made at the vendor, and taken back", async () => {
  await T("channels-tab-contacts").click();
  await T("new-contact-way").click();
  await T("contact-way-name").fill(`收银台 ${MARK}`);
  await T("contact-way-state").fill(`till-${MARK}`);
  await T("contact-way-users").locator("input").fill("zhangsan");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await T("contact-way-submit").click();
  const card = T(`contact-way-till-${MARK}`);
  await card.getByText("zhangsan").waitFor();
  await screenshot(page, "channels-contact-way");
  await card.getByRole("button", { name: `删除 收银台 ${MARK}` }).click();
  await page.locator(".ant-popconfirm .ant-btn-dangerous").click();
  await card.waitFor({ state: "detached" });
});

step("who may only look finds no button that changes anything", async () => {
  const reader = await openAsNewMember(browser, "/channels/rules", "viewer");
  await reader.getByTestId("rules-version").waitFor();
  for (const id of ["stop-sending", "cap-add", "own-rules-submit"])
    assert.equal(await reader.getByTestId(id).count(), 0, `${id} is not there`);
  await reader.context().close();
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
});

async function remove(path) {
  const { ZHITU_URL } = process.env;
  const answer = await fetch(`${ZHITU_URL}/api/v1/${path}`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${demo.api_key}` },
  });
  assert.equal(answer.status, 204);
}
