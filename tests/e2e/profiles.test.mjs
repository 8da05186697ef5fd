// What an operator learns of one person and does for them: finds them by name, reads their page, puts an attribute right, tags them,
// has a journey explained, finds the message that they got, lays segments over one another, and has people exported.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { api, choose, eventually, newCustomer, openSignedIn, report, screenshot, story } from "./operator.mjs";

const { ZHITU_URL } = process.env;
const MARK = Date.now();
const NAME = `赵${MARK}`;
const CITY = `城${MARK}`;
const customer = newCustomer();
const other = newCustomer();
let browser;
let page;
let person;
let run;
let message;
const step = story("profiles", () => page);
const T = (testId) => page.getByTestId(testId);
const search = async (testId, text) => {
  const input = T(testId).locator("input");
  await input.fill(text);
  await input.press("Enter");
};

before(async () => {
  browser = await launch();
  const known = ({ id, phone }, name) => ({ type: "identify", userId: id, traits: { name, city: CITY }, context: { externalIds: [{ type: "phone", id: phone }] } });
  await report(known(customer, NAME), known(other, `钱${MARK}`), { type: "track", userId: customer.id, event: `visited_${MARK}` });
  const found = await eventually("the person", () => api("GET", `profiles/?search=${customer.id}`), ({ results }) => results.length === 1);
  person = found.results[0].id;
  const node = (id, type, name, config, x) => ({ id, type, name, config, position: { x, y: 0 } });
  const graph = {
    schema_version: 1,
    nodes: [
      node("t", "trigger", "开始", { kind: "api" }, 0),
      node("sms", "send", "问候", { channel: "sms", account: "sms", template: "welcome_a", params: { name: "{{ profile.name }}" }, purpose: "service" }, 340),
      node("w", "wait", "等两天", { for: "P2D" }, 680),
    ],
    edges: [["t", "sms"], ["sms", "w"]].map(([source, target]) => ({ id: source, source, outcome: "next", target })),
    settings: {},
  };
  const journey = (await api("POST", "journeys/", { name: `客户页旅程 ${MARK}`, graph })).id;
  await api("POST", `journeys/${journey}/publish/`);
  await api("POST", `journeys/${journey}/enrollments/`, { profiles: [{ id: person }] });
  const runs = await eventually("the wait", () => api("GET", `enrollments/?profile=${person}`), ({ results }) => results[0]?.node === "w");
  run = runs.results[0].id;
  const sent = await eventually("the message", () => api("GET", `messages/?profile=${person}`), ({ results }) => results[0]?.state === "delivered");
  message = sent.results[0];
});
after(() => browser?.close());

step("she is found by the beginning of her name", async () => {
  page = await openSignedIn(browser, "/people");
  await T("people-table").waitFor();
  await search("people-search", NAME.slice(0, -1));
  await T(`person-${person}`).waitFor();
  await eventually("only who is meant", () => T("people-table").getAttribute("data-rows"), (rows) => rows === "1");
  await screenshot(page, "people-list");
  await T(`person-${person}`).click();
  await page.waitForURL(`**/people/${person}`);
});

step("her page says who she is and what happened to her", async () => {
  await T("person-facts").getByText(customer.phone).waitFor();
  const timeline = T("timeline");
  await timeline.getByText(`visited_${MARK}`).waitFor();
  await timeline.getByText(`客户页旅程 ${MARK}`).first().waitFor();
  await screenshot(page, "person");
  await T("timeline-kind").getByText("消息", { exact: true }).click();
  await T(`entry-${message.id}`).click();
  await T("message-drawer").getByTestId("message-state").filter({ hasText: "已送达" }).waitFor();
  await page.keyboard.press("Escape");
  await T("message-drawer").waitFor({ state: "detached" });
  const kinds = () => timeline.locator("li").evaluateAll((rows) => [...new Set(rows.map((row) => row.dataset.kind))].join());
  await eventually("messages alone", kinds, (shown) => shown === "message");
});

step("an attribute is put right, and its history has both values", async () => {
  await T("person-tab-attributes").click();
  await T("attribute-edit-city").click();
  await T("attribute-value").fill("杭州");
  await T("attribute-submit").click();
  await T("attribute-submit").waitFor({ state: "detached" });
  await T("attributes").getByText("杭州").waitFor();
  await T("attribute-history-city").click();
  const told = T("attribute-history");
  await told.getByText("杭州").waitFor();
  await told.getByText(CITY).waitFor();
  await page.keyboard.press("Escape");
  await told.waitFor({ state: "detached" });
  assert.equal((await api("GET", `profiles/${person}/`)).attributes.city, "杭州");
});

