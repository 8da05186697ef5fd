import { type UseQueryResult, useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cursorOf } from "@/api/queries";
import type { Page } from "@/api/types";
import { unread } from "@/api/unread";

interface Pages<Row> {
  rows: Row[];
  /** There is nothing, and that is known. */
  empty: boolean;
  pending: boolean;
  error: unknown;
  refetch: () => unknown;
  /** A button for what comes after; nothing where there is no more. */
  more: ReactNode;
}

/** Pages of a list one after the other. Rows wait for what names them: `names` are the queries of it. */
export function usePages<Row>(
  queryKey: readonly unknown[],
  page: (cursor?: string) => Promise<Page<Row>>,
  testId: string,
  ...names: readonly UseQueryResult[]
): Pages<Row> {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => cursorOf(last.next),
  });
  const rows = query.data?.pages.flatMap((one) => one.results) ?? [];
  const named = names.every(({ data }) => data !== undefined);
  return {
    rows: named ? rows : [],
    empty: query.isSuccess && rows.length === 0,
    pending: query.isPending || names.some(({ isPending }) => isPending),
    error: unread(query, ...names),
    refetch: () => Promise.all([query, ...names].map(({ refetch }) => refetch())),
    more: query.hasNextPage && (
      <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()} data-testid={`${testId}-more`}>
        {t("channels.more")}
      </Button>
    ),
  };
}
