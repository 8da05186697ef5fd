// The canvas by mouse and keyboard: cards put between others, copied to another journey and taken away, notes, numbers' people, a lost
// connection, somebody else at the same journey, versions laid over each other.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { actUntil, api, choose, demo, dragFromPalette, eventually, holds, newCustomer, openSignedIn, profileOf, register, screenshot, story } from "./operator.mjs";

const MARK = Date.now();
const customer = newCustomer();
let browser;
let page;
let other;
let journey;
const step = story("canvas", () => page);
const T = (id) => page.getByTestId(id);
const key = (name) => page.keyboard.press(name);
const saved = async () => (await api("GET", `journeys/${journey}/`)).graph;

const node = (id, type, config, x, y = 0) => ({ id, type, name: "", config, position: { x, y } });
const GRAPH = {
  schema_version: 1,
  nodes: [
    node("t", "trigger", { kind: "event", event: `canvas_signup_${MARK}` }, 0),
    node("rest", "wait", { for: "PT1S" }, 340),
    node("sms", "send", { channel: "sms", account: "sms", template: "welcome_a", params: { name: "{{ profile.name }}" }, purpose: "service" }, 680),
    node("end", "exit", { reason: "" }, 1020),
  ],
  edges: [["t", "rest"], ["rest", "sms"], ["sms", "end"]].map(([source, target]) => ({ id: `${source}-${target}`, source, outcome: "next", target })),
  settings: {},
};

before(async () => {
  browser = await launch();
  journey = (await api("POST", "journeys/", { name: `画布 ${MARK}`, graph: GRAPH })).id;
  page = await openSignedIn(browser, `/journeys/${journey}`);
  await T("node-sms").waitFor();
});
after(() => browser?.close());

step("the palette is searched, and Enter adds the first that fits", async () => {
  await key("/");
  await page.keyboard.type("webhook");
  await eventually("one fits", () => page.locator("[data-testid^=palette-]:not([data-testid=palette-search])").count(), (fitting) => fitting === 1);
  await key("Enter");
  await T("node-n1").waitFor();
  await T("undo").click();
  await T("node-n1").waitFor({ state: "detached" });
});

step("a note is written, coloured, undone and saved by itself", async () => {
  await page.evaluate(() => localStorage.setItem("zhitu.autosave", "on"));
  await page.reload();
  await dragFromPalette(page, "note", 0.5, 0.8);
  await T("note/m1-text").fill("首购礼只给新客");
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  await T("note/m1").click();
  await T("note/m1-blue").click();
  const note = await eventually("the saved note", async () => (await saved()).notes?.[0], (each) => each?.colour === "blue");
  assert.equal(note.text, "首购礼只给新客");
  await T("undo").click();
  await eventually("the colour undone", async () => (await saved()).notes?.[0]?.colour, (colour) => colour === "yellow");
  await screenshot(page, "canvas-note");
});

