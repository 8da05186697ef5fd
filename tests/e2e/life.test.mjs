// The life of a journey as an operator leads it: a segment made on its page and used in a rule, a forecast, an approval by a second
// person, a test send, people moved to a new version, staff tasks reported in the console and on a phone, and unsaved edits that no
// link loses.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { checkAccess, PHONE } from "./looks.mjs";
import { openAsNewMember } from "./members.mjs";
import { actUntil, api, choose, demo, eventually, goTo, newCustomer, openSignedIn, pick, profileOf, register, screenshot, shown, story } from "./operator.mjs";

const MARK = Date.now();
const CITY = `城市${MARK}`;
const SEGMENT = `${CITY}的客户`;
const [customer, friend] = [newCustomer(), newCustomer()];
let browser;
let page;
let journey;
let run;
const step = story("life", () => page);
const T = (testId) => page.getByTestId(testId);

before(async () => {
  browser = await launch();
  await register(customer, `life_registered_${MARK}`);
  await eventually("the customer", () => api("GET", `profiles/?search=${encodeURIComponent(customer.phone)}`), ({ results }) => results.length === 1);
  await api("POST", "profiles/", { identities: { phone: customer.phone }, attributes: { city: CITY } });
});
after(() => browser?.close());

step("a segment is made on its page, with a count that follows its rule, and a fault of a rule is told in Chinese", async () => {
  page = await openSignedIn(browser, "/segments");
  await T("new-segment").click();
  await T("segment-name").fill(SEGMENT);
  await T("segment-rule-key").fill("city");
  await T("segment-rule-value").fill(`${CITY}无人`);
  await counted(0);
  await T("segment-rule-value").fill(CITY);
  await counted(1);
  await T("segment-submit").click();
  await T("segment-members").click();
  await T(`member-${(await profileOf(customer)).id}`).last().waitFor();
  await page.keyboard.press("Escape");
  await screenshot(page, "segment");
  const answer = await api("POST", "segments/preview/", { rule: { op: "attribute", key: "city", cmp: "in", value: CITY } }, 400);
  assert.equal(answer.messages["zh-CN"], "这种比较需要一组值。");
});

step("a rule names the segment, and leaving with unsaved edits asks first", async () => {
  const node = (id, type, config, x) => ({ id, type, name: "", config, position: { x, y: 0 } });
  const graph = {
    schema_version: 1,
    nodes: [
      node("t", "trigger", { kind: "api" }, 0),
      node("sp", "split", { branches: [{ id: "b1", name: "本地", rule: { op: "tag", key: "nobody" } }] }, 340),
      node("tk", "task", { assignee: { by: "owner" }, content: `回访 ${MARK}`, materials: [], due: "P1D" }, 680),
      node("sms", "send", { channel: "sms", account: "sms", template: "welcome_a", params: { name: "{{ profile.name }}" }, purpose: "service" }, 1020),
    ],
    edges: [["t", "next", "sp"], ["sp", "b1", "tk"], ["tk", "done", "sms"]].map(([source, outcome, target]) => ({
      id: `${source}-${outcome}`,
      source,
      outcome,
      target,
    })),
    settings: {},
  };
  journey = (await api("POST", "journeys/", { name: `审批旅程 ${MARK}`, graph })).id;
  await goTo(page, "journeys");
  await T("journeys-search").fill(String(MARK));
  await T(`journey-${journey}`).click();
  await actUntil(T("branch-0-rule-op"), () => T("node-sp").locator("header").click());
  await choose(page, "branch-0-rule-op", "人群");
  await choose(page, "branch-0-rule-segment", SEGMENT);
  await page.getByTestId("node-sp").filter({ hasText: `属于人群「${SEGMENT}」` }).waitFor();
  await T("open-changes").click();
  await T("leave-stay").click();
  await T("back").click();
  await T("leave-save").click();
  await T("journeys-table").waitFor();
  const { graph: saved } = await api("GET", `journeys/${journey}/`);
  assert.equal(saved.nodes.find(({ id }) => id === "sp").config.branches[0].rule.op, "segment");
});

step("a forecast runs to its result", async () => {
  await T(`journey-${journey}`).click();
  await T("open-forecast").click();
  await choose(page, "forecast-segment", SEGMENT);
  await T("forecast-run").click();
  await T("forecast-result").waitFor();
  assert.equal(await shown(page, "forecast-people"), 1);
  await screenshot(page, "forecast");
  await T("forecast-to-canvas").click();
});

step("publishing leads to the approval, which a second person gives", async () => {
  await T("open-talk").click();
  await T("approval-required").click();
  await page.locator('[data-testid="approval-required"][aria-checked="true"]').waitFor();
  await T("dock-close").click();
  await T("publish").click();
  await T("publish-to-approval").click();
  await T("approval-comment").fill("请看一下");
  await T("approval-ask").click();
  await page.locator('[data-testid="approval-state"][data-state="asked"]').waitFor();
  const other = await openAsNewMember(browser, `/journeys/${journey}`);
  await other.getByTestId("open-talk").click();
  await other.getByTestId("approval-comment").fill("可以");
  await other.getByTestId("approval-approve").click();
  await other.locator('[data-testid="approval-state"][data-state="approved"]').waitFor();
  assert.deepEqual(other.complaints, []);
  // Her page learns of it by itself.
  await page.locator('[data-testid="approval-state"][data-state="approved"]').waitFor();
  await screenshot(page, "approved");
  await publish(1);
});

