/** Calls of the API by address, for what `schema.d.ts` does not describe yet; the same client, session and errors as the typed calls. */

import { api, dataOf } from "./client";

type Method = "get" | "post" | "put" | "patch" | "delete";
type Query = Record<string, string | number | undefined>;

interface Loose {
  request: (
    method: Method,
    path: string,
    init: { body?: unknown; params?: { query?: Query } },
  ) => Promise<{ data?: unknown }>;
}

/** The answer of `/api/v1/{path}`. Throws ApiError for a refusal and Unreachable where there is no answer. */
export function ask<T>(
  method: Method,
  path: string,
  { body, query }: { body?: unknown; query?: Query } = {},
): Promise<T> {
  return dataOf(
    (api as unknown as Loose).request(method, `/api/v1/${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(query ? { params: { query } } : {}),
    }) as Promise<{ data?: T }>,
  );
}