step("a card is put between two others, everything is chosen and copied, and what is taken away leaves no gap", async () => {
  await T("edge-insert-rest-sms").hover();
  await T("edge-insert-rest-sms").click();
  await T("add-update").click();
  await T("node-panel").waitFor();
  await key("Control+s");
  const between = await eventually("the card between", saved, ({ nodes }) => nodes.length === 5);
  const { id } = between.nodes.find(({ type }) => type === "update");
  const joins = ({ edges }) => edges.map(({ source, target }) => `${source}>${target}`).sort();
  assert.deepEqual(joins(between), [`${id}>sms`, `rest>${id}`, "sms>end", "t>rest"].sort());
  await T("dock-close").click();
  await page.locator(`.react-flow__node[data-id="${id}"] header`).click();
  await key("Delete");
  await key("Control+s");
  const without = await eventually("the gap closed", saved, ({ nodes }) => nodes.length === 4);
  assert.deepEqual(joins(without), ["rest>sms", "sms>end", "t>rest"].sort());
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  await key("Control+a");
  await eventually("four cards and a note on the small map", () => page.locator(".react-flow__minimap-node").count(), (drawn) => drawn === 5);
  await eventually("all are chosen", () => page.locator(".react-flow__node.selected").count(), (chosen) => chosen === 5);
  const clipboard = ["clipboard-read", "clipboard-write"];
  await page.context().grantPermissions(clipboard, { origin: new URL(page.url()).origin });
  await key("Control+c");
  const empty = await api("POST", "journeys/", { name: `抄来的 ${MARK}`, graph: { ...GRAPH, nodes: [], edges: [] } });
  const there = await page.context().newPage();
  await there.goto(new URL(`/journeys/${empty.id}`, page.url()).href);
  await there.getByTestId("canvas").waitFor();
  await there.keyboard.press("Control+v");
  await there.locator(".react-flow__node").nth(4).waitFor();
  await there.keyboard.press("Control+s");
  const { graph } = await eventually("the copy", () => api("GET", `journeys/${empty.id}/`), (copy) => copy.graph.nodes.length === 4);
  assert.deepEqual([graph.nodes.map(({ type }) => type), graph.edges.length, graph.notes.length], [["trigger", "wait", "send", "exit"], 3, 1]);
  await there.keyboard.press("Control+z");
  await eventually("none of it", () => there.locator(".react-flow__node").count(), (left) => left === 0);
  await there.close();
  await key("Escape");
});

step("an event is completed from those that have come", async () => {
  await actUntil(T("trigger-event"), () => T("node-t").locator("header").click());
  await T("trigger-event").fill("user_regis");
  await page.locator(".ant-select-item-option", { hasText: "user_registered" }).click();
  await T("node-t").filter({ hasText: "user_registered" }).waitFor();
  // Typing and choosing are one step, or two if some time was between them.
  await actUntil(T("node-t").filter({ hasText: `canvas_signup_${MARK}` }), () => T("undo").click());
  await T("dock-close").click();
});

step("without a mouse: from card to card, opened, connected by a list, moved", async () => {
  await page.locator('.react-flow__node[data-id="t"]').focus();
  await key("ArrowRight");
  await key("ArrowRight");
  await page.locator('.react-flow__node[data-id="sms"]:focus').waitFor();
  await key("Enter");
  await T("node-name").waitFor();
  await page.keyboard.type("欢迎短信");
  await T("node-sms").filter({ hasText: "欢迎短信" }).waitFor();
  await choose(page, "path-blocked", "退出");
  await key("Control+s");
  await eventually("the edge", async () => (await saved()).edges.some(({ outcome }) => outcome === "blocked"));
  await key("Escape");
  await page.locator('.react-flow__node[data-id="sms"]').focus();
  await key("Alt+ArrowDown");
  await key("Control+s");
  await eventually("the move", async () => (await saved()).nodes.find(({ id }) => id === "sms").position.y, (y) => y === 20);
  await key("?");
  await T("help-sheet").waitFor();
  await screenshot(page, "canvas-help");
  await key("Escape");
  await T("help-sheet").waitFor({ state: "detached" });
});

step("a message is shown for a real person, with a variable from the list; a wrong one is told", async () => {
  await register(customer, "visited");
  await eventually("the profile", async () => (await api("GET", `profiles/?search=${encodeURIComponent(customer.phone)}`)).results.length);
  await actUntil(T("send-preview-person"), () => T("node-sms").locator("header").click());
  await T("send-preview-person").click();
  await page.keyboard.type(customer.phone);
  await page.locator(".ant-select-item-option", { hasText: customer.phone.slice(-8) }).click();
  await page.locator('[data-testid="send-preview-phone"][data-verdict="allowed"]').filter({ hasText: "王小明" }).waitFor();
  await T("send-param-name").fill("{{ profile.nmae }}");
  await T("send-param-name-unknown").filter({ hasText: "profile.nmae" }).waitFor();
  await T("send-param-name").fill("");
  await T("send-param-name-variables").click();
  await T("variable-profile.name").click();
  await holds(T("send-param-name"), "{{ profile.name }}");
  await screenshot(page, "canvas-preview");
});

