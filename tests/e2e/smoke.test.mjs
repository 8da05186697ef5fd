import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";

const { ZHITU_URL, ZHITU_SCREENSHOTS } = process.env;
let browser;

before(async () => {
  browser = await launch();
});
after(() => browser?.close());

test("the console asks to sign in, in Chinese first and in English when asked", async () => {
  const page = await browser.newPage();
  await page.goto(ZHITU_URL);
  await page.getByText("密码").waitFor();
  await page.screenshot({ path: join(ZHITU_SCREENSHOTS, "console-zh-CN.png") });
  await page.getByText("English").click();
  await page.getByText("Password").waitFor();
  await page.screenshot({ path: join(ZHITU_SCREENSHOTS, "console-en.png") });
});

for (const [locale, heading] of [
  ["zh-CN", "Django 管理"],
  ["en", "Django administration"],
]) {
  test(`the administration greets in ${locale}`, async () => {
    const page = await browser.newPage({ locale });
    await page.goto(`${ZHITU_URL}/admin/login/`);
    await page.screenshot({ path: join(ZHITU_SCREENSHOTS, `admin-${locale}.png`) });
    assert.equal((await page.locator("#site-name").innerText()).trim(), heading);
  });
}

test("Chinese glyphs are drawn, not boxes", async () => {
  const page = await browser.newPage();
  // A font without a character draws the same box for each; with one, no two differ by nothing.
  await page.setContent('<span>知</span><span>途</span>');
  const [first, second] = await Promise.all((await page.locator("span").all()).map((glyph) => glyph.screenshot()));
  assert.notDeepEqual(first, second);
});
