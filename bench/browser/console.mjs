// The browser of `make bench-console`: reads what to do as JSON from its input, writes what it measured as one line of JSON.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch } from "../../tests/e2e/browser.mjs";
import { bareLimit, drag, frames } from "./frames.mjs";

const wanted = JSON.parse(readFileSync(0, "utf8"));
const VIEWPORT = { width: 1440, height: 860 };
/** A golden step covers every phase of the once-a-second updates evenly, whatever the number of events. */
const GOLDEN = 0.618;
const SPREAD_MS = 1500;
/** A long list (src/lists/LongTable.tsx) says how many rows it holds, and whether they are all. */
const LIST = "section.long";
const ROWS = `${LIST} .long-rows`;
const LIST_WITHIN_MS = 180_000;

const browser = await launch();
const { storageState, first_load_kb, scripts } = await firstLoad();
const bare = await inContext((context) => bareLimit(context, wanted.seconds));
const opens = [];
for (let turn = 0; turn < wanted.opens; turn++) opens.push(await inContext(async (context) => (await openCanvas(context)).took));
const { drags, live } = await inContext(async (context) => {
  const { page } = await openCanvas(context);
  return { live: await liveChanges(page), drags: await dragAll(page) };
});
const list = await inContext(scrollList);
await browser.close();
console.log(JSON.stringify({ bare, opens, drags, live, list, first_load_kb, scripts }));

/** Each in a context of its own: nothing is in its cache. */
async function inContext(act) {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: "zh-CN", storageState });
  context.setDefaultTimeout(60_000);
  try {
    return await act(context);
  } finally {
    await context.close();
  }
}

/** Sign in and see the list of journeys; count the bytes of script as they came over the wire. */
async function firstLoad() {
  const context = await browser.newContext({ viewport: VIEWPORT, locale: "zh-CN" });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const asked = new Map();
  const loaded = [];
  network.on("Network.responseReceived", ({ requestId, type, response }) => {
    if (type === "Script" || /javascript/.test(response.mimeType)) asked.set(requestId, response.url);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (asked.has(requestId)) loaded.push({ url: asked.get(requestId), bytes: encodedDataLength });
  });
  await network.send("Network.enable");
  await page.goto(wanted.url);
  await page.getByTestId("login-username").fill(wanted.username);
  await page.getByTestId("login-password").fill(wanted.password);
  await page.getByTestId("login-submit").click();
  await page.getByTestId("login-submit").waitFor({ state: "detached" });
  await page.goto(`${wanted.url}/journeys`);
  await page.getByTestId(`journey-${wanted.journey}`).waitFor();
  await page.waitForLoadState("networkidle");
  const storageState = await context.storageState();
  await shoot(page, "journeys");
  await context.close();
  const once = new Map();
  for (const { url, bytes } of loaded) once.set(url, Math.max(bytes, once.get(url) ?? 0));
  const scripts = [...once].toSorted((one, other) => other[1] - one[1]);
  return {
    storageState,
    first_load_kb: scripts.reduce((sum, [, bytes]) => sum + bytes, 0) / 1000,
    scripts: scripts.map(([url, bytes]) => `${url.split("/").at(-1)} ${Math.round(bytes / 1000)}`),
  };
}