step("she is given a tag, which keeps who gave it", async () => {
  const key = `seen${MARK}`;
  await api("POST", "tags/", { key, name: `见过 ${MARK}`, kind: "manual" });
  await page.reload();
  await T("person-tab-tags").click();
  await T("tag-give").click();
  await choose(page, "tag-give-key", `见过 ${MARK}`);
  await T("tag-give-submit").click();
  await T(`has-tag-${key}`).waitFor();
  await T("person-tags").getByText("人工").waitFor();
  await screenshot(page, "person-tags");
  assert.equal((await api("GET", `profiles/${person}/`)).tags[key], true);
  await T(`tag-take-${key}`).click();
  await T(`has-tag-${key}`).waitFor({ state: "detached" });
});

step("what she said about a channel is recorded", async () => {
  await T("person-tab-consents").click();
  await T("consent-add").click();
  await T("consent-source").fill("门店登记");
  await T("consent-submit").click();
  await T("ledger").getByText("门店登记").waitFor();
  const { consents } = await api("GET", `profiles/${person}/`);
  assert.deepEqual(consents.map(({ channel, status }) => [channel, status]), [["sms", "granted"]]);
});

step("a journey is explained: where she is now, and why", async () => {
  await T("person-tab-journeys").click();
  await T(`run-now-${run}`).filter({ hasText: "等两天" }).waitFor();
  await T(`run-explain-${run}`).click();
  const told = T("explained");
  await told.getByTestId("explained-now").getByText(/等两天/).waitFor();
  await told.locator('[data-kind="message_requested"]').getByText("问候").waitFor();
  await screenshot(page, "explained");
  await page.keyboard.press("Escape");
  await told.waitFor({ state: "detached" });
});

step("her message is found by its address, and told whole", async () => {
  await page.goto(`${ZHITU_URL}/messages`);
  await search("messages-search", customer.phone);
  await T(`message-open-${message.id}`).click();
  const drawer = T("message-drawer");
  await drawer.getByTestId("message-text").filter({ hasText: NAME }).waitFor();
  await drawer.getByTestId("message-why").getByText(/请求发送/).waitFor();
  await drawer.getByTestId("message-receipts").getByText("已送达").waitFor();
  await screenshot(page, "message");
  await page.keyboard.press("Escape");
  await drawer.waitFor({ state: "detached" });
});

step("two segments are laid over one another, and what they share becomes a third", async () => {
  const segment = async (name, key, value) => (await api("POST", "segments/", { name, rule: { op: "attribute", key, cmp: "eq", value } })).id;
  const city = await segment(`城里 ${MARK}`, "city", CITY);
  const named = await segment(`姓钱 ${MARK}`, "name", `钱${MARK}`);
  for (const id of [city, named]) {
    await eventually("the members", () => api("GET", `segments/${id}/`), ({ freshness }) => freshness.known_since && freshness.phase !== "computing");
  }
  await page.goto(`${ZHITU_URL}/segments/compare?of=${city},${named}`);
  await T(`part-2-${city}-${named}`).filter({ hasText: "1" }).waitFor();
  await T(`part-1-${city}`).filter({ hasText: /^0$/ }).waitFor();
  await screenshot(page, "compare");
  await T("compare-combine").click();
  await T("combine-name").fill(`两者 ${MARK}`);
  await T("combine-submit").click();
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/);
  await T("segment-page").getByRole("heading", { name: `两者 ${MARK}` }).waitFor();
  await T("segment-members").click();
  await T("members-table").getByText(`钱${MARK}`).waitFor();
  await page.keyboard.press("Escape");
});

step("people are exported to a file", async () => {
  await page.goto(`${ZHITU_URL}/exports`);
  await T("new-export").click();
  await choose(page, "export-segment", `两者 ${MARK}`);
  await screenshot(page, "export-new");
  await T("export-submit").click();
  const state = page.locator('[data-testid^="export-state-"]').first();
  await eventually("the file", () => state.getAttribute("data-state"), (now) => now === "done");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator('[data-testid^="export-file-"]').first().click()]);
  assert.match(download.suggestedFilename(), /^people-.*\.xlsx$/);
  await screenshot(page, "exports");
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
});
