// Every address of the console, once in Chinese and dark, once in English and light: no text without a translation, nothing that
// keeps people with an assistive device out, nothing cut off on a small screen or a 4K one; and the parts that a click opens.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { makeKnown, wordsOf } from "./known.mjs";
import { checkAccess, checkTexts, checkWidths, LARGE, PHONE, SMALL, settled } from "./looks.mjs";
import { api, demo, openPage, openSignedIn, screenshot } from "./operator.mjs";
import { PARTS } from "./parts.mjs";
import { addresses } from "./routes.mjs";

const { ZHITU_URL, ZHITU_EVERY_LOOK } = process.env;
const MARK = Date.now();
/** Each language and each mode once: a colour does not go by the language. English, whose words are longer, is also looked at on 4K. */
const LOOKS = [
  ["zh-CN", "dark"],
  ["en", "light"],
];
/** What staff open where they stand. */
const ON_PHONES = new Set(["/login", "/tasks", "/settings/me"]);
let browser;
/** A page of each look, what is known, and what people wrote, as it was last read. */
let looks;
let known;
let read;

before(async () => {
  browser = await launch();
  known = { ...(await makeKnown(MARK)), mark: MARK };
  looks = [];
  for (const [language, mode] of LOOKS) {
    const page = await openSignedIn(browser, "/dashboard");
    await page.context().addInitScript(remember, [language, mode]);
    await page.setViewportSize(SMALL);
    looks.push({ page, language, mode, again: language !== "en" });
  }
});
after(() => browser?.close());

for (const address of addresses()) {
  test(`${address} is whole, keeps nobody out and fits`, async (context) => {
    const paths = await filled(address);
    if (paths.length === 0) return context.skip("there is nothing of the kind to look at");
    // Each look has a page of its own: one draws while the other is judged.
    const done = await Promise.allSettled(looks.map((look) => visit(address, paths, look)));
    const failed = done.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
    if (failed.length > 0) throw failed.length === 1 ? failed[0] : new AggregateError(failed, failed.join("\n"));
  });
}

test("there are pages, and they complained of nothing", () => {
  assert.ok(addresses().length > 20, "read from the routes");
  for (const { page } of looks) assert.deepEqual(page.complaints, []);
});

async function written(again) {
  if (again || !read) read = wordsOf(known, looks[0].page.request);
  return read;
}

async function visit(address, paths, { page, language, mode, again }) {
  for (const path of paths) {
    // The sign-in page is looked at by somebody who is not signed in.
    const shown = address === "/login" ? await stranger(language, mode) : page;
    const what = `${path} in ${language}, ${mode}`;
    try {
      const answer = await shown.goto(ZHITU_URL + path);
      assert.ok(answer.ok(), `the server knows ${path} as a page of the console: ${answer.status()}`);
      await settled(shown, what);
      assert.equal(await shown.getByTestId("not-found").count(), 0, `${path} is a page`);
      assert.equal(await shown.locator("html").getAttribute("lang"), language);
      await checkWidths(shown, what, [...(ON_PHONES.has(address) ? [PHONE] : []), ...(again ? [] : [LARGE])]);
      await checkTexts(shown, what, written);
      await checkAccess(shown, what, "body", again);
      if (ZHITU_EVERY_LOOK) await picture(shown, address, language, mode);
      await PARTS[address]?.(partsOf(shown, what, again));
    } catch (error) {
      await picture(shown, `failed${address}`, language, mode);
      throw error;
    }
    if (shown !== page) await shown.context().close();
  }
}

/** What the parts of a page are looked at with. */
function partsOf(page, what, again) {
  const texts = async (part) => {
    await settled(page, `${part} of ${what}`);
    await checkTexts(page, `${part} of ${what}`, written);
  };
  const access = (part, where) => checkAccess(page, `${part} of ${what}`, where, again);
  return { page, known, T: (testId) => page.getByTestId(testId), texts, access };
}

const picture = (page, address, language, mode) => screenshot(page, `${address.replaceAll(/[/:]/g, "-")}-${language}-${mode}`);

/** Kept as the console keeps them, so that the next page comes up with them. */
function remember([language, mode]) {
  localStorage.setItem("zhitu.language", language);
  localStorage.setItem("zhitu.theme", mode);
}

async function stranger(language, mode) {
  const context = await browser.newContext({ reducedMotion: "reduce", viewport: SMALL });
  await context.addInitScript(remember, [language, mode]);
  return openPage(context);
}

/** The address with the ids of what there is; none where nothing of the kind is. */
async function filled(address) {
  if (!address.includes(":")) return [address];
  const [, kind, , ...rest] = address.split("/");
  const to = (...ids) => ids.map((id) => address.replace(/:\w+/, id));
  if (address === "/channels/:tab") return to(...(await tabsOf("channels")));
  if (address === "/channels/accounts/:id") return to(...known.accounts);
  if (kind === "journeys") return to(demo.journey_id);
  if (kind === "segments") return to(known.segment);
  if (kind === "imports") return to(known.import.waiting, known.import.tried);
  if (["people", "identities"].includes(kind) && rest.length === 0) return to(known.person);
  const LISTS = { plays: "plays", events: "event-catalogue" };
  if (!(kind in LISTS)) return [];
  const answer = await api("GET", `${LISTS[kind]}/?page_size=1`);
  // Plays are one list without pages.
  return to(...(answer.results ?? answer).slice(0, 1).map((row) => row.id ?? row.key));
}

/** The tabs that an address leads to, as the page itself offers them. */
async function tabsOf(place) {
  const { page } = looks[0];
  await page.goto(`${ZHITU_URL}/${place}`);
  await settled(page, place);
  const tabs = await page.locator(`[data-testid^="${place}-tab-"]`).evaluateAll((all) => all.map((each) => each.dataset.testid));
  return tabs.map((tab) => tab.slice(`${place}-tab-`.length));
}
