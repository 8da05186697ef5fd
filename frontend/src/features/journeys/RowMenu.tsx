import { MoreOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Dropdown, type MenuProps } from "antd";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { duplicateJourney, foldersQuery, type ManyAct } from "@/api/listing";
import type { JourneyRow } from "@/api/types";
import { later } from "@/app/later";
import { useComplain } from "@/app/Problem";
import { useMany, useRefreshList } from "./useMany";

const SaveAsPlay = later(async () => ({ default: (await import("../plays/SaveAsPlay")).SaveAsPlay }));
const MAY_ARCHIVE = ["draft", "stopped"];

/** What can be done to one journey of the list. */
export function RowMenu({ row }: { row: JourneyRow }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const complain = useComplain();
  const refresh = useRefreshList();
  const [keeping, setKeeping] = useState(false);
  const folders = useQuery(foldersQuery).data ?? [];
  const many = useMany();
  const copy = useMutation({
    mutationFn: () => duplicateJourney(row.id, t("listing.copyName", { name: row.name }).slice(0, 100)),
    onSuccess: async (made) => {
      message.success(t("listing.copied", { name: made.name }));
      await refresh();
    },
    onError: complain,
  });
  const sure = (act: ManyAct) =>
    modal.confirm({
      title: t(`listing.sure.${act}`, { count: 1 }),
      content: row.name,
      okText: t(`listing.act.${act}`),
      okButtonProps: { danger: act === "delete", "data-testid": `confirm-list-${act}` },
      onOk: () => many.mutateAsync({ act, journeys: [row.id] }).catch(() => undefined),
    });
  const item = (key: string, label: string, onClick: () => void, danger = false) => ({
    key,
    danger,
    label: <span data-testid={`row-${key}`}>{label}</span>,
    onClick,
  });
  const move = (folder: string | null) => many.mutate({ act: "move", journeys: [row.id], folder });
  const items: MenuProps["items"] = [
    item("duplicate", t("listing.duplicate"), () => copy.mutate()),
    {
      key: "move",
      label: <span data-testid="row-move">{t("listing.act.move")}</span>,
      children: [
        item("move-none", t("listing.noFolder"), () => move(null)),
        ...folders
          .filter(({ id }) => id !== row.folder?.id)
          .map(({ id, name }) => item(`move-${id}`, name, () => move(id))),
      ],
    },
    item("keep", t("plays.save"), () => setKeeping(true)),
    ...(MAY_ARCHIVE.includes(row.state) ? [item("archive", t("listing.act.archive"), () => sure("archive"))] : []),
    ...(row.live_version || row.state !== "draft"
      ? []
      : [item("delete", t("listing.act.delete"), () => sure("delete"), true)]),
  ];
  return (
    <>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <Button
          type="text"
          size="small"
          icon={<MoreOutlined />}
          loading={copy.isPending || many.isPending}
          aria-label={t("listing.more", { name: row.name })}
          data-testid={`more-${row.id}`}
        />
      </Dropdown>
      <Suspense>{keeping && <SaveAsPlay journey={row} onClose={() => setKeeping(false)} />}</Suspense>
    </>
  );
}
