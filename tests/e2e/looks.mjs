// What is looked at on whatever a page shows: its texts, who could be kept out by it, and whether it fits.
import assert from "node:assert/strict";
import { AxeBuilder } from "@axe-core/playwright";
import { eventually, screenshot } from "./operator.mjs";

/** WCAG 2.2, levels A and AA. */
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** What goes by the mode or by how long a text is; the rest of axe's rules ask how a page is built, which no look changes. */
const OF_LOOKS = ["color-contrast", "link-in-text-block", "target-size"];
/** What is on a card is as large as the canvas is zoomed, and everything is there once more in the panel of the node (WCAG 2.5.8, equivalent). */
const ON_CARDS = /data-testid="(?:left|count|edge-count|edge-insert|port|mark)-/;
/** What a message's parameters may name looks like a key of a text, and is none. */
const LIQUID = /^(profile|event)\./;
/** A host of somebody's settings looks like one too. */
const HOST = /\.(com|cn|net|invalid)$/;
export const SMALL = { width: 1280, height: 720 };
export const LARGE = { width: 3840, height: 2160 };
export const PHONE = { width: 390, height: 844 };

/** Nothing is waited for any more: no answer, and no drawing of one. */
export async function settled(page, what) {
  const quiet = () => page.underway.size === 0;
  await eventually(`${what} is drawn`, async () => quiet() && (await page.evaluate(isDrawn)) && quiet());
}

/** No text without a translation. `written` gives what operators and customers wrote themselves: that stays in their language. */
export async function checkTexts(page, what, written) {
  const texts = await page.evaluate(visibleTexts);
  assert.ok(texts.length > 0, `${what} shows something`);
  const keys = texts.flatMap((text) => text.split(/\s+/)).filter((word) => /^[a-z]+(\.[a-zA-Z_]+)+$/.test(word));
  assert.deepEqual(keys.filter((key) => !LIQUID.test(key) && !HOST.test(key)), [], `${what} shows keys of texts`);
  if ((await page.locator("html").getAttribute("lang")) !== "en") return;
  const chinese = texts.flatMap((text) => text.match(/\p{Script=Han}+/gu) ?? []);
  const strange = (words) => chinese.filter((text) => !words.includes(text));
  // Other scripts write while this one looks: what is strange may only be new.
  const left = strange(await written()).length > 0 ? strange(await written("again")) : [];
  assert.deepEqual(left, [], `${what} is not all in English`);
}

/**
 * Nothing that axe finds. `part` narrows it to what has changed since; `again` looks for what another look at the same can be wrong
 * in. No page has frames: the mode for one is much faster.
 */
export async function checkAccess(page, what, part = "body", again = false) {
  const axe = new AxeBuilder({ page }).include(part).setLegacyMode();
  const { violations } = await (again ? axe.withRules(OF_LOOKS) : axe.withTags(LEVELS)).analyze();
  const told = violations
    .flatMap(({ id, nodes }) => nodes.map(({ target, html, failureSummary }) => ({ id, target, html, failureSummary })))
    .filter((found) => !(found.id === "target-size" && ON_CARDS.test(found.html)));
  assert.deepEqual(told, [], `${what} keeps people out`);
}

/** Nothing is cut off at the side, on the screens of `also` and on a small one, at which the page is left. */
export async function checkWidths(page, what, also = []) {
  for (const screen of [...also, SMALL]) {
    await page.setViewportSize(screen);
    try {
      await eventually(`${what} at ${screen.width}`, () => page.evaluate(overflow), (found) => found.length === 0, 5_000);
    } catch (error) {
      await screenshot(page, `wide-${what.replaceAll(/[/ ]/g, "-")}-${screen.width}`);
      throw error;
    }
  }
}

/** Runs in the page. */
async function isDrawn() {
  // What came last is drawn in the first frame, and what that asks for is under way in the second.
  for (const _ of [1, 2]) await new Promise(requestAnimationFrame);
  const waiting = document.querySelector(".ant-spin-spinning, .ant-skeleton, .ant-spin-dot-spin");
  return !waiting && document.querySelector("main, [data-testid=canvas], form") !== null;
}

/** Runs in the page: what is seen or read out, but for code, messages as they were sent, and the name of the other language. */
function visibleTexts() {
  const left = "code, pre, [translate=no], [data-testid=language-switch]";
  const elements = [...document.body.querySelectorAll("*")].filter(
    (each) => !each.closest(left) && each.checkVisibility({ visibilityProperty: true }),
  );
  return elements.flatMap((element) => [
    ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()),
    ...["aria-label", "title", "placeholder", "alt"].map((name) => element.getAttribute(name)),
  ]).filter(Boolean);
}

/** Runs in the page: what stands out at the side, if the page can be scrolled there. */
function overflow() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > clientWidth + 1);
  return [`${scrollWidth} of ${clientWidth}`, ...wide.slice(0, 5).map((each) => each.className || each.tagName)];
}