step("a message is sent to a tester", async () => {
  await T("zoom-fit").click();
  await actUntil(T("test-send"), () => T("node-sms").locator("header").click());
  await T("test-send").click();
  await T("test-send-person").locator("input").fill(customer.phone);
  await page.locator(".ant-select-item-option", { hasText: customer.phone }).click();
  await T("test-send-appoint").click();
  await T("test-send-appoint").waitFor({ state: "detached" });
  await T("test-send-submit").click();
  await T("test-send-answer").waitFor();
  await page.keyboard.press("Escape");
  await eventually("the SMS", () => api("GET", "simulator/phones/"), ({ results }) => results.some(({ phone }) => phone.endsWith(customer.phone.slice(-11))));
});

step("a person inside is moved to the new version", async () => {
  const { id } = await profileOf(customer);
  await api("POST", `journeys/${journey}/enrollments/`, { profiles: [{ id }] });
  run = await eventually("at the task", async () => (await api("GET", `journeys/${journey}/enrollments/`)).results[0], (row) => row?.state === "waiting");
  await actUntil(T("task-content"), () => T("node-tk").locator("header").click());
  await T("task-content").fill(`再访 ${MARK}`);
  await T("open-talk").click();
  // The administrator may do without the second person, and then a draft is published at once.
  await T("approval-required").click();
  await page.locator('[data-testid="approval-required"][aria-checked="false"]').waitFor();
  await publish(2);
  await T("more-actions").click();
  await T("action-migrate").click();
  await T("migration-1-tk").waitFor();
  await screenshot(page, "migration");
  await T("migration-submit").click();
  await T("migration-dialog").waitFor({ state: "detached" });
  assert.equal((await api("GET", `enrollments/${run.id}/`)).version, 2);
});

step("her task is reported on the page of tasks, and she goes on by the result", async () => {
  await T("back").click();
  await goTo(page, "tasks");
  const row = page.getByRole("row").filter({ hasText: `回访 ${MARK}` });
  await row.getByText("王小明").waitFor();
  await row.locator('[data-testid^="task-close-"]').click();
  await T("task-note").fill("周末到店");
  await pick(page, "task-result", 0);
  await T("task-submit").click();
  await row.waitFor({ state: "detached" });
  await choose(page, "tasks-state", "已完成");
  await row.getByText("周末到店").waitFor();
  await row.locator('[data-testid^="task-person-"]').click();
  await page.locator('[data-testid="stream"] [data-kind="message_requested"]').waitFor();
  const told = await page.locator('[data-testid="stream"] [data-kind="branch_taken"]').innerText();
  assert.match(told, new RegExp(`属于人群“${SEGMENT}”`));
});

step("staff who are told of a task do it on their phone, in Chinese or in English", async () => {
  // She is somebody's contact at enterprise WeChat, who is told.
  const attributes = { city: CITY, name: "李思思", wecom_owner: "zhangsan" };
  const { id } = await api("POST", "profiles/", { identities: { phone: friend.phone }, attributes });
  await api("POST", `journeys/${journey}/enrollments/`, { profiles: [{ id }] });
  const told = ({ text }) => text.includes(`再访 ${MARK}`);
  const messages = async () => (await api("GET", "simulator/wecom/")).results.flatMap(({ app_messages }) => app_messages);
  const message = (await eventually("the message to staff", messages, (all) => all.some(told))).find(told);
  assert.equal(message.userid, "zhangsan");
  const context = await browser.newContext({ viewport: PHONE, locale: "zh-CN", isMobile: true, hasTouch: true });
  const theirs = await context.newPage();
  await theirs.goto(message.url);
  await theirs.getByRole("heading", { name: "客户任务" }).waitFor();
  await theirs.getByText(`再访 ${MARK}`).waitFor();
  await theirs.getByText("李**").waitFor();
  await fits(theirs, "task-zh-CN");
  await theirs.getByRole("link", { name: "English" }).click();
  await theirs.getByRole("heading", { name: "Customer task" }).waitFor();
  await screenshot(theirs, "task-en");
  await theirs.getByLabel("Note (optional)").fill("Comes on Saturday");
  await theirs.getByRole("button", { name: "Done" }).click();
  await theirs.getByRole("status").filter({ hasText: "Done" }).waitFor();
  await theirs.getByRole("link", { name: "中文" }).click();
  await theirs.getByRole("status").filter({ hasText: "已完成" }).waitFor();
  assert.equal(await theirs.getByRole("button").count(), 0, "what is done is not done again");
  await fits(theirs, "task-done");
  await context.close();
  const { results } = await api("GET", `tasks/?journey=${journey}&page_size=200`);
  const { state, note, closed_by_staff } = results.find(({ profile_id }) => profile_id === id);
  assert.deepEqual([state, note, closed_by_staff], ["done", "Comes on Saturday", "zhangsan"]);
  const went = () => api("GET", `enrollments/?profile=${id}`);
  await eventually("she goes on by the result", went, ({ results: runs }) => runs.length > 0 && runs[0].node !== "tk");
});

step("a segment that a journey needs is not deleted, and the page says which", async () => {
  await T("back").click();
  await goTo(page, "segments");
  await T("segments-search").fill(SEGMENT);
  await page.getByRole("link", { name: SEGMENT }).click();
  await T("segment-remove").click();
  await T("confirm-segment-remove").click();
  await T("problem").filter({ hasText: `审批旅程 ${MARK}` }).waitFor();
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
  assert.ok(demo.journey_id);
});

/** On a phone nobody is kept out, and nothing is cut off at the side. */
async function fits(phone, name) {
  await checkAccess(phone, name);
  assert.ok((await phone.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width, `${name} fits`);
  await screenshot(phone, name);
}

async function counted(people) {
  await page.locator('[data-testid="segment-people"][data-settled="true"]', { hasText: String(people) }).waitFor();
}

async function publish(number) {
  await T("publish").click();
  await T("publish-submit").click();
  await T("publish-submit").waitFor({ state: "detached" });
  await T("save-state").filter({ hasText: `v${number}` }).waitFor();
}
