import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { changesPage } from "@/api/life";
import { cursorOf } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { language } from "@/i18n";

/** The change log, newest first; a published version can be compared with the one before it. */
export function ChangeLog({ journeyId, onVersion }: { journeyId: string; onVersion: (number: number) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const log = useInfiniteQuery({
    queryKey: ["journeys", journeyId, "changes", language()],
    queryFn: ({ pageParam }) => changesPage(journeyId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  const rows = log.data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <>
      {log.error && <Problem error={log.error} onRetry={log.refetch} />}
      {log.isPending && <Spin className="block" />}
      {log.data && rows.length === 0 && <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("changes.none")} />}
      <ol className="change-log" data-testid="change-log">
        {rows.map((row) => (
          <li key={row.id} data-kind={row.kind} data-testid={`change-${row.id}`}>
            <div className="change-line">
              <b>{t(`changes.kind.${row.kind}`, { defaultValue: row.kind })}</b>
              {row.version !== null && row.version > 1 && (
                <button type="button" className="chip" onClick={() => row.version !== null && onVersion(row.version)}>
                  v{row.version}
                </button>
              )}
              {row.version === 1 && <span className="chip">v1</span>}
              <time className="soft" dateTime={row.at}>
                {format.time(row.at)}
              </time>
            </div>
            <div className="soft">
              {row.user?.name ?? t("changes.system")}
              {row.text && ` · ${row.text}`}
            </div>
          </li>
        ))}
      </ol>
      {log.hasNextPage && (
        <Button block loading={log.isFetchingNextPage} onClick={() => log.fetchNextPage()} data-testid="changes-more">
          {t("people.more")}
        </Button>
      )}
    </>
  );
}
