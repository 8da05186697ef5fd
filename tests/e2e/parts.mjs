// What a click opens on a page, by the page's address: panels, tabs and dialogs, looked at in the language that is on.
import { api, demo, eventually, openCard, shown } from "./operator.mjs";

const DOCKS = ["issues", "settings", "test", "enroll", "people", "talk"];
const NODES = ["trigger", "wait", "city", "ab", "sms_a", "order", "goal", "bye"];

export const PARTS = {
  "/journeys": async (look) => {
    await look.T(`journey-${demo.journey_id}`).waitFor();
    await opened(look, "new journey", look.T("new-journey"), "create-name");
  },
  "/journeys/:id": canvas,
  "/journeys/:id/forecast": async ({ T, texts }) => {
    await T("forecast-run").click();
    await T("forecast-result").waitFor();
    await texts("the forecast");
    await T("open-launches").click();
    await T("launches").waitFor();
    await texts("the launches");
  },
  "/segments/:id": async (look) => {
    const { page, T, texts } = look;
    await T("segment-people").waitFor();
    await T("segment-members").click();
    await page.locator('[data-testid="members-table"]:not([data-rows="0"])').waitFor();
    await texts("members");
  },
  "/people/:id": async (look) => {
    for (const tab of ["journeys", "attributes", "tags", "consents", "merges"]) {
      await look.T(`person-tab-${tab}`).click();
      await panelOf(look);
      await look.texts(tab);
    }
  },
  "/tags": async (look) => {
    const { known, T, texts, access } = look;
    await T(`tag-vip${known.mark}`).waitFor();
    await opened(look, "a new tag", T("new-definition"), "tag-form");
    await tab(look, 1);
    await T(`computed-orders_${known.mark}`).waitFor();
    await texts("computed attributes");
    await access("computed attributes", "main");
    await opened(look, "a new computed attribute", T("new-definition"), "computed-form");
    await tab(look, 2);
    await T(`rfm-rfm_${known.mark}`).waitFor();
    await texts("rfm");
    await access("rfm", "main");
  },
  "/identities": async (look) => {
    await look.page.locator('[data-testid^="pair-person-"]').first().waitFor();
    await look.texts("conflicts");
    await tab(look, 1);
    await look.T("search-matches").waitFor();
    await look.texts("suggestions");
    await tab(look, 2);
    await look.page.locator('[data-testid^="merge-undo-"]').first().waitFor();
    await look.texts("merges");
    await look.access("merges", "main");
  },
  "/events": async (look) => {
    const { page, T, texts, access } = look;
    await T("event-order_paid").waitFor();
    await tab(look, 1);
    const replay = page.locator('[data-testid^="replay-"]').first();
    await replay.waitFor();
    await texts("refused");
    await access("refused", "main");
    await opened(look, "a replay", replay, "replay-patch");
  },
  "/settings/privacy": async (look) => {
    const { page, known, T, texts, access } = look;
    await T("privacy-search").locator("input").fill(`known-1-${known.mark}`);
    await page.keyboard.press("Enter");
    await T("person-rights").waitFor();
    await texts("person rights");
    await access("person rights", "main");
    for (const tab of ["texts", "suppressions", "rules", "erasures", "audit"]) {
      await T(`privacy-tab-${tab}`).click();
      await page.getByRole("tabpanel").locator(":is(.ant-table-row, .ant-empty, form)").first().waitFor();
      await texts(tab);
      if (tab === "rules") await access(tab, "main");
    }
  },
  "/settings/members": async (look) => opened(look, "a new member", look.T("add-member"), "member-username"),
  "/settings/keys": async (look) => opened(look, "a new key", look.T("new-key"), "key-name"),
  "/tasks": async (look) => {
    const close = look.page.locator('[data-testid^="task-close-"]').first();
    await close.waitFor();
    await opened(look, "a task's end", close, "task-note");
  },
  "/phone": async (look) => {
    const { page, known, T, texts, access } = look;
    await T(`phone-${known.phone}`).click();
    await page.locator('[data-testid="phone-screen"] [data-direction="in"]').first().waitFor();
    await texts("a phone");
    await access("a phone", "main");
    for (const each of await page.getByRole("tab").all()) {
      await each.click();
      await panelOf(look);
      await texts("a tab");
    }
  },
};

async function canvas(look) {
  const { page, T, texts, access } = look;
  await eventually("numbers", () => shown(page, "count-trigger-entered"));
  await T("open-settings").click();
  await T("zoom-fit").click();
  for (const node of NODES) {
    await openCard(page, node);
    await texts(`panel of ${node}`);
  }
  for (const dock of DOCKS) {
    await T(`open-${dock}`).click();
    await T(`${dock}-panel`).waitFor();
    await texts(`${dock} panel`);
    await access(`${dock} panel`, ".dock");
  }
  await openSomebody(look);
  await texts("stream panel");
}

/** Open the stream of whoever is listed first; people move on, so she may be gone from her node before the click. */
async function openSomebody({ page, T, texts }) {
  await eventually("somebody's stream", async () => {
    const [row] = (await api("GET", `journeys/${demo.journey_id}/enrollments/?page_size=1`)).results;
    await T(`counts-${row.node}`).click();
    await texts("people panel");
    const clicked = T(`person-${row.id}`).click({ timeout: 6_000 });
    return clicked.then(() => true, () => false);
  });
  await page.locator('[data-testid="stream"] [data-kind]').first().waitFor();
}

/** A dialog, looked at and closed again. */
async function opened({ page, T, texts, access }, name, button, testId) {
  await button.click();
  await T(testId).waitFor();
  await texts(name);
  await access(name, ":is(.ant-modal, .ant-drawer-content-wrapper)");
  await page.keyboard.press("Escape");
  await T(testId).waitFor({ state: "hidden" });
}

const tab = ({ page }, place) => page.locator("main").getByRole("tab").nth(place).click();

const panelOf = ({ page }) => page.getByRole("tabpanel").first().waitFor();