step("somebody else at the same journey is seen, and whose draft holds is asked", async () => {
  // Who opens it now sees all that is saved by itself here.
  await page.locator('[data-testid="save"]:disabled').waitFor();
  other = await openSignedIn(browser, `/journeys/${journey}`);
  await T("present").waitFor();
  await other.getByTestId("present").waitFor();
  await actUntil(other.getByTestId("node-panel"), () => other.getByTestId("node-rest").locator("header").click());
  await T("others-rest").waitFor();
  await other.getByTestId("node-name").fill("等一下");
  await other.getByTestId("save").click();
  await other.locator('[data-testid="save"]:disabled').waitFor();
  // Untouched here, theirs is shown at once; touched by both, whose holds is asked.
  await T("node-rest").filter({ hasText: "等一下" }).waitFor();
  await actUntil(T("exit-reason"), () => T("node-end").locator("header").click());
  await T("autosave").click();
  await T("exit-reason").fill("走完了");
  await other.getByTestId("node-name").fill("再等一下");
  await other.getByTestId("save").click();
  await other.locator('[data-testid="save"]:disabled').waitFor();
  await T("autosave").click();
  await T("conflict").waitFor();
  await T("conflict-theirs").click();
  await T("node-rest").filter({ hasText: "再等一下" }).waitFor();
  // Theirs came as one step: back to one's own, and forward to theirs again.
  await T("undo").click();
  await T("node-end").filter({ hasText: "走完了" }).waitFor();
  await T("node-rest").filter({ hasText: "等一下" }).filter({ hasNotText: "再等一下" }).waitFor();
  await T("redo").click();
  await T("node-rest").filter({ hasText: "再等一下" }).waitFor();
  await page.locator('[data-testid="save"]:disabled').waitFor();
  await eventually("theirs holds", async () => (await saved()).nodes.find(({ id }) => id === "rest").name, (name) => name === "再等一下");
  assert.equal((await saved()).nodes.find(({ id }) => id === "end").config.reason, "");
  await other.context().close();
  await T("present").waitFor({ state: "detached" });
});

step("a lost connection is told, what is drawn meanwhile is kept through a reload, and saved when the server is there again", async () => {
  await page.context().setOffline(true);
  await T("connection-lost").waitFor();
  await actUntil(T("exit-reason"), () => T("node-end").locator("header").click());
  await T("exit-reason").fill("断网时写的");
  await T("node-end").filter({ hasText: "断网时写的" }).waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await T("node-end").filter({ hasText: "断网时写的" }).waitFor();
  await page.locator('[data-testid="live-state"][data-state="open"]').waitFor();
  await eventually("it is saved", async () => (await saved()).nodes.find(({ id }) => id === "end").config.reason, (reason) => reason === "断网时写的");
});

step("each number lists the people it counts", async () => {
  await api("POST", `journeys/${journey}/publish/`, {});
  await register(customer, `canvas_signup_${MARK}`);
  await T("count-sms-sent").waitFor();
  await T("count-sms-sent").click();
  await page.locator('[data-testid="people-did"][data-did="sent"]').waitFor();
  const { id } = await profileOf(customer);
  const [run] = (await api("GET", `journeys/${journey}/enrollments/?at=sms&did=sent`)).results;
  assert.equal(run.profile_id, id);
  await T(`person-${run.id}`).waitFor();
  await T("edge-count-t-rest").click();
  await page.locator('[data-testid="people-did"][data-did="left"]').waitFor();
  await T(`person-${run.id}`).waitFor();
});

step("the draft and the live version are laid over each other", async () => {
  await actUntil(T("node-delete"), () => T("node-end").locator("header").click());
  await T("node-delete").click();
  await key("Control+s");
  await eventually("the deletion saved", async () => !(await saved()).nodes.some((each) => each.id === "end"));
  await T("open-changes").click();
  await page.locator('[data-testid="laid-end"][data-fate="removed"]').waitFor();
  await page.locator('[data-testid="laid-sms"][data-fate="same"]').waitFor();
  await screenshot(page, "canvas-overlay");
  assert.deepEqual(page.complaints, []);
  assert.ok(demo.journey_id);
});
