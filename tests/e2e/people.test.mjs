// What an operator does with people: imports a file of them, finds them by a rule, tags them, says who is one, puts right what
// was refused, and gives one of them the page where she withdraws her consent.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { launch } from "./browser.mjs";
import { checkAccess, PHONE } from "./looks.mjs";
import { api, choose, eventually, goTo, newCustomer, openSignedIn, report, screenshot, story } from "./operator.mjs";

const MARK = Date.now();
const NAME = `张${MARK}`;
let browser;
let page;
let person;
const step = story("people", () => page);
const T = (testId) => page.getByTestId(testId);

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

step("a file is uploaded, and its columns are known by their headers", async () => {
  page = await openSignedIn(browser, "/imports");
  const rows = ["会员号,姓名,生日,手机号", `im${MARK}a,${NAME},1990年5月6日,`, `im${MARK}b,李四,1991-02-30,`, `im${MARK}c,王五,,12`];
  await page.locator("input[type=file]").setInputFiles({ name: "会员.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) });
  await T("import-mapping").waitFor();
  await T("target-0").filter({ hasText: "身份标识" }).waitFor();
  await screenshot(page, "import-mapping");
});

step("a dry run says what would be, and writes nothing", async () => {
  await T("import-check").click();
  await page.getByText("这是试导入的结果，还没有写入任何数据。").waitFor();
  await T("import-created").filter({ hasText: "1" }).waitFor();
  await T("import-rejected").filter({ hasText: "2" }).waitFor();
  assert.equal((await api("GET", `profiles/?search=im${MARK}a`)).results.length, 0);
});

step("the import makes the people, and the refused rows come with reasons", async () => {
  await T("import-run").click();
  await page.getByText("已导入", { exact: true }).waitFor();
  const { results } = await eventually("the person", () => api("GET", `profiles/?search=im${MARK}a`), (found) => found.results.length === 1);
  [person] = results;
  assert.deepEqual(person.attributes, { name: NAME, birthday: "1990-05-06" });
  const [download] = await Promise.all([page.waitForEvent("download"), T("import-errors").click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  assert.match(text, /3,impossible_date,日期或时间不存在。,生日,1991-02-30/);
  assert.match(text, /4,invalid_phone,不是有效的电话号码。,手机号,12/);
  await screenshot(page, "import-done");
});

step("a rule counts people while it is built, and the segment that it makes has her", async () => {
  await goTo(page, "segments");
  await T("new-segment").click();
  await T("segment-name").fill(`名为 ${NAME}`);
  await T("segment-rule-key").fill("name");
  await T("segment-rule-value").fill("没有人叫这个名字");
  const counted = page.locator('[data-testid="segment-people"][data-settled="true"]');
  await counted.filter({ hasText: /^0/ }).waitFor();
  await T("segment-rule-value").fill(NAME);
  await counted.filter({ hasText: /^1/ }).waitFor();
  await T(`member-${person.id}`).waitFor();
  await T("segment-submit").click();
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/);
  await T("segment-members").click();
  await T("members").getByTestId(`member-${person.id}`).waitFor();
  await screenshot(page, "segment-members");
  await page.keyboard.press("Escape");
});

step("a tag that a rule gives is hers, and a computed attribute becomes current", async () => {
  const key = `tour${MARK}`;
  await goTo(page, "tags");
  await T("new-definition").click();
  await T("tag-key").fill(key);
  await T("tag-name").fill("巡游标签");
  await choose(page, "tag-kind", "规则");
  await T("tag-rule-key").fill("name");
  await T("tag-rule-value").fill(NAME);
  await T("tag-submit").click();
  await T(`tag-${key}`).waitFor();
  await eventually("the tag", () => api("GET", `profiles/${person.id}/`), ({ tags }) => tags[key] === true);

  await page.getByRole("tab", { name: "计算属性与模型" }).click();
  await T("new-definition").click();
  await T("computed-event").fill("order_paid");
  await T("computed-key").fill(`orders_${MARK}`);
  await T("computed-preview").click();
  await T("computed-previewed").waitFor();
  await T("computed-submit").click();
  await T(`computed-orders_${MARK}`).waitFor();
  await T(`state-orders_${MARK}`).filter({ hasText: "最新" }).waitFor();
  await screenshot(page, "computed");
});

step("two people who share a phone are said to be one, and are two again when that is undone", async () => {
  const { phone } = newCustomer();
  const context = { externalIds: [{ type: "phone", id: phone }] };
  const identify = (userId) => ({ type: "identify", userId, traits: { name: userId }, context });
  await report(identify(`one-${MARK}`), identify(`two-${MARK}`));
  const all = await eventually(
    "the conflict",
    () => api("GET", "identity-conflicts/?page_size=200"),
    ({ results }) => results.some(({ value }) => value === phone),
  );
  const { id } = all.results.find(({ value }) => value === phone);
  await goTo(page, "identities");
  const row = page.getByRole("row").filter({ has: T(`one-${id}`) });
  await row.getByText(`one-${MARK}`).first().waitFor();
  await row.getByText(`two-${MARK}`).first().waitFor();
  await screenshot(page, "conflict");
  await T(`one-${id}`).click();
  await T(`one-${id}`).waitFor({ state: "detached" });
  const isOne = async () => new Set(await Promise.all(["one", "two"].map(async (each) => (await personOf(`${each}-${MARK}`)).id))).size === 1;
  assert.ok(await isOne());

  await page.getByRole("tab", { name: "合并记录" }).click();
  const [merge] = (await api("GET", "merges/")).results;
  await T(`merge-undo-${merge.id}`).click();
  await page.locator(".ant-popconfirm-buttons .ant-btn-primary").click();
  await T(`merge-undo-${merge.id}`).waitFor({ state: "detached" });
  await T("merges-table").getByText(/已于 .* 撤销/).first().waitFor();
  assert.ok(!(await isOne()));
});

step("what was refused is put right and sent again", async () => {
  await report({ type: "track", userId: `im${MARK}`, event: "", properties: { mark: MARK } });
  const { results } = await api("GET", "rejected-events/?state=open&page_size=200");
  const { id } = results.find(({ payload }) => payload.properties?.mark === MARK);
  await goTo(page, "refused");
  await T(`replay-${id}`).click();
  await T("replay-patch").fill(JSON.stringify({ event: "order_paid" }));
  await screenshot(page, "replay");
  await T("replay-submit").click();
  await T(`replay-${id}`).waitFor({ state: "detached" });
  assert.equal((await api("GET", `rejected-events/${id}/`)).state, "taken");
});

step("a customer withdraws her consent on the page that she was given, on her phone", async () => {
  const consent = { channel: "sms", purpose: "marketing", status: "granted", source: "店内登记" };
  await api("POST", "consents/", { profile: person.id, ...consent });
  await goTo(page, "privacy");
  await page.getByTestId("privacy-search").locator("input").fill(`im${MARK}a`);
  await page.keyboard.press("Enter");
  await T("person-link").click();
  const link = await page.locator('[data-testid="person-rights"] .ant-alert code').innerText();
  await screenshot(page, "person-rights");
  const context = await browser.newContext({ viewport: PHONE, locale: "zh-CN", isMobile: true });
  const hers = await context.newPage();
  await hers.goto(link);
  await screenshot(hers, "preferences-zh-CN");
  await hers.locator('button[value="withdraw:sms:marketing"]').click();
  await hers.getByRole("status").filter({ hasText: "已保存" }).waitFor();
  await checkAccess(hers, "the preferences");
  const wide = await hers.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= PHONE.width, `nothing is cut off at the side: ${wide}`);
  await hers.getByRole("link", { name: "English" }).click();
  await hers.getByRole("heading", { name: "Message preferences" }).waitFor();
  await screenshot(hers, "preferences-en");
  await context.close();
  const { consents } = await api("GET", `profiles/${person.id}/`);
  assert.deepEqual(consents.map(({ channel, status }) => [channel, status]), [["sms", "withdrawn"]]);
});

step("the pages complained of nothing", () => {
  assert.deepEqual(page.complaints, []);
});

async function personOf(userId) {
  const { results } = await api("GET", `profiles/?search=${userId}`);
  assert.equal(results.length, 1, `one profile with ${userId}`);
  return results[0];
}
