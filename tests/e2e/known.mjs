// What pages have something to show of: people who may be one, tags, consents, a segment, a task, a file that was tried.
import { api, demo, eventually, newCustomer, report } from "./operator.mjs";

const FILE = "会员号,姓名,手机号\nk1,张三,\nk2,李四,12";
const LISTS = [
  ...["journeys", "channels/accounts", "templates", "profiles", "segments", "tasks", "tags", "computed-attributes"],
  ...["rfm", "models", "merges", "consents/texts", "channels/suppressions", "channels/staff", "channels/corp-tags"],
  ...["channels/signatures", "channels/qr-codes", "channels/contact-ways", "channels/welcome-messages", "channels/alerts"],
  ...["imports", "exports", "event-catalogue"],
];
/** What no key may read: the lists of somebody who is signed in. */
const OWN = ["session/", "members/?page_size=200", "api-keys/?page_size=200", "audit/?page_size=200"];

/** Make it; return the ids that addresses need. */
export async function makeKnown(mark) {
  const segment = await makeSegmentAndTask();
  const person = await makePeople(mark);
  const import_ = await makeImport();
  return { segment, person, import: import_, phone: await somebodysPhone(), accounts: await makeAccounts(mark) };
}

/** All that people wrote, as one text. `own` asks the API as somebody who is signed in. */
export async function wordsOf({ phone }, own) {
  const each = async (kind) => (await api("GET", `${kind}/?page_size=200`)).results.map(({ id }) => `${kind}/${id}/`);
  const wholes = (await Promise.all(["journeys", "channels/accounts"].map(each))).flat();
  const lists = [...LISTS.map((list) => `${list}/?page_size=200`), ...wholes, "privacy/", "quotas/", "quotas/use/"];
  const told = await Promise.all([...lists, `simulator/phones/${encodeURIComponent(phone)}/`].map((path) => api("GET", path)));
  const toOne = await Promise.all(OWN.map(async (path) => (await own.get(`${process.env.ZHITU_URL}/api/v1/${path}`)).text()));
  return JSON.stringify(told) + toOne.join() + FILE;
}

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

/** Definitions, two who may be one, two who became one, refused items, and consents; return the id of one of them. */
async function makePeople(mark) {
  const shared = { externalIds: [{ type: "phone", id: newCustomer().phone }] };
  const identify = (userId, context) => ({ type: "identify", userId, traits: { name: "王小明" }, context });
  await report(identify(`known-1-${mark}`, shared), identify(`known-2-${mark}`, shared), { type: "track", userId: `known-1-${mark}`, event: "" });
  const order = { type: "track", userId: `known-1-${mark}`, event: "order_paid", properties: { amount: 99, sku: "A1" } };
  await report(order, { type: "identify", userId: `known-3-${mark}` }, { type: "identify", anonymousId: `known-4-${mark}` });
  await api("POST", "tags/", { key: `vip${mark}`, name: "贵宾", group: "会员", kind: "manual", expires_after: "P90D" });
  const orders = { event: "order_paid", within: "P30D" };
  await api("POST", "computed-attributes/", { key: `orders_${mark}`, name: "订单数", definition: { kind: "count", ...orders } });
  await api("POST", "rfm/", { key: `rfm_${mark}`, name: "分层", definition: { ...orders, value: "amount" } });
  const [three, four] = await Promise.all([`known-3-${mark}`, `known-4-${mark}`].map(async (id) => (await api("GET", `profiles/?search=${id}`)).results[0].id));
  await api("POST", `profiles/${three}/merge/`, { profile: four, reason: "客户来电确认" });
  const [{ id }] = (await api("GET", `profiles/?search=known-1-${mark}`)).results;
  await api("POST", "consents/", { profile: id, channel: "sms", purpose: "marketing", status: "granted", source: "api" });
  await api("POST", "consents/texts/", { code: `sms-${mark}`, channel: "sms", purpose: "marketing", zh: "我同意", en: "I agree" });
  await api("POST", "channels/suppressions/import/", { channel: "sms", addresses: [newCustomer().phone], reason: "客户要求" });
  return id;
}

/** A file whose columns wait to be named, and the same once it was tried; return both ids. */
async function makeImport() {
  const [waiting, { id, columns }] = [await upload(), await upload()];
  const mapping = { columns: columns.map(({ suggestion }, column) => ({ ...suggestion, column })) };
  await api("POST", `imports/${id}/check/`, { mapping });
  await eventually("the file is tried", () => api("GET", `imports/${id}/`), ({ progress }) => progress.rejected > 0);
  return { waiting: waiting.id, tried: id };
}

async function upload() {
  const body = new FormData();
  body.set("file", new Blob([FILE], { type: "text/csv" }), "会员.csv");
  const { ZHITU_URL } = process.env;
  const answer = await fetch(`${ZHITU_URL}/api/v1/imports/`, { method: "POST", headers: { Authorization: `Bearer ${demo.api_key}` }, body });
  return answer.json();
}

async function somebodysPhone() {
  const { results } = await eventually("a message", () => api("GET", "simulator/phones/"), ({ results }) => results.length > 0);
  return results[0].phone;
}

/** One that sends and one that is switched off. */
async function makeAccounts(mark) {
  const { results } = await api("GET", "channels/accounts/?page_size=200");
  const on = await api("GET", `channels/accounts/${results.find(({ enabled, channel }) => enabled && channel === "sms").id}/`);
  const made = { key: `off-${mark}`, name: `停用短信 ${mark}`, channel: "sms", provider: "sms.aliyun", enabled: false, base_url: on.base_url };
  const off = await api("POST", "channels/accounts/", {
    ...made,
    credentials: { access_key_id: `off-${mark}`, access_key_secret: "a-secret-of-a-test" },
    settings: { sign_name: "知途测试" },
  });
  return [on.id, off.id];
}
