// The demo's journey built from nothing with the mouse: every card dragged from the palette and every edge drawn, tried in virtual
// time, its script kept and run again, published, entered by hand and by events, and its A/B test read on the canvas and in the review.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { api, choose, connect, dragFromPalette, eventually, holds, newCustomer, openCard, openSignedIn, pick, register, report, screenshot, shown, story } from "./operator.mjs";

const MARK = Date.now();
const [SIGNED_UP, BOUGHT] = [`build_signup_${MARK}`, `build_bought_${MARK}`];
const CUSTOMERS = [newCustomer(), newCustomer(), newCustomer()];
/** What is dragged from the palette, in this order, so that the ids are n1, n2 and so on; and where to, in columns and rows. */
const CARDS = [
  ["trigger", 0, 1],
  ["wait", 1, 1],
  ["split", 2, 1],
  ["ab", 3, 0],
  ["send", 4, 0],
  ["send", 4, 1],
  ["send", 3, 2],
  ["wait_event", 5, 1],
  ["send", 5, 2],
  ["goal", 5, 0],
  ["exit", 4, 2],
];
const EDGES = [
  ["n1", "next", "n2"],
  ["n2", "next", "n3"],
  ["n3", "b1", "n4"],
  ["n3", "b2", "n4"],
  ["n3", "else", "n7"],
  ["n4", "a", "n5"],
  ["n4", "b", "n6"],
  ["n5", "next", "n8"],
  ["n6", "next", "n8"],
  ["n7", "next", "n8"],
  ["n8", "e1", "n10"],
  ["n8", "timeout", "n9"],
  ["n10", "next", "n11"],
  ["n9", "next", "n11"],
];
let browser;
let page;
let journey;
const step = story("build", () => page);
const T = (testId) => page.getByTestId(testId);

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

step("every card is dragged from the palette to its place", async () => {
  page = await openSignedIn(browser, "/journeys");
  await T("new-journey").click();
  await T("create-name").fill(`手绘旅程 ${MARK}`);
  await T("create-submit").click();
  await T("canvas").waitFor();
  journey = new URL(page.url()).pathname.split("/").at(-1);
  // The goal that a card names.
  await T("open-settings").click();
  await T("goal-add").click();
  await T("goal-0-name").fill("首单");
  await T("goal-0-event").fill(BOUGHT);
  // She goes on to the card of the goal, as in the demo.
  await T("goal-0-exit").uncheck();
  await T("dock-close").click();
  for (const zoom of ["83%", "69%", "58%", "48%"]) {
    await T("zoom-out").click();
    await page.locator(".tools-zoom", { hasText: zoom }).waitFor();
  }
  for (const [index, [type, column, row]] of CARDS.entries()) {
    await dragFromPalette(page, type, 0.1 + column * 0.155, 0.1 + row * 0.29);
    await T(`node-n${index + 1}`).waitFor();
    // The canvas is as wide for the next card as it was for this one.
    await T("dock-close").click();
    await T("node-panel").waitFor({ state: "detached" });
  }
  const { nodes } = await draft();
  assert.deepEqual(nodes.map(({ type }) => type), CARDS.map(([type]) => type));
  const [first, second] = nodes.map(({ position }) => position);
  assert.ok(second.x > first.x + 248, "the second stands beside the first");
});

step("every edge is drawn from an outcome to a card", async () => {
  await openCard(page, "n3");
  await T("branch-0-name").fill("上海");
  await city("branch-0", "上海");
  await T("branch-add").click();
  await T("branch-1-name").fill("北京");
  await city("branch-1", "北京");
  await T("dock-close").click();
  for (const [source, outcome, target] of EDGES) await connect(page, source, outcome, target);
  const { edges } = await draft();
  assert.deepEqual(edges.map(({ source, outcome, target }) => [source, outcome, target]), EDGES);
});

