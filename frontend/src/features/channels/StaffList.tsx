import { useQuery } from "@tanstack/react-query";
import { Empty, Table, Tag } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { usePages } from "./usePages";

/** Members whose contacts customers can be, and the corporation's tags for customers, as last read. */
export function StaffList() {
  const { t } = useTranslation();
  const format = useFormat();
  const pages = usePages(["channels", "staff", "pages"], calls.staffPage, "staff");
  const tags = useQuery(calls.corpTagsQuery);
  const groups = new Map<string, calls.CorpTag[]>();
  for (const tag of tags.data?.results ?? [])
    groups.set(tag.group_name ?? "", [...(groups.get(tag.group_name ?? "") ?? []), tag]);
  const error = pages.error ?? tags.error;
  return (
    <>
      <section className="channels-card" aria-labelledby="staff">
        <h2 id="staff">{t("channels.staff.title")}</h2>
        {Boolean(error) && <Problem error={error} onRetry={pages.refetch} />}
        <Table<calls.Staff>
          rowKey="id"
          size="small"
          loading={pages.pending}
          dataSource={pages.rows}
          pagination={false}
          data-testid="staff-table"
          locale={{ emptyText: pages.empty ? <Empty description={t("channels.staff.none")} /> : " " }}
          columns={[
            { title: t("channels.name"), key: "name", render: (_, row) => row.name || row.userid },
            { title: "userid", dataIndex: "userid" },
            { title: t("channels.staff.department"), key: "department", render: (_, row) => row.department.join(", ") },
            {
              title: t("channels.stateTitle"),
              key: "active",
              render: (_, row) => (
                <Tag color={row.active ? "success" : "default"}>
                  {t(row.active ? "channels.staff.active" : "channels.staff.gone")}
                </Tag>
              ),
            },
            { title: t("channels.templates.synced"), key: "synced", render: (_, row) => format.time(row.synced_at) },
          ]}
        />
        {pages.more}
      </section>
      <section className="channels-card" aria-labelledby="corp-tags">
        <h2 id="corp-tags">{t("channels.staff.tags")}</h2>
        {tags.data && groups.size === 0 && <Empty description={t("channels.staff.noTags")} />}
        <dl className="channels-callbacks" data-testid="corp-tags">
          {[...groups].map(([group, of]) => (
            <div key={group}>
              <dt>{group || "–"}</dt>
              <dd className="tags">
                {of.map((tag) => (
                  <Tag key={tag.id} color={tag.active ? "processing" : "default"}>
                    {tag.name}
                  </Tag>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  );
}
