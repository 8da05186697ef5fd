/** What the in-memory API answers to what would have been. */

import type { ReplayedRun, ReplayResult } from "../src/api/reviewReplay";
import { NOW } from "./now.ts";
import { words } from "./reviewFigures.ts";

const result: ReplayResult = {
  simulated: true,
  as_of: NOW,
  from_entry: false,
  same: 10701,
  parted: [{ node: "n4", runs: 2310 }],
  nodes: [],
  blocked: [],
  handed: [],
  failures: [],
  exceptions: [],
  since: "2026-01-31T16:00:00Z",
  until: "2026-02-28T16:00:00Z",
  people: 12840,
  runs: 13011,
  looked_at: 12840,
  sampled_from: 12840,
  scale: 1,
  untouched: 9800,
  changed: { people: 2310, gained: { people: 2310, messages: 2310 }, lost: { people: 1902, messages: 1902 } },
  messages: [
    { channel: "sms", template: "welcome", recorded: 2540, simulated: 4850, gained: 2310, lost: 0 },
    { channel: "sms", template: "freeship", recorded: 9211, simulated: 6901, gained: 0, lost: 1902 },
  ],
  ended: { recorded: { completed: 9100, waiting: 3911 }, simulated: { completed: 9400, waiting: 3611 } },
  refused: {},
  conversions: [
    { goal: "g1", recorded: 1926, simulated: 1926, recorded_value: "386420.5000", simulated_value: "386420.5000" },
  ],
  cost: [{ currency: "CNY", recorded: "1175.1000", simulated: "1175.1000", difference: "0.0000" }],
  notes: [
    {
      code: "unknown_reactions",
      message: "",
      messages: words(
        "没有收到过的消息，人们会怎么反应，无从得知。",
        "How people would have reacted to what they never got is not known.",
      ),
    },
  ],
};
const path = (node: string | null): ReplayedRun["recorded"] => ({
  steps: [],
  end: "completed",
  reason: "",
  goals: {},
  sends: node ? [{ node, channel: "sms", template: "welcome", at: NOW, state: "delivered", reason: "" }] : [],
});
const people: ReplayedRun[] = [
  {
    enrollment: "e1",
    profile: "p1",
    profile_name: "小林",
    profile_phone: "+8613800000001",
    change: "both",
    gained: 1,
    lost: 1,
    refusal: "",
    recorded: path("n6"),
    simulated: path("n5"),
  },
  {
    enrollment: "e2",
    profile: "p2",
    profile_name: "",
    profile_phone: "",
    change: "lost",
    gained: 0,
    lost: 1,
    refusal: "",
    recorded: path("n6"),
    simulated: path(null),
  },
];

export const REPLAYED = { result, people };
