// The README's tour and then a journey of one's own, as an operator does it: each test goes on where the last one stopped.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { api, choose, connect, demo, dragFromPalette, eventually, goTo, newCustomer, openCard, openConsole, pick, profileOf, register, report, screenshot, shown, signIn, story } from "./operator.mjs";

const SIGNED_UP = `tour_signup_${Date.now()}`;
const BOUGHT = `tour_bought_${Date.now()}`;
const NAME = `巡游旅程 ${Date.now()}`;
const [visitor, customer] = [newCustomer(), newCustomer()];
let browser;
let page;
let journey;
const step = story("tour", () => page);

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

step("a wrong password is refused in words and with a code, the right one opens the list with the live demo", async () => {
  page = await openConsole(browser, "/journeys");
  await signIn(page, "wrong");
  const refusal = await page.getByTestId("login-error").innerText();
  assert.match(refusal, /用户名或密码不正确/);
  assert.match(refusal, /invalid_login/);
  await signIn(page);
  const row = page.getByRole("row").filter({ has: page.getByTestId(`journey-${demo.journey_id}`) });
  assert.match(await row.innerText(), /新客欢迎与首单转化/);
  await row.getByTestId("state-live").waitFor();
  await screenshot(page, "journeys");
});

step("a registration moves the numbers on the open canvas without a reload", async () => {
  await page.getByTestId(`journey-${demo.journey_id}`).click();
  await page.locator('[data-testid="live-state"][data-state="open"]').waitFor();
  // The counts are asked for once when the page opens; from then on only the socket can bring a change.
  const before = await eventually("the first numbers", () => shown(page, "count-trigger-entered"));
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await register(visitor, "user_registered");
  await eventually("one more entered", () => shown(page, "count-trigger-entered"), (now) => now > before);
  assert.deepEqual(asked.filter((url) => url.includes("/counts/")), []);
});

step("a click on a node's numbers lists its people, and a click on a person shows what was decided for her", async () => {
  const { id } = await profileOf(visitor);
  const [enrollment] = (await api("GET", `journeys/${demo.journey_id}/enrollments/?page_size=200`)).results.filter(
    (row) => row.profile_id === id,
  );
  const { node } = await eventually(
    "waiting for the order",
    () => api("GET", `enrollments/${enrollment.id}/`),
    (row) => row.node === "order",
  );
  await page.getByTestId("zoom-fit").click();
  await page.getByTestId(`counts-${node}`).click();
  await page.getByTestId(`person-${enrollment.id}`).click();
  const kinds = () => page.locator('[data-testid="stream"] [data-kind]').evaluateAll((all) => all.map((each) => each.dataset.kind));
  const stream = await eventually("the stream", kinds, (all) => all.includes("message_requested"));
  assert.equal(stream[0], "enrolled");
  assert.ok(stream.includes("branch_taken"), "why she went this way");
  await screenshot(page, "stream");
});

step("an unfinished journey is marked where something is missing and cannot be published", async () => {
  await page.getByTestId("back").click();
  await page.getByTestId("new-journey").click();
  await page.getByTestId("create-name").fill(NAME);
  await page.getByTestId("create-submit").click();
  await page.getByTestId("empty-add-trigger").click();
  journey = new URL(page.url()).pathname.split("/").at(-1);
  await pick(page, "trigger-kind", 0);
  await page.getByTestId("trigger-event").fill(SIGNED_UP);
  // After the trigger by a click, then two by hand that nothing leads to yet.
  await page.getByTestId("palette-wait").click();
  await page.getByTestId("node-n2").waitFor();
  await page.getByTestId("wait-for").fill("1");
  await choose(page, "wait-for-unit", "秒");
  await dragFromPalette(page, "send", 0.75, 0.25);
  await dragFromPalette(page, "wait_event", 0.75, 0.7);
  await page.locator('[data-testid="mark-n3"][data-severity="error"]').waitFor();
  await page.getByTestId("publish").click();
  await page.locator('[data-testid^="issue-"][data-severity="error"]').first().waitFor();
  assert.ok(await page.getByTestId("publish-submit").isDisabled());
  await screenshot(page, "refused");
  // What was found leads to where it is mended.
  await page.locator('[data-testid^="issue-"][data-severity="error"] button', { hasText: "发送" }).first().click();
  await page.getByTestId("publish-submit").waitFor({ state: "detached" });
  await page.getByTestId("node-panel").filter({ hasText: /\bn3\b/ }).waitFor();
  await page.getByTestId("save").click();
  await page.locator('[data-testid="save"]:disabled').waitFor();
  const refusal = await api("POST", `journeys/${journey}/publish/`, {}, 400);
  assert.equal(refusal.errors[0].code, "invalid_graph");
  assert.ok(refusal.issues.some((issue) => issue.node_id === "n3"));
});

