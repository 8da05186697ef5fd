/** What the pages read, as react-query options: one place for keys and for how often a thing is read again. */

import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { language } from "@/i18n";
import { api, dataOf } from "./client";
import { ApiError } from "./errors";
import type { EnrollmentState, Faults, JourneyState, Page, Session, StreamEvent } from "./types";

const EVERYTHING = 200;

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: async (): Promise<Session | null> => {
    try {
      return await dataOf(api.GET("/api/v1/session/"));
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const journeysQuery = (state: JourneyState | undefined, search: string) =>
  queryOptions({
    queryKey: ["journeys", "list", state ?? "", search],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/journeys/", {
          params: { query: { state, search: search || undefined, page_size: EVERYTHING } },
        }),
      ),
    refetchInterval: 10_000,
    placeholderData: keepPreviousData,
  });

export const journeyQuery = (id: string) =>
  queryOptions({
    queryKey: ["journeys", id],
    queryFn: () => dataOf(api.GET("/api/v1/journeys/{id}/", { params: { path: { id } } })),
  });

export const countsQuery = (id: string) =>
  queryOptions({
    queryKey: ["journeys", id, "counts"],
    queryFn: () => dataOf(api.GET("/api/v1/journeys/{id}/counts/", { params: { path: { id } } })),
  });

export const reviewQuery = (id: string) =>
  queryOptions({
    queryKey: ["journeys", id, "review"],
    queryFn: () => dataOf(api.GET("/api/v1/journeys/{id}/review/", { params: { path: { id } } })),
    refetchInterval: 5_000,
  });

export const enrollmentsQuery = (
  id: string,
  node: string | undefined,
  state: EnrollmentState | undefined,
  cursor?: string,
) =>
  queryOptions({
    queryKey: ["journeys", id, "enrollments", node ?? "", state ?? "", cursor ?? ""],
    queryFn: () =>
      dataOf(
        api.GET("/api/v1/journeys/{journey}/enrollments/", {
          params: { path: { journey: id }, query: { node, state, cursor, page_size: 50 } },
        }),
      ),
    refetchInterval: 5_000,
  });

export const enrollmentQuery = (id: string) =>
  queryOptions({
    // Where the person is now is told in the language of the request.
    queryKey: ["enrollments", id, "now", language()],
    queryFn: () => dataOf(api.GET("/api/v1/enrollments/{id}/", { params: { path: { id } } })),
    refetchInterval: 5_000,
  });

export const streamQuery = (id: string) =>
  queryOptions({
    // The explanations come in the language of the request.
    queryKey: ["enrollments", id, "events", language()],
    queryFn: (): Promise<Page<StreamEvent>> =>
      dataOf(
        api.GET("/api/v1/enrollments/{id}/events/", { params: { path: { id }, query: { page_size: EVERYTHING } } }),
      ),
    refetchInterval: 5_000,
  });

export const accountsQuery = queryOptions({
  queryKey: ["accounts"],
  queryFn: () => dataOf(api.GET("/api/v1/channels/accounts/", { params: { query: { page_size: EVERYTHING } } })),
  staleTime: 60_000,
});

export const templatesQuery = queryOptions({
  queryKey: ["templates"],
  queryFn: () => dataOf(api.GET("/api/v1/templates/", { params: { query: { page_size: EVERYTHING } } })),
  staleTime: 60_000,
});

export const phonesQuery = queryOptions({
  queryKey: ["simulator", "phones"],
  queryFn: () => dataOf(api.GET("/api/v1/simulator/phones/", {})),
  refetchInterval: 2_000,
});

export const wechatFollowersQuery = queryOptions({
  queryKey: ["simulator", "wechat"],
  queryFn: () => dataOf(api.GET("/api/v1/simulator/wechat/followers/", {})),
  refetchInterval: 3_000,
});

export const wechatFollowerQuery = (appid: string, openid: string) =>
  queryOptions({
    queryKey: ["simulator", "wechat", appid, openid],
    queryFn: () =>
      dataOf(api.GET("/api/v1/simulator/wechat/followers/{appid}/{openid}/", { params: { path: { appid, openid } } })),
    refetchInterval: 2_000,
  });

export const wecomQuery = queryOptions({
  queryKey: ["simulator", "wecom"],
  queryFn: () => dataOf(api.GET("/api/v1/simulator/wecom/", {})),
  refetchInterval: 2_000,
});

export const phoneQuery = (phone: string) =>
  queryOptions({
    queryKey: ["simulator", "phones", phone],
    queryFn: () => dataOf(api.GET("/api/v1/simulator/phones/{phone}/", { params: { path: { phone } } })),
    refetchInterval: 1_500,
  });

export const mailboxesQuery = queryOptions({
  queryKey: ["simulator", "mailboxes"],
  queryFn: () => dataOf(api.GET("/api/v1/simulator/mailboxes/", {})),
  refetchInterval: 2_000,
});

export const mailboxQuery = (address: string) =>
  queryOptions({
    queryKey: ["simulator", "mailboxes", address],
    queryFn: () => dataOf(api.GET("/api/v1/simulator/mailboxes/{address}/", { params: { path: { address } } })),
    refetchInterval: 1_500,
  });

/** Calls of the simulated voice vendors, newest first. */
export const simulatedCallsQuery = queryOptions({
  queryKey: ["simulator", "calls"],
  queryFn: () => dataOf(api.GET("/api/v1/simulator/calls/", {})),
  refetchInterval: 1_500,
});

/** A provider that behaves well. */
export const NO_FAULTS: Faults = {
  latency_ms: 0,
  http_500_rate: 0,
  http_503_rate: 0,
  timeout_after_accept_rate: 0,
  throttle_rate: 0,
  duplicate_callback_rate: 0,
  late_callback_ms: 0,
  reorder_callbacks: false,
  fail_delivery_rate: 0,
  partial_failure_rate: 0,
  corrected_receipt_rate: 0,
};

export const faultsQuery = queryOptions({
  queryKey: ["simulator", "faults"],
  queryFn: async (): Promise<Faults> => ({ ...NO_FAULTS, ...(await dataOf(api.GET("/api/v1/simulator/faults/"))) }),
});

/** The cursor inside a page's `next` address. */
export function cursorOf(address: string | null | undefined): string | undefined {
  return address ? (new URL(address, window.location.origin).searchParams.get("cursor") ?? undefined) : undefined;
}
