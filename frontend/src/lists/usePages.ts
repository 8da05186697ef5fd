import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { cursorOf } from "@/api/queries";
import type { Page } from "@/api/types";

export interface Pages<Row> {
  rows: readonly Row[];
  error: unknown;
  /** Nothing has been read yet. */
  isPending: boolean;
  /** What is shown is of an earlier question. */
  isStale: boolean;
  isLoadingMore: boolean;
  hasMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

/** A list of any length, read page by page with the server's cursor; `key` names the list and what narrows it. */
export function usePages<Row>(
  key: readonly unknown[],
  page: (cursor?: string) => Promise<Page<Row>>,
  { enabled = true }: { enabled?: boolean } = {},
): Pages<Row> {
  const read = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => cursorOf(last.next),
    enabled,
    placeholderData: keepPreviousData,
    // Otherwise each page that comes has all those before it compared with themselves, row by row.
    structuralSharing: false,
    // Reading fifty pages again because a window got the focus helps nobody; whoever comes back reads the first anew.
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const rows = useMemo(() => read.data?.pages.flatMap((each) => each.results) ?? [], [read.data]);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError } = read;
  return {
    rows,
    error: read.error,
    isPending: read.isPending && enabled,
    isStale: read.isPlaceholderData,
    isLoadingMore: isFetchingNextPage,
    hasMore: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) read.fetchNextPage();
    },
    retry: () => {
      if (isFetchNextPageError) read.fetchNextPage();
      else read.refetch();
    },
  };
}