step("what is done can be undone and done again", async () => {
  await dragFromPalette(page, "exit", 0.15, 0.85);
  await page.getByTestId("node-n5").waitFor();
  await page.getByTestId("undo").click();
  await page.getByTestId("node-n5").waitFor({ state: "detached" });
  await page.getByTestId("redo").click();
  await page.getByTestId("node-n5").waitFor();
});

step("the finished journey is published, changed, and published again", async () => {
  await page.getByTestId("zoom-fit").click();
  await page.getByTestId("open-settings").click();
  await page.getByTestId("goal-add").click();
  await page.getByTestId("goal-0-name").fill("首购");
  await page.getByTestId("goal-0-event").fill(BOUGHT);
  await page.getByTestId("goal-0-value").fill("amount");

  await openCard(page, "n3");
  await choose(page, "send-account", "演示短信");
  await choose(page, "send-template", "欢迎短信 A");
  await page.getByTestId("send-param-name").fill("{{ profile.name }}");
  await pick(page, "send-purpose", 1);

  await openCard(page, "n4");
  await page.getByTestId("wait-event-0-event").fill(BOUGHT);
  await page.getByTestId("palette-goal").click();
  await choose(page, "goal-select", "首购");

  await page.getByTestId("dock-close").click();
  await page.getByTestId("zoom-fit").click();
  await connect(page, "n2", "next", "n3");
  await connect(page, "n3", "next", "n4");
  await connect(page, "n4", "timeout", "n5");
  await connect(page, "n6", "next", "n5");
  await page.getByTestId("auto-layout").click();
  await page.locator('[data-testid^="mark-"]').first().waitFor({ state: "detached" });
  await publish(1);
  await screenshot(page, "drawn");

  await openCard(page, "n2");
  await page.getByTestId("wait-for").fill("2");
  await publish(2);
  const versions = await api("GET", `journeys/${journey}/versions/`);
  const waits = versions.results.map(({ number, graph }) => [number, graph.nodes.find(({ id }) => id === "n2").config.for]);
  assert.deepEqual(Object.fromEntries(waits), { 1: "PT1S", 2: "PT2S" });
});

step("a customer gets the SMS on her phone, and her R withdraws the consent", async () => {
  await register(customer, SIGNED_UP);
  await page.getByTestId("back").click();
  await goTo(page, "phone");
  await page.getByTestId("phone-filter").fill(customer.phone);
  await page.getByTestId(`phone-${customer.phone}`).click();
  const messages = page.locator('[data-testid="phone-screen"] [data-direction="in"]');
  await messages.filter({ hasText: "【知途演示】王小明，欢迎成为知途会员" }).last().waitFor();
  await page.getByTestId("reply-text").fill("R");
  await page.getByTestId("reply-send").click();
  await page.locator('[data-testid="phone-screen"] [data-direction="out"]', { hasText: "R" }).waitFor();
  await screenshot(page, "phone");
  const consents = await eventually("a consent", async () => (await profileOf(customer)).consents, ({ length }) => length > 0);
  assert.deepEqual(
    consents.map(({ channel, purpose, status }) => [channel, purpose, status]),
    [["sms", "marketing", "withdrawn"]],
  );
});

step("her order is a conversion in the review", async () => {
  await report({ type: "track", userId: customer.id, event: BOUGHT, properties: { amount: 199 } });
  await goTo(page, "journeys");
  await page.getByTestId("journeys-search").fill(NAME);
  await page.getByTestId(`review-${journey}`).click();
  await eventually("a conversion", () => shown(page, "review-goal-g1"), (number) => number === 1);
  // An answer of its own, which may come later.
  await eventually("who entered", () => shown(page, "review-enrolled"), (number) => number === 1);
  await screenshot(page, "review");
  await page.getByTestId("tab-conversions").click();
  await page.locator('[data-testid^="order-counted-"]', { hasText: "计入" }).waitFor();
  await page.getByTestId("orders").filter({ hasText: "¥199.00" }).waitFor();
});

step("a journey pauses and resumes", async () => {
  await page.getByTestId("review-to-canvas").click();
  await act("pause");
  await page.getByTestId("confirm-pause").click();
  await page.getByTestId("state-paused").waitFor();
  await act("resume");
  await page.getByTestId("resume-submit").click();
  await page.getByTestId("state-live").waitFor();
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
});

/** Publish from the dialog, which saves first. */
async function publish(number) {
  await page.getByTestId("publish").click();
  await page.getByTestId("publish-submit").click();
  await page.getByTestId("publish-submit").waitFor({ state: "detached" });
  await page.getByTestId("save-state").filter({ hasText: `v${number}` }).waitFor();
}

async function act(step) {
  await page.getByTestId("more-actions").click();
  await page.getByTestId(`action-${step}`).click();
}