step("every card is told what it does, until nothing is missing", async () => {
  await openCard(page, "n1");
  await pick(page, "trigger-kind", 0);
  await T("trigger-event").fill(SIGNED_UP);
  await openCard(page, "n2");
  await T("wait-for").fill("1");
  await choose(page, "wait-for-unit", "秒");
  await openCard(page, "n4");
  await choose(page, "ab-control", "A");
  await sends("n5", "欢迎短信 A", { name: "{{ profile.name }}" });
  await sends("n6", "欢迎短信 B", { city: "{{ profile.city }}" });
  await sends("n7", "欢迎短信 A", { name: "{{ profile.name }}" });
  await sends("n9", "权益提醒", { days: "3" });
  await openCard(page, "n8");
  await T("wait-event-0-event").fill(BOUGHT);
  await openCard(page, "n10");
  await choose(page, "goal-select", "首单");
  await T("dock-close").click();
  const places = async () => Object.fromEntries((await draft()).nodes.map(({ id, position }) => [id, position]));
  const before = await places();
  await T("auto-layout").click();
  await page.locator('[data-testid="save"]:enabled').waitFor();
  const after = await places();
  assert.deepEqual(after.n1, before.n1, "the trigger stays in its place");
  assert.notDeepEqual(after.n11, before.n11);
  await page.locator('[data-testid^="mark-"]').first().waitFor({ state: "detached" });
  await screenshot(page, "built");
});

step("a test run lights the path up and tells each step of it", async () => {
  await T("open-test").click();
  await T("test-attribute-add").click();
  await T("test-attribute-0-key").fill("city");
  await T("test-attribute-0-value").fill("上海");
  await T("test-event-add").click();
  await T("test-event-0-name").fill(BOUGHT);
  await T("test-run").click();
  await page.locator('[data-testid="test-status"][data-status="completed"], [data-testid="test-status"][data-status="exited"]').waitFor();
  await T("test-to-end").click();
  await T("test-message-0").waitFor();
  const lit = () => page.locator(".card-lit").evaluateAll((all) => all.map((each) => each.dataset.testid));
  const whole = await eventually("the lit path", lit, (all) => all.includes("node-n10"));
  assert.ok(whole.includes("node-n4") && !whole.includes("node-n7"), `by the branch of her city: ${whole}`);
  // Back to the beginning, and forward again: the path grows with the time.
  while (await T("test-step-back").isEnabled()) await T("test-step-back").click();
  assert.deepEqual(await eventually("only the beginning", lit, (all) => all.length === 1), ["node-n1"]);
  while (await T("test-step-forward").isEnabled()) await T("test-step-forward").click();
  await eventually("the whole path again", lit, (all) => all.length === whole.length);
  await screenshot(page, "built-test-run");
});

step("its script is kept, and after a reload it is run again to the same end", async () => {
  const went = await T("test-panel").locator("[data-kind]").evaluateAll((all) => all.map((each) => each.dataset.kind));
  await T("test-panel").getByText("脚本", { exact: true }).click();
  await T("script-keep-as").click();
  await T("script-name").locator("input").fill(`上海老客 ${MARK}`);
  await page.keyboard.press("Enter");
  await T("script-name").waitFor({ state: "detached" });
  await page.reload();
  await T("node-n11").waitFor();
  await T("open-test").click();
  assert.equal(await T("test-event-0-name").count(), 0, "a new script");
  await choose(page, "script-choose", `上海老客 ${MARK}`);
  await T("test-event-0-name").waitFor();
  await holds(T("test-attribute-0-value"), "上海");
  await holds(T("test-event-0-name"), BOUGHT);
  await T("test-run").click();
  await T("test-to-end").click();
  await T("test-message-0").waitFor();
  const again = await T("test-panel").locator("[data-kind]").evaluateAll((all) => all.map((each) => each.dataset.kind));
  assert.deepEqual(again, went);
  await T("dock-close").click();
});

step("it is published, and somebody is enrolled by hand", async () => {
  await T("publish").click();
  await T("publish-verdict").waitFor();
  await T("publish-forecast").click();
  await T("publish-forecast-result").waitFor();
  await T("publish-submit").click();
  await T("publish-submit").waitFor({ state: "detached" });
  await T("save-state").filter({ hasText: "v1" }).waitFor();
  await T("open-enroll").click();
  await T("enroll-value").fill(newCustomer().phone);
  await T("enroll-attribute-add").click();
  await T("enroll-attribute-0-key").fill("city");
  await T("enroll-attribute-0-value").fill("广州");
  await T("enroll-submit").click();
  await T("enroll-accepted").waitFor();
  await T("dock-close").click();
  await T("zoom-fit").click();
  await eventually("she has entered", () => shown(page, "count-n1-entered"), (entered) => entered === 1);
});

