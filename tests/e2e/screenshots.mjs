// The pictures of the README, taken of a running Zhitu (`make up`) in both languages: `make screenshots`, or with ZHITU_URL,
// ZHITU_DEMO (the file with the demo's login) and ZHITU_SCREENSHOTS (where to) for another. Best of one that is new: they show
// whatever is there.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");
process.env.ZHITU_URL ??= "http://127.0.0.1:8000";
process.env.ZHITU_DEMO ??= join(ROOT, "var", "demo.json");
process.env.ZHITU_SCREENSHOTS ??= join(ROOT, "docs", "screenshots");
const { launch } = await import("./browser.mjs");
const { api, demo, eventually, newCustomer, openSignedIn, profileOf, report, shown } = await import("./operator.mjs");

const PAGE = { width: 1280, height: 800 };
const REVIEW = { width: 1400, height: 840 };
/** Wide enough for the demo's journey at a size at which its cards can be read. */
const CANVAS = { width: 1540, height: 620 };
/** Where the palette and the bar over the canvas end: beside somebody's stream they are in the way. */
const [PALETTE, BAR] = [196, 61];
/** The demo's reminder goes out after two minutes without an order. */
const REMINDED_MS = 240_000;
const CITIES = ["上海", "北京", "杭州", "成都", "上海", "北京"];
const FAMILIES = ["王", "李", "张", "刘", "陈", "杨", "赵", "周", "吴", "徐", "孙", "马"];
const GIVEN = ["小明", "静", "伟", "洋", "晨", "帆", "敏", "杰", "桐", "佳"];
const LANGUAGES = ["zh-CN", "en"];
const CROWD = 120;
/** Of every ten who were told apart by the A/B test and the city, how many order. */
const ORDERING = 4;

await mkdir(process.env.ZHITU_SCREENSHOTS, { recursive: true });
const browser = await launch();
const { run, nurture } = await live();
for (const language of LANGUAGES) await pictures(language);
await browser.close();

/** A morning of the demo: customers register, are sent a message, and some of them order; others are on their way. */
async function live() {
  const crowd = await register(CROWD);
  const inside = () => api("GET", `journeys/${demo.journey_id}/counts/`);
  const at = (node) => async () => (await inside()).nodes[node] ?? {};
  await eventually("all wait for the order", at("order"), ({ entered = 0 }) => entered >= CROWD);
  const buyers = crowd.filter((_, index) => index % 10 < ORDERING);
  const order = ({ id }, index) => ({ type: "track", userId: id, event: "order_paid", properties: { amount: 68 + ((index * 37) % 400), sku: "A1" } });
  await report(...buyers.map(order));
  await eventually("orders are conversions", at("goal"), ({ entered = 0 }) => entered >= buyers.length);
  await eventually("the others are reminded", at("sms_reminder"), ({ entered = 0 }) => entered >= CROWD - buyers.length, REMINDED_MS);
  await register(CROWD / 4);
  const { id: person } = await profileOf(buyers[0]);
  const [{ id: run }] = (await api("GET", `enrollments/?profile=${person}`)).results;
  await api("POST", `journeys/${demo.journey_id}/review/refresh/`);
  return { run, nurture: await nurtured() };
}

