import { DeleteOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Empty, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import { endTag, type TagRow, tagsQuery } from "@/api/computed";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { durationText, ruleText } from "@/canvas/core/sentences";
import { useSay } from "@/canvas/useNames";
import { useFormat } from "@/format/useFormat";

/** The defined tags: who gives each, how long it is had, and how many people have it now. */
export function TagTable() {
  const { t } = useTranslation();
  const say = useSay();
  const format = useFormat();
  const { modal } = App.useApp();
  const queries = useQueryClient();
  const complain = useComplain();
  const writes = mayWrite(useSession());
  const { data, error, isLoadingError, isPending, refetch } = useQuery({ ...tagsQuery, refetchOnMount: "always" });
  const end = useMutation({
    mutationFn: endTag,
    onSuccess: () => queries.invalidateQueries({ queryKey: tagsQuery.queryKey }),
    onError: complain,
  });
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  const columns = [
    {
      title: t("tags.name"),
      key: "name",
      render: (_: unknown, tag: TagRow) => (
        <div data-testid={`tag-${tag.key}`}>
          {tag.name} <code className="soft">{tag.key}</code>
          {tag.description && <div className="soft">{tag.description}</div>}
        </div>
      ),
    },
    { title: t("tags.group"), dataIndex: "group", key: "group", width: 140 },
    {
      title: t("tags.kind"),
      key: "kind",
      render: (_: unknown, tag: TagRow) => (
        <>
          <Tag>{t(`tags.kinds.${tag.kind}`)}</Tag>
          {tag.is_ending && <Tag color="warning">{t("computed.state.ending")}</Tag>}
          {tag.rule && <div className="soft">{ruleText(say, tag.rule, (id) => id)}</div>}
        </>
      ),
    },
    {
      title: t("tags.valueType"),
      key: "value",
      width: 150,
      render: (_: unknown, tag: TagRow) => (
        <>
          {t(`tags.types.${tag.value_type}`)}
          {tag.allowed_values.length > 0 && <div className="soft">{tag.allowed_values.map(String).join("、")}</div>}
          {tag.expires_after && (
            <div className="soft">{t("tags.hadFor", { duration: durationText(say, tag.expires_after) })}</div>
          )}
        </>
      ),
    },
    {
      title: t("tags.people"),
      key: "people",
      width: 110,
      render: (_: unknown, tag: TagRow) => format.number(tag.people),
    },
    {
      title: "",
      key: "acts",
      width: 60,
      render: (_: unknown, tag: TagRow) =>
        writes &&
        !tag.is_ending && (
          <Button
            type="text"
            danger
            icon={<DeleteOutlined />}
            aria-label={t("computed.end")}
            onClick={() =>
              modal.confirm({
                title: t("computed.endTitle", { name: tag.name }),
                content: t("tags.endText"),
                okText: t("computed.end"),
                okButtonProps: { danger: true },
                onOk: () => end.mutateAsync(tag.id).catch(() => undefined),
              })
            }
          />
        ),
    },
  ];
  return (
    <Table<TagRow>
      className="sheet"
      rowKey="id"
      loading={isPending}
      dataSource={data?.results ?? []}
      columns={columns}
      pagination={(data?.results.length ?? 0) > 20 && { pageSize: 20, showSizeChanger: false }}
      scroll={{ x: 800 }}
      locale={{ emptyText: data ? <Empty description={t("tags.none")} /> : " " }}
      data-testid="tags-table"
    />
  );
}
