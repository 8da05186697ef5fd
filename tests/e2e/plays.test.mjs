// From a play to a running journey: chosen in the gallery, drafted with one click, tried step by step in virtual time, published, put
// into a folder, and kept as a play of the workspace's own.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { actUntil, api, eventually, goTo, openSignedIn, screenshot, shown, story } from "./operator.mjs";

const MARK = Date.now();
const NAME = `补货提醒 ${MARK}`;
const FOLDER = `会员 ${MARK}`;
let browser;
let page;
let journey;
const step = story("plays", () => page);
const T = (testId) => page.getByTestId(testId);

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

step("the gallery is searched, and a play is looked at on the canvas's own cards", async () => {
  page = await openSignedIn(browser, "/plays");
  await T("play-birthday_care").waitFor();
  await screenshot(page, "plays");
  await T("plays-search").fill("order_paid");
  await T("play-level_up").waitFor({ state: "detached" });
  await T("play-replenishment").click();
  await T("node-remind").waitFor();
  await T("node-cycle").filter({ hasText: "25 天" }).waitFor();
  await T("play-step-cycle").filter({ hasText: "25 天" }).waitFor();
  await T("play-filled").waitFor();
  await screenshot(page, "play");
});

step("one click makes a draft with the accounts and templates of the workspace", async () => {
  await T("play-name").fill(NAME);
  await T("play-parameter-cycle").fill("20");
  await T("play-use").click();
  await page.waitForURL(/\/journeys\/[0-9a-f-]+$/);
  journey = page.url().split("/").at(-1);
  await T("node-remind").waitFor();
  const { graph } = await api("GET", `journeys/${journey}/`);
  const config = (id) => graph.nodes.find((node) => node.id === id).config;
  assert.equal(config("cycle").timeout, "P15D");
  assert.deepEqual([config("remind").account, config("remind").template], ["sms", "replenishment"]);
  const { issues } = await api("POST", `journeys/${journey}/validate/`);
  assert.deepEqual(issues.filter(({ severity }) => severity === "error"), []);
});

step("a test run is stepped through: the way lights up, and the message comes when its time does", async () => {
  await T("open-test").click();
  await T("test-run").click();
  await T("test-moment").waitFor();
  const lit = () => page.locator(".card-lit").count();
  await eventually("the first card is lit", lit, (cards) => cards === 1);
  assert.equal(await T("test-message-0").count(), 0);
  const began = await T("test-now").innerText();
  await actUntil(T("test-message-0"), () => T("test-step-forward").click());
  await T("test-message-0").filter({ hasText: "补货享会员价" }).waitFor();
  assert.notEqual(await T("test-now").innerText(), began);
  await eventually("its way is lit", lit, (cards) => cards >= 3);
  await screenshot(page, "test-run");
  await T("test-to-end").click();
  await page.locator('[data-testid="test-status"][data-status="exited"]').waitFor();
  await eventually("the whole way is lit", lit, (cards) => cards >= 5);
  await T("test-step-back").click();
  await page.getByRole("slider").focus();
  await page.keyboard.press("Home");
  await T("test-message-0").waitFor({ state: "detached" });
});

step("it is published, and the list shows it", async () => {
  await T("dock-close").click();
  await T("publish").click();
  await T("publish-submit").click();
  await eventually("the state", () => api("GET", `journeys/${journey}/`), ({ state }) => state === "live");
  await page.goto(new URL("/journeys", page.url()).href);
  await T(`journey-${journey}`).waitFor();
  assert.equal(await shown(page, `inside-${journey}`), 0);
});

step("it is put into a folder, which narrows the list", async () => {
  await T("folder-new").click();
  await T("folder-name").fill(FOLDER);
  await T("folder-submit").click();
  const folder = page.locator(".folder", { hasText: FOLDER });
  await folder.waitFor();
  await T(`choose-${journey}`).check();
  await T("bulk-move").click();
  await page.locator(".ant-dropdown-menu-item", { hasText: FOLDER }).click();
  await eventually("the folder", () => api("GET", `journeys/${journey}/`), ({ folder: place }) => place?.name === FOLDER);
  await folder.click();
  await eventually("one row", () => page.locator("[data-testid=journeys-table] tbody tr.ant-table-row").count(), (rows) => rows === 1);
  await screenshot(page, "journeys");
});

step("it is kept as a play of the workspace's own", async () => {
  await actUntil(T("row-keep"), () => T(`more-${journey}`).click());
  await T("row-keep").click();
  await T("play-save-name").fill(`我们的${NAME}`);
  await T("play-save-submit").click();
  const kept = await eventually("the play", () => api("GET", "plays/"), (plays) => plays.some(({ name }) => name === `我们的${NAME}`));
  const { id } = kept.find(({ name }) => name === `我们的${NAME}`);
  await T("to-plays").click();
  await T(`play-${id}`).click();
  await T("node-remind").waitFor();
  await T("play-remove").click();
  await T("confirm-play-remove").click();
  await T("plays-page").waitFor();
  await eventually("no such play", () => api("GET", "plays/"), (plays) => plays.every((play) => play.id !== id));
});

step("whoever wishes is shown around again, in words beside what is meant", async () => {
  await goTo(page, "journeys");
  await T("journeys-table").waitFor();
  await T("user-menu").click();
  await T("tour-restart").click();
  const tour = page.locator(".ant-tour");
  await tour.waitFor();
  const told = await tour.innerText();
  await tour.locator(".ant-tour-next-btn").click();
  await eventually("the next stop", () => tour.innerText(), (now) => now !== told);
  await T("tour-skip").click();
  await tour.waitFor({ state: "detached" });
  await page.reload();
  await T("journeys-table").waitFor();
  await goTo(page, "plays");
});

step("the pages read in English, too", async () => {
  await T("language-switch").click();
  await page.getByText("Birthday care", { exact: true }).waitFor();
  await screenshot(page, "plays-en");
  assert.deepEqual(page.complaints, []);
});
