import { queryOptions } from "@tanstack/react-query";
import { api, dataOf } from "./client";
import type { Schemas } from "./types";

export type Dashboard = Schemas["Dashboard"];
export type Notice = Schemas["Wrong"] | Schemas["RunningOut"];
export type NoticeItem = Schemas["NoticeItem"];

export const dashboardQuery = queryOptions({
  queryKey: ["dashboard"],
  queryFn: () => dataOf(api.GET("/api/v1/dashboard/", {})),
  refetchInterval: 30_000,
});