/** From the navigation until the cards are drawn and a click on one has opened its panel, in milliseconds. */
async function openCanvas(context) {
  const page = await context.newPage();
  await page.addInitScript(() => {
    new MutationObserver(() => {
      if (document.querySelector('[data-testid="node-panel"]')) window.answeredAt ??= performance.now();
      if (document.querySelector(".react-flow__node")) window.drawnAt ??= performance.now();
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto(`${wanted.url}/journeys/${wanted.journey}`, { waitUntil: "commit" });
  await page.getByTestId("node-n0").locator("header").click();
  await page.getByTestId("node-panel").waitFor();
  const { answeredAt, drawnAt } = await page.evaluate(() => ({ answeredAt: window.answeredAt, drawnAt: window.drawnAt }));
  console.error(`drawn after ${Math.round(drawnAt)} ms, answered after ${Math.round(answeredAt)} ms`);
  return { page, took: answeredAt };
}

/** From the answer 202 of each event until the number on the canvas says it, in milliseconds. */
async function liveChanges(page) {
  await page.locator('[data-testid="live-state"][data-state="open"]').waitFor();
  const number = '[data-testid="count-trigger-entered"] b';
  // A journey that nobody has entered shows no numbers yet.
  await post("first");
  await page.locator(number).waitFor();
  await page.evaluate((selector) => {
    window.seen = [];
    const look = () => {
      const shown = Number((document.querySelector(selector)?.textContent ?? "0").replace(/\D/g, ""));
      if (shown !== window.seen.at(-1)?.shown) window.seen.push({ shown, at: Date.now() });
    };
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  }, number);
  const before = await page.evaluate(() => window.seen.at(-1).shown);
  const answered = [];
  for (let sent = 0; sent < wanted.events; sent++) {
    await new Promise((resolve) => setTimeout(resolve, SPREAD_MS * ((sent * GOLDEN) % 1)));
    await post(sent);
    answered.push(Date.now());
    await page.waitForFunction((least) => window.seen.at(-1).shown >= least, before + sent + 1, { timeout: 20_000 });
  }
  const seen = await page.evaluate(() => window.seen);
  return answered.map((at, sent) => seen.find(({ shown }) => shown >= before + sent + 1).at - at);
}

async function post(sent) {
  const identities = { member_id: `live-${sent}` };
  const event = { event_id: `live-${sent}`, name: wanted.event, identities, properties: { number: String(sent) } };
  const answer = await fetch(`${wanted.url}/api/v1/events/`, {
    method: "POST",
    headers: { Authorization: `Bearer ${wanted.api_key}`, "Content-Type": "application/json" },
    body: JSON.stringify({ events: [event] }),
  });
  assert.equal(answer.status, 202, await answer.text());
}

/** A card and the pane, as the canvas opens and with the whole journey in view. */
async function dragAll(page) {
  await page.getByTestId("dock-close").click();
  const drags = {};
  await shoot(page, "canvas");
  for (const view of ["opened", "whole"]) {
    if (view === "whole") {
      const before = await page.evaluate(viewOf);
      await page.getByTestId("zoom-fit").click();
      await page.waitForFunction(settled, before);
      await shoot(page, "canvas-whole");
    }
    const head = await page.getByTestId("node-n2").locator("header").boundingBox();
    const card = { x: head.x + head.width / 2, y: head.y + head.height / 2 };
    drags[`node, ${view}`] = await frames(page, () => drag(page, card, wanted.seconds));
    const pane = await page.evaluate(freePlace);
    drags[`pane, ${view}`] = await frames(page, () => drag(page, pane, wanted.seconds));
    for (const kind of ["node", "pane"]) console.error(kind, view, JSON.stringify(drags[`${kind}, ${view}`].long.slice(0, 4)));
  }
  return drags;
}

/** Runs in the page: from where and how near the canvas is looked at. */
function viewOf() {
  return document.querySelector(".react-flow__viewport").style.transform;
}

/** Runs in the page at each frame: whether the view is another than before, and has stood still long enough to draw what is new in it. */
function settled(before) {
  const now = document.querySelector(".react-flow__viewport").style.transform;
  window.stillSince = now === window.viewThen ? window.stillSince : performance.now();
  window.viewThen = now;
  return now !== before && performance.now() - window.stillSince > 1_000;
}

/** Runs in the page: a place of the canvas with nothing on it. */
function freePlace() {
  const { left, top, width, height } = document.querySelector(".react-flow__pane").getBoundingClientRect();
  for (let down = 0.3; down < 0.8; down += 0.02)
    for (let right = 0.3; right < 0.7; right += 0.02) {
      const [x, y] = [left + width * right, top + height * down];
      if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
    }
  throw new Error("the canvas is covered");
}

/** Scroll a list of everybody from its first row to its last, and then back and forth, in milliseconds and frames. */
async function scrollList(context) {
  const page = await context.newPage();
  await page.goto(wanted.url + wanted.list);
  await page.locator(`${ROWS} .long-row`).first().waitFor();
  const { x, y, width, height } = await page.locator(ROWS).first().boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  const turn = async (by) => {
    await page.mouse.wheel(0, by);
    return page.evaluate(held, LIST);
  };
  let rows = 0;
  const measured = await frames(page, async () => {
    const latest = Date.now() + LIST_WITHIN_MS;
    let all = false;
    // As fast as the wheel goes, while the pages of the list come; what is not there yet is waited for.
    while (!all) {
      ({ rows, all } = await turn(400));
      assert.ok(Date.now() < latest, `${rows} rows within ${LIST_WITHIN_MS} ms, and not all`);
    }
    const began = Date.now();
    // Three turns of a wheel up, one down: as one looks for somebody in a list that is all there.
    for (let turns = 0; Date.now() - began < wanted.seconds * 1000; turns++) await turn(turns % 4 === 3 ? 400 : -400);
  });
  assert.ok(rows >= wanted.people, `the list ends after ${rows} of ${wanted.people} rows`);
  console.error("list", JSON.stringify(measured.long.toSorted((one, other) => other.duration - one.duration).slice(0, 6)));
  await shoot(page, "list");
  return { ...measured, rows };
}

/** Runs in the page, after its next frame: how many rows the list holds, drawn or not, and whether they are all. */
async function held(list) {
  await new Promise(requestAnimationFrame);
  const found = document.querySelector(list);
  return { rows: Number(found.dataset.rows), all: found.querySelector(".long-foot").dataset.all === "true" };
}

async function shoot(page, name) {
  if (wanted.screenshots) await page.screenshot({ path: join(wanted.screenshots, `${name}.png`) });
}