/** A draft whose messages go out on several days to whoever has not ordered, the last to those who agreed to such: what it would do can be forecast. */
async function nurtured() {
  const node = (id, type, name, config, x) => ({ id, type, name, config, position: { x, y: 0 } });
  const sms = (id, name, template, params, purpose, x) => node(id, "send", name, { channel: "sms", account: "sms", template, params, purpose }, x);
  const order = (id, timeout, x) => node(id, "wait_event", "等待下单", { any: [{ id: "o", event: "order_paid" }], timeout }, x);
  const hello = { name: "{{ profile.name }}" };
  const nodes = [
    node("t", "trigger", "客户注册", { kind: "event", event: "user_registered" }, 0),
    sms("welcome", "欢迎", "welcome_a", hello, "service", 340),
    order("first", "P3D", 680),
    sms("benefit", "权益提醒", "benefit_reminder", { days: "4" }, "service", 1020),
    order("second", "P4D", 1360),
    sms("new", "新品上市", "new_arrivals", hello, "marketing", 1700),
    node("end", "exit", "结束", { reason: "" }, 2040),
  ];
  const ways = [["t", "next", "welcome"], ["welcome", "next", "first"], ["first", "timeout", "benefit"], ["first", "o", "end"], ["benefit", "next", "second"], ["second", "timeout", "new"], ["second", "o", "end"], ["new", "next", "end"]];
  const edges = ways.map(([source, outcome, target]) => ({ id: `${source}-${outcome}`, source, outcome, target }));
  const graph = { schema_version: 1, nodes, edges, settings: {} };
  return (await api("POST", "journeys/", { name: "新客两周培育", graph })).id;
}

/** Customers who register. */
async function register(people) {
  const customers = Array.from({ length: people }, (_, index) => ({
    ...newCustomer(),
    name: FAMILIES[index % FAMILIES.length] + GIVEN[Math.floor(index / FAMILIES.length) % GIVEN.length],
    city: CITIES[index % CITIES.length],
  }));
  const each = ({ id, phone, name, city }) => {
    const context = { externalIds: [{ type: "phone", id: phone }] };
    return [{ type: "identify", userId: id, traits: { name, city }, context }, { type: "track", userId: id, event: "user_registered" }];
  };
  await report(...customers.flatMap(each));
  return customers;
}

async function pictures(language) {
  const page = await openSignedIn(browser, "/dashboard", language);
  await page.context().addInitScript((chosen) => localStorage.setItem("zhitu.language", chosen), language);
  const journey = `/journeys/${demo.journey_id}`;
  await picture("dashboard", PAGE, "/dashboard");
  await picture("canvas", CANVAS, journey, wholeCanvas);
  const beside = { x: PALETTE, y: BAR, width: CANVAS.width - PALETTE, height: CANVAS.height - BAR };
  await picture("person", CANVAS, journey, async () => {
    await wholeCanvas();
    await page.getByTestId("far-goal-entered").click();
    await page.getByTestId(`person-${run}`).click();
    await page.locator('[data-testid="stream"] [data-kind="branch_taken"]').first().waitFor();
    await wholeCanvas();
  }, beside);
  await picture("review", REVIEW, `${journey}/review`, () => page.getByTestId("review-as-of").waitFor());
  await picture("experiment", REVIEW, `${journey}/review?tab=experiments`, () => page.getByTestId("verdict-ab").waitFor());
  await picture("forecast", PAGE, `/journeys/${nurture}/forecast`, async () => {
    await page.getByTestId("forecast-run").click();
    await page.getByTestId("forecast-result").waitFor();
    await page.mouse.move(0, 0);
  });
  await page.context().close();

  async function picture(name, size, address, ready, clip = { x: 0, y: 0, ...size }) {
    await page.setViewportSize(size);
    await page.goto(process.env.ZHITU_URL + address);
    await eventually(`${name} is drawn`, () => page.evaluate(() => !document.querySelector(".ant-spin-spinning, .ant-skeleton") && document.body.innerText.length > 100));
    await ready?.();
    await page.screenshot({ path: join(process.env.ZHITU_SCREENSHOTS, `${name}-${language}.png`), clip, animations: "disabled" });
    console.log(`${name}-${language}.png`);
  }

  async function wholeCanvas() {
    await eventually("numbers", () => shown(page, "count-trigger-entered"));
    // By its key: over a button stands what it does.
    await page.keyboard.press("0");
    // Until the view stands still: two looks, some frames apart, see the same.
    const place = () =>
      page.locator(".react-flow__viewport").evaluate(
        (each) => new Promise((seen) => setTimeout(() => seen(each.style.transform), 200)),
      );
    await eventually("a view that stands still", async () => (await place()) === (await place()));
  }
}
