import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Table } from "antd";
import { useTranslation } from "react-i18next";
import { type Erasure, erasureQuery, isUnderWay, retryErasure } from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { administers, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { kindOfTable } from "./tables";

const rowsOf = (erasure: Erasure) =>
  [...new Set([...Object.keys(erasure.removed), ...Object.keys(erasure.redacted), ...Object.keys(erasure.remaining)])]
    .sort()
    .map((table) => ({
      table,
      removed: Number(erasure.removed[table] ?? 0),
      redacted: Number(erasure.redacted[table] ?? 0),
      remaining: Number(erasure.remaining[table] ?? 0),
    }));

/** What was removed, where, when and by whom; of an erasure that goes on, as far as it is. */
export function Certificate({ erasure: asked }: { erasure: Erasure }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const session = useSession();
  const retry = useMutation({
    mutationFn: () => retryErasure(asked.id),
    onSuccess: (fresh) => queries.setQueryData(erasureQuery(asked.id).queryKey, fresh),
  });
  const followed = useQuery({ ...erasureQuery(asked.id), enabled: isUnderWay(asked) || retry.isSuccess });
  const erasure = followed.data ?? asked;
  const rows = rowsOf(erasure);
  return (
    <div data-testid="certificate" data-state={erasure.state}>
      {followed.error && <Problem error={followed.error} onRetry={followed.refetch} />}
      <p>
        {t("privacy.certificateText", {
          state: t(`privacy.states.${erasure.state}`),
          by: erasure.asked_by,
          asked: format.time(erasure.asked_at),
          finished: format.time(erasure.finished_at),
          identities: erasure.identities,
          searched: erasure.searched.length,
        })}
      </p>
      {retry.error && <Problem error={retry.error} />}
      {erasure.error && (
        <Alert
          type="error"
          title={erasure.error}
          action={
            administers(session) &&
            erasure.state === "failed" && (
              <Button loading={retry.isPending} onClick={() => retry.mutate()} data-testid="erasure-retry">
                {t("app.retry")}
              </Button>
            )
          }
        />
      )}
      {rows.some(({ remaining }) => remaining > 0) && <Alert type="warning" showIcon title={t("privacy.remaining")} />}
      <Table
        size="small"
        rowKey="table"
        pagination={false}
        dataSource={rows}
        scroll={{ x: 500 }}
        columns={[
          { title: t("privacy.table"), dataIndex: "table", render: (table: string) => <TableName table={table} /> },
          { title: t("privacy.removed"), dataIndex: "removed" },
          { title: t("privacy.redacted"), dataIndex: "redacted" },
          { title: t("privacy.left"), dataIndex: "remaining" },
        ]}
      />
    </div>
  );
}

/** What it holds in words, with the name that whoever administers the database knows it by. */
function TableName({ table }: { table: string }) {
  const { t } = useTranslation();
  const kind = kindOfTable(table);
  return (
    <>
      {kind && `${t(`privacy.tables.${kind}`)} `}
      <code className="soft">{table}</code>
    </>
  );
}