step("the numbers move on the open canvas while customers register, wait, are told apart and are sent a message", async () => {
  for (const customer of CUSTOMERS) await register(customer, SIGNED_UP);
  await eventually("all have entered", () => shown(page, "count-n1-entered"), (entered) => entered === 4);
  await eventually("three are in the test", () => shown(page, "count-n4-entered"), (entered) => entered === 3);
  await eventually("one went the other way", () => shown(page, "left-n3-else"), (left) => left === 1);
  await eventually("all wait for the order", () => shown(page, "count-n8-waiting"), (waiting) => waiting === 4);
  for (const number of ["sent", "delivered"]) {
    const counted = () => Promise.all(["n5", "n6"].map((id) => shown(page, `count-${id}-${number}`)));
    await eventually(`three are ${number}`, counted, ([a, b]) => a + b === 3);
  }
  await screenshot(page, "built-numbers");
});

step("an order is a conversion of her variant in the result of the A/B test, on the canvas and in the review", async () => {
  const [{ id }] = CUSTOMERS;
  await report({ type: "track", userId: id, event: BOUGHT, properties: { amount: 99 } });
  await eventually("her conversion on the card", () => shown(page, "count-n10-converted"), (converted) => converted === 1);
  await openCard(page, "n4");
  const ofBoth = async () => Promise.all(["a", "b"].map((id) => T(`ab-result-${id}`).locator("dd").innerText()));
  const sums = (told) => told.map((each) => each.match(/(\d+) \/ (\d+)/).slice(1).map(Number)).reduce(([c, p], [more, people]) => [c + more, p + people]);
  assert.deepEqual(sums(await eventually("the result on the canvas", ofBoth)), [1, 3]);
  await screenshot(page, "built-ab-result");
  await T("ab-review").click();
  const rows = () => T("variants").locator(".ant-table-row").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText)));
  const columns = (all, place) => all.map((cells) => Number(cells[place])).reduce((sum, each) => sum + each, 0);
  const all = await eventually("her conversion", rows, (found) => columns(found, 3) === 1);
  assert.deepEqual(all.map((cells) => cells[1]), ["A", "B"]);
  assert.equal(columns(all, 2), 3, "three took part");
  await T("tab-experiments").click();
  await T("verdict-n4").waitFor();
  const arms = () => T("test-n4").locator('[data-testid^="variant-"]').evaluateAll((every) => every.map((row) => [...row.cells].slice(1, 3).map((cell) => Number(cell.innerText))));
  const counted = JSON.stringify(all.map((cells) => cells.slice(2, 4).map(Number)));
  await eventually("the report counts the same people", arms, (found) => JSON.stringify(found) === counted);
  await screenshot(page, "built-review");
});

step("it is kept as a play from its review, and the play's page tells what it had come to", async () => {
  await T("review-save-play").click();
  await T("play-save-name").fill(`手绘打法 ${MARK}`);
  await T("play-save-submit").click();
  await T("play-save-submit").waitFor({ state: "detached" });
  const { id } = (await api("GET", "plays/")).find(({ name }) => name === `手绘打法 ${MARK}`);
  await page.goto(new URL(`/plays/${id}`, page.url()).href);
  // One of the four who entered.
  await T("play-evidence-rate").filter({ hasText: "25%" }).waitFor();
  await T("play-evidence").filter({ hasText: "7 天" }).waitFor();
  await T("node-n10").waitFor();
  await screenshot(page, "built-play");
  await T("play-remove").click();
  await T("confirm-play-remove").click();
  await T("plays-page").waitFor();
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
});

/** Save what is drawn, and read it as the server has it. */
async function draft() {
  if (await T("save").isEnabled()) await T("save").click();
  await page.locator('[data-testid="save"]:disabled').waitFor();
  return (await api("GET", `journeys/${journey}/`)).graph;
}

async function city(branch, name) {
  await T(`${branch}-rule-key`).fill("city");
  await T(`${branch}-rule-value`).fill(name);
}

async function sends(node, template, params) {
  await openCard(page, node);
  await choose(page, "send-account", "演示短信");
  await choose(page, "send-template", template);
  for (const [name, value] of Object.entries(params)) await T(`send-param-${name}`).fill(value);
  await pick(page, "send-purpose", 1);
}
