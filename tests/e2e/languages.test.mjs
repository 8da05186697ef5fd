// Every page in both languages: no text without a translation, and nothing that keeps people with an assistive device out.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { AxeBuilder } from "@axe-core/playwright";
import { launch } from "./browser.mjs";
import { actUntil, api, demo, eventually, openConsole, screenshot, shown, signIn, story } from "./operator.mjs";

const LANGUAGES = ["en", "zh-CN"];
const DOCKS = ["issues", "settings", "test", "enroll", "people", "talk"];
const NODES = ["trigger", "wait", "city", "ab", "sms_a", "order", "goal", "bye"];
/** What a message's parameters may name looks like a key of a text, and is none. */
const LIQUID = /^(profile|event)\./;
let browser;
let page;
/** What operators and customers wrote themselves: it stays in their language whatever the console's is. */
let data;
let segment;
const step = story("languages", () => page);

before(async () => {
  browser = await launch();
  segment = await makeSegmentAndTask();
  const lists = ["journeys", "channels/accounts", "templates", "profiles", "segments", "tasks"];
  const paths = [...lists.map((list) => `${list}/?page_size=200`), `journeys/${demo.journey_id}/`];
  data = JSON.stringify(await Promise.all(paths.map((path) => api("GET", path))));
});
after(() => browser?.close());

step("the login is whole in both languages", async () => {
  page = await openConsole(browser);
  await page.getByTestId("login-submit").waitFor();
  await inBothLanguages("login");
  await signIn(page);
});

step("the list of journeys is whole in both languages", async () => {
  await page.getByTestId(`journey-${demo.journey_id}`).waitFor();
  await inBothLanguages("journeys");
  await page.getByTestId("new-journey").click();
  await page.getByTestId("create-name").waitFor();
  await checkTexts("new journey");
  await page.keyboard.press("Escape");
});

step("the canvas is whole in both languages", async () => {
  await page.getByTestId(`journey-${demo.journey_id}`).click();
  await eventually("numbers", () => shown(page, "count-trigger-entered"));
  await inBothLanguages("canvas");
});

step("the panels of the canvas are whole in both languages", async () => {
  for (const language of LANGUAGES) {
    await speak(language);
    await page.getByTestId("open-settings").click();
    await page.getByTestId("zoom-fit").click();
    for (const node of NODES) {
      const panel = page.getByTestId("node-panel").filter({ hasText: node });
      await actUntil(panel, () => page.getByTestId(`node-${node}`).locator("header").click());
      await checkTexts(`panel of ${node}`);
    }
    for (const dock of DOCKS) {
      await page.getByTestId(`open-${dock}`).click();
      await page.getByTestId(`${dock}-panel`).waitFor();
      await checkTexts(`${dock} panel`);
      await checkAccess(`${dock} panel`, ".dock");
    }
    await openSomebody();
    await checkTexts("stream panel");
    await screenshot(page, `stream-${language}`);
    await page.getByTestId("dock-close").click();
  }
});

step("the forecast, the launches and the changes are whole in both languages", async () => {
  await page.getByTestId("open-forecast").click();
  await page.getByTestId("forecast-run").click();
  await page.getByTestId("forecast-result").waitFor();
  await inBothLanguages("forecast");
  await page.getByTestId("open-launches").click();
  await page.getByTestId("launches").waitFor();
  await inBothLanguages("launches");
  await page.getByTestId("forecast-to-canvas").click();
  await page.getByTestId("open-changes").click();
  await page.locator('[data-testid="change-log"] li').first().waitFor();
  await inBothLanguages("changes");
  await page.getByTestId("changes-to-canvas").click();
});

step("the review is whole in both languages", async () => {
  await page.getByTestId("open-review").click();
  await page.getByTestId("variants").waitFor();
  await inBothLanguages("review");
});

step("the segments are whole in both languages", async () => {
  await page.getByTestId("nav-segments").click();
  await page.getByTestId(`segment-${segment}`).waitFor();
  await inBothLanguages("segments");
  await page.getByTestId(`segment-${segment}`).click();
  await page.getByTestId("segment-people").waitFor();
  await inBothLanguages("segment");
  await page.getByTestId("segment-members").click();
  await page.locator('[data-testid="members"] li').first().waitFor();
  await checkTexts("members");
  await page.keyboard.press("Escape");
});

step("the staff tasks are whole in both languages", async () => {
  await page.getByTestId("nav-tasks").click();
  await page.locator('[data-testid^="task-close-"]').first().waitFor();
  await inBothLanguages("tasks");
  for (const language of LANGUAGES) {
    await speak(language);
    await page.locator('[data-testid^="task-close-"]').first().click();
    await page.getByTestId("task-note").waitFor();
    await checkTexts("a task's end");
    await checkAccess("a task's end", ".ant-modal");
    await page.keyboard.press("Escape");
    await page.getByTestId("task-note").waitFor({ state: "detached" });
  }
});

