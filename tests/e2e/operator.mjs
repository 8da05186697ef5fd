// An operator's hands on the console, and what an API client and a customer do meanwhile.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const { ZHITU_URL, ZHITU_DEMO, ZHITU_SCREENSHOTS } = process.env;
/** By up to so much each answer of the API is late, at random: what a script takes for granted shows. */
const JITTER_MS = Number(process.env.ZHITU_JITTER_MS ?? 0);
/** Generous: the machine of a test may be busy with others. A wait ends as soon as its condition holds. */
export const DEADLINE_MS = 45_000;
const POLL_MS = 100;
const VIEWPORT = { width: 1440, height: 860 };

export const demo = JSON.parse(readFileSync(ZHITU_DEMO, "utf8"));

let customers = 0;
/** A customer that no earlier run on the same installation had. */
export function newCustomer() {
  const number = String(Date.now() * 10 + customers++);
  return { id: `tour-${number}`, phone: `+86139${number.slice(-8)}` };
}

/**
 * Steps of one story: each goes on where the one before stopped, so after a step that failed the rest is skipped, and what the
 * page showed then is kept as a picture.
 */
export function story(name, page) {
  let broken = false;
  return (title, act) =>
    test(title, async (context) => {
      if (broken) return context.skip("a step before this one failed");
      try {
        await act();
      } catch (error) {
        broken = true;
        await screenshot(page(), `${name}-failed`);
        throw error;
      }
    });
}

/** Act until `wanted` shows: a click on a canvas that is still moving can miss what it is meant for. */
export async function actUntil(wanted, act) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    await act();
    try {
      return await wanted.waitFor({ timeout: 3_000 });
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

/** A page of the console in a session of its own. What the page itself complains of is collected in `complaints`. */
export async function openConsole(browser, path = "/", locale = "zh-CN") {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    locale,
    timezoneId: "Asia/Shanghai",
    // A click on a dialog that is still moving can miss it.
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(DEADLINE_MS);
  // Nobody is shown around: what is told beside a button would be in its way.
  await context.addInitScript(() => localStorage.setItem("zhitu.tours", JSON.stringify({ all: true })));
  // A story says itself when it saves, unless it is about saving.
  await context.addInitScript(() => localStorage.getItem("zhitu.autosave") ?? localStorage.setItem("zhitu.autosave", "off"));
  const page = await openPage(context);
  await page.goto(ZHITU_URL + path);
  return page;
}

/** A page that knows what it complained of, and which of its requests are under way. */
export async function openPage(context) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.underway = new Set();
  page.on("request", (request) => page.underway.add(request));
  for (const over of ["requestfinished", "requestfailed"]) page.on(over, (request) => page.underway.delete(request));
  if (JITTER_MS)
    await page.route("**/api/**", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * JITTER_MS));
      await route.continue();
    });
  return page;
}

export async function signIn(page, password = demo.password) {
  await page.getByTestId("login-username").fill(demo.username);
  await page.getByTestId("login-password").fill(password);
  await page.getByTestId("login-submit").click();
}

export async function openSignedIn(browser, path, locale) {
  const page = await openConsole(browser, path, locale);
  await signIn(page);
  await page.getByTestId("login-submit").waitFor({ state: "detached" });
  return page;
}

/** Go to a place of the navigation by its key. */
export async function goTo(page, place) {
  await page.getByTestId(`nav-${place}`).click();
}

/** Choose an option of a select by the text it shows. */
export async function choose(page, testId, text) {
  await page.getByTestId(testId).click();
  const options = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option", { hasText: text });
  await options.first().waitFor();
  // Another's text may have this one in it.
  const same = options.filter({ has: page.getByText(text, { exact: true }) });
  await ((await same.count()) > 0 ? same : options).click();
}

/** Choose a radio button of a group by its place, which no language changes. */
export async function pick(page, testId, index) {
  await page.getByTestId(testId).locator("label").nth(index).click();
}

/** Open a card's panel by a click on its head; another's panel would lie over the cards on the right. */
export async function openCard(page, node) {
  const close = page.getByTestId("dock-close");
  if (await close.isVisible()) await close.click();
  const panel = page.getByTestId("node-panel");
  await panel.waitFor({ state: "detached" });
  const head = page.getByTestId(`node-${node}`).locator("header");
  await actUntil(panel.filter({ has: page.getByText(node, { exact: true }) }), () => head.click());
}

/** Draw an edge: press on an outcome's port, move to a node's entry, let go. */
export async function connect(page, source, outcome, target) {
  await actUntil(page.getByTestId(`wire-${source}-${outcome}-${target}`), async () => {
    await page.getByTestId(`port-${source}-${outcome}`).hover();
    await page.mouse.down();
    await page.getByTestId(`port-${target}-in`).hover({ force: true });
    await page.mouse.up();
  });
}

/** Drag a node type out of the palette onto a free place of the canvas, given as shares of its width and height. */
export async function dragFromPalette(page, type, x, y) {
  const canvas = page.getByTestId("canvas");
  const { width, height } = await canvas.boundingBox();
  const targetPosition = { x: width * x, y: height * y };
  // Chromium tells a page of a drag over it only from the second move on.
  await page.getByTestId(`palette-${type}`).dragTo(canvas, { targetPosition, steps: 5 });
}

/** Poll `read` until `accept` holds of its value; return that value. */
export async function eventually(what, read, accept = Boolean, within = DEADLINE_MS) {
  const deadline = Date.now() + within;
  for (;;) {
    const value = await read();
    if (accept(value)) return value;
    assert.ok(Date.now() < deadline, `${what}: still ${JSON.stringify(value)} after ${within / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The number that an element shows, 0 while it does not exist. */
export async function shown(page, testId) {
  const [text] = await page.getByTestId(testId).allInnerTexts();
  return Number((text ?? "0").replace(/\D/g, ""));
}

/** Waits until a field holds this value: what another answer puts there comes when that has come. */
export async function holds(field, value) {
  await eventually(`the field holds ${value}`, () => field.inputValue(), (held) => held === value);
}

export async function screenshot(page, name) {
  await page.screenshot({ path: join(ZHITU_SCREENSHOTS, `${name}.png`) });
}

/** A call of an API client; throws unless the answer is a success, or has the status that is expected. */
export async function api(method, path, body, expected) {
  return call(method, `/api/v1/${path}`, `Bearer ${demo.api_key}`, body, expected);
}

/** What a shop reports: a batch of calls of the tracking protocol, with the write key as user name. */
export async function report(...batch) {
  await call("POST", "/v1/batch", `Basic ${Buffer.from(`${demo.write_key}:`).toString("base64")}`, { batch });
}

/** A customer leaves her name, city and phone number, and does `event`. */
export async function register({ id, phone }, event) {
  const context = { externalIds: [{ type: "phone", id: phone }] };
  await report(
    { type: "identify", userId: id, traits: { name: "王小明", city: "上海" }, context },
    { type: "track", userId: id, event },
  );
}

export async function profileOf({ phone }) {
  const found = await api("GET", `profiles/?search=${encodeURIComponent(phone)}`);
  assert.equal(found.results.length, 1, `one profile with ${phone}`);
  return found.results[0];
}

async function call(method, path, authorization, body, expected) {
  const response = await fetch(ZHITU_URL + path, {
    method,
    headers: { Authorization: authorization, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await response.json();
  const right = expected === undefined ? response.ok : response.status === expected;
  assert.ok(right, `${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}
