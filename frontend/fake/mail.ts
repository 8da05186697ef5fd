/** The mailboxes of the in-memory API. */

import type { Mail } from "../src/api/types";

type Stored = { -readonly [K in keyof Mail]: Mail[K] };

const MAIL: Stored = {
  id: 1,
  at: "2026-03-02T02:00:00Z",
  sender: "知途商店 <hello@shop.example>",
  subject: "春季上新",
  message_id: "<01931f00-0000-7000-8000-000000000001@shop.example>",
  return_path: "bounce+01931f00-0000-7000-8000-000000000001@shop.example",
  text: "春季上新，退订请点击 https://t.example.com/u/x",
  html: "<p>春季上新</p><script>parent.document.title = 'taken over'</script>",
  one_click: true,
  state: "delivered",
};

export class Mails {
  boxes = new Map<string, Stored[]>([["wang@example.com", [{ ...MAIL }]]]);

  /** What is at `path` below `simulator/`, undefined if that is none of these. */
  at(path: string): unknown {
    const [what, key, act] = path.split("/").map(decodeURIComponent);
    if (what === "mailboxes" && !key)
      return { results: [...this.boxes].map(([address, all]) => summary(address, all)) };
    if (what === "mailboxes") return { results: this.boxes.get(key ?? "") ?? [] };
    const mail = [...this.boxes.values()].flat().find((one) => what === "mails" && one.id === Number(key));
    if (mail) mail.state = act === "bounce" ? "bounced" : "unsubscribed";
    return mail;
  }
}

function summary(address: string, mails: Stored[]) {
  return { address, messages: mails.length, last_at: mails[0]?.at ?? MAIL.at };
}