step("the phone is whole in both languages", async () => {
  const { results } = await eventually("a message", () => api("GET", "simulator/phones/"), ({ results }) => results.length > 0);
  const { phone } = results[0];
  data += JSON.stringify(await api("GET", `simulator/phones/${encodeURIComponent(phone)}/`));
  await page.getByTestId("nav-phone").click();
  await page.getByTestId(`phone-${phone}`).click();
  await page.locator('[data-testid="phone-screen"] [data-direction="in"]').first().waitFor();
  await inBothLanguages("phone");
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
});

/** A segment with people in it, and a task for one of them; return the segment's id. */
async function makeSegmentAndTask() {
  const rule = { op: "attribute", key: "city", cmp: "exists" };
  const { id } = await api("POST", "segments/", { name: "有城市的客户", description: "有城市属性", rule });
  const node = (name, type, config, x) => ({ id: name, type, name: "", config, position: { x, y: 0 } });
  const nodes = [node("t", "trigger", { kind: "api" }, 0), node("tk", "task", { content: "回访", materials: ["https://example.com/话术"] }, 340)];
  const graph = { schema_version: 1, nodes, edges: [{ id: "e", source: "t", outcome: "next", target: "tk" }], settings: {} };
  const journey = await api("POST", "journeys/", { name: "派给导购", graph });
  await api("POST", `journeys/${journey.id}/publish/`, {});
  const [person] = (await api("GET", "profiles/")).results;
  await api("POST", `journeys/${journey.id}/enrollments/`, { profiles: [{ id: person.id }] });
  await eventually("the task", () => api("GET", `tasks/?journey=${journey.id}`), ({ results }) => results.length > 0);
  return id;
}

async function speak(language) {
  if ((await page.locator("html").getAttribute("lang")) === language) return;
  await page.getByTestId("language-switch").click();
  await page.locator(`html[lang="${language}"]`).waitFor({ state: "attached" });
}

/** The page's texts in English and back in Chinese, and its accessibility. */
async function inBothLanguages(name) {
  for (const language of LANGUAGES) {
    await speak(language);
    await checkTexts(name);
    await screenshot(page, `${name}-${language}`);
  }
  await checkAccess(name);
}

async function checkTexts(name) {
  const texts = await page.evaluate(visibleTexts);
  assert.ok(texts.length > 0, `${name} shows something`);
  const keys = texts.flatMap((text) => text.split(/\s+/)).filter((word) => /^[a-z]+(\.[a-zA-Z_]+)+$/.test(word));
  assert.deepEqual(keys.filter((key) => !LIQUID.test(key)), [], `${name} shows keys of texts`);
  if ((await page.locator("html").getAttribute("lang")) !== "en") return;
  const chinese = texts.flatMap((text) => text.match(/\p{Script=Han}+/gu) ?? []);
  assert.deepEqual(chinese.filter((text) => !data.includes(text)), [], `${name} is not all in English`);
}

/** Runs in the page: what is seen or read out, but for code and the name of the other language. */
function visibleTexts() {
  const left = "code, pre, [data-testid=language-switch]";
  const elements = [...document.body.querySelectorAll("*")].filter(
    (each) => !each.closest(left) && each.checkVisibility({ visibilityProperty: true }),
  );
  return elements.flatMap((element) => [
    ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()),
    ...["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name)),
  ]).filter(Boolean);
}

/** `part` narrows it to what has changed since the page was looked at. No page has frames: the mode for one is much faster. */
async function checkAccess(name, part = "body") {
  const { violations } = await new AxeBuilder({ page }).include(part).setLegacyMode().analyze();
  const grave = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  const told = grave.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => ({ id, target, failureSummary })));
  assert.deepEqual(told, [], `${name} keeps people out`);
}

/** Open the stream of whoever is listed first; people move on, so she may be gone from her node before the click. */
async function openSomebody() {
  await eventually("somebody's stream", async () => {
    const [row] = (await api("GET", `journeys/${demo.journey_id}/enrollments/?page_size=1`)).results;
    await page.getByTestId(`counts-${row.node}`).click();
    await checkTexts("people panel");
    const opened = page.getByTestId(`person-${row.id}`).click({ timeout: 6_000 });
    return opened.then(() => true, () => false);
  });
  await page.locator('[data-testid="stream"] [data-kind]').first().waitFor();
}
