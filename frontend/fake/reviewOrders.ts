/** What the in-memory API's reviews count one by one: conversions, and whose each of them is. */

import type { ConversionsAnswer, Order } from "../src/api/reviewOrders";
import { common } from "./reviewFigures.ts";

const sum = (currency: string, conversions: number, value: string, refunded: string, net: string) => ({
  currency,
  conversions,
  value,
  refunded,
  net,
});

export const CONVERSIONS: ConversionsAnswer = {
  ...common,
  goals: [
    {
      id: "g1",
      name: "首购",
      primary: true,
      people: 1926,
      conversions: 1980,
      value: [sum("CNY", 1950, "391420.50", "5000.00", "386420.50"), sum("USD", 30, "600.00", "0.00", "600.00")],
    },
  ],
  days: [
    {
      day: "2026-02-26",
      goal: "g1",
      people: 400,
      conversions: 410,
      value: sum("CNY", 410, "81000.00", "0.00", "81000.00"),
    },
    {
      day: "2026-02-28",
      goal: "g1",
      people: 390,
      conversions: 395,
      value: sum("CNY", 395, "78000.00", "0.00", "78000.00"),
    },
    { day: "2026-02-28", goal: "g1", people: 5, conversions: 5, value: sum("USD", 5, "100.00", "0.00", "100.00") },
  ],
};

const order = (id: string, more: Partial<Order>): Order => ({
  id,
  journey_id: "0195-1",
  version_id: "v3",
  enrollment_id: "e1",
  profile_id: "p1",
  goal: "g1",
  event_id: `event-${id}`,
  order: `SO-${id}`,
  occurred_at: "2026-03-01T02:00:00Z",
  value: "199.0000",
  refunded: "0.0000",
  currency: "CNY",
  counted: true,
  note: "",
  odd: [],
  ...more,
});

const ORDERS = [
  order("1", {}),
  order("2", { refunded: "49.5000" }),
  order("3", { counted: false, note: "other_journey" }),
  order("4", { order: "event:5", value: null, odd: ["no_value"] }),
];

export const ordersOf = (query: URLSearchParams) => {
  const [counted, named] = [query.get("counted"), query.get("order")];
  return ORDERS.filter(
    (each) => (counted === null || String(each.counted) === counted) && (named === null || each.order === named),
  );
};
