import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Popconfirm, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Merge, mergesPage, undoMerge } from "@/api/identity";
import { cursorOf } from "@/api/queries";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import "./identity.css";

/** Who became whom, when and why, with a way back: of one person, or of all. */
export function MergeHistory({ person }: { person?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const merges = useInfiniteQuery({
    queryKey: ["identities", "merges", person ?? ""],
    queryFn: ({ pageParam }) => mergesPage(person, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
  });
  if (merges.isLoadingError) return <Problem error={merges.error} onRetry={merges.refetch} />;
  const columns = [
    {
      title: t("identities.at"),
      key: "at",
      width: 190,
      render: (_: unknown, merge: Merge) => format.time(merge.at),
    },
    {
      title: t("identities.people"),
      key: "people",
      width: 330,
      render: (_: unknown, merge: Merge) => (
        <div>
          <PersonLink id={merge.merged_id} /> → <PersonLink id={merge.survivor_id} />
        </div>
      ),
    },
    {
      title: t("identities.why"),
      key: "why",
      render: (_: unknown, merge: Merge) => <Why merge={merge} />,
    },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 150,
      render: (_: unknown, merge: Merge) => <Undo merge={merge} />,
    },
  ];
  return (
    <>
      <Table<Merge>
        className="sheet"
        rowKey="id"
        loading={merges.isPending}
        dataSource={merges.data?.pages.flatMap((page) => page.results)}
        columns={columns}
        pagination={false}
        scroll={{ x: 900 }}
        locale={{ emptyText: merges.data ? <Empty description={t("identities.noMerges")} /> : " " }}
        data-testid="merges-table"
      />
      {merges.hasNextPage && (
        <Button block loading={merges.isFetchingNextPage} onClick={() => merges.fetchNextPage()}>
          {t("identities.more")}
        </Button>
      )}
    </>
  );
}

/** A person by the end of their id, which tells them apart on one page, with the way to their merges. */
export function PersonLink({ id }: { id: string }) {
  return (
    <Link className="person-link" to={`/identities/${id}`} title={id}>
      …{id.slice(-8)}
    </Link>
  );
}

function Why({ merge }: { merge: Merge }) {
  const { t } = useTranslation();
  const typeText = (type: string) => t(`imports.identity.${type}`, { defaultValue: type });
  return (
    <div>
      <Tag>{t(`identities.origin.${merge.origin}`)}</Tag>
      {merge.type
        ? t("identities.seenWith", {
            one: `${typeText(merge.type)} ${merge.value}`,
            other: `${typeText(merge.with_type)} ${merge.with_value}`,
          })
        : merge.reason}
      {merge.by && <span className="soft"> · {merge.by.name}</span>}
    </div>
  );
}

function Undo({ merge }: { merge: Merge }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const undo = useMutation({
    mutationFn: () => undoMerge(merge.id, ""),
    onError: complain,
    // Also after a refusal: somebody else may have undone it.
    onSettled: () => queries.invalidateQueries({ queryKey: ["identities"] }),
  });
  if (merge.undo) return <span className="soft">{t("identities.undone", { at: format.time(merge.undo.at) })}</span>;
  if (!writes) return null;
  return (
    <Popconfirm title={t("identities.undoSure")} onConfirm={() => undo.mutate()} okText={t("identities.undo")}>
      <Button size="small" loading={undo.isPending} data-testid={`merge-undo-${merge.id}`}>
        {t("identities.undo")}
      </Button>
    </Popconfirm>
  );
}
