import { useQuery } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { foldersQuery, type ManyAct } from "@/api/listing";
import { useMany } from "./useMany";

/** What can be done to the chosen journeys. */
export function BulkBar({ chosen, onDone }: { chosen: string[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const many = useMany();
  const folders = useQuery(foldersQuery).data ?? [];
  const act = (what: ManyAct, folder?: string | null) =>
    many.mutateAsync({ act: what, journeys: chosen, folder }).then(onDone, () => undefined);
  const sure = (what: ManyAct) =>
    modal.confirm({
      title: t(`listing.sure.${what}`, { count: chosen.length }),
      okText: t(`listing.act.${what}`),
      okButtonProps: { danger: what === "delete", "data-testid": `confirm-list-${what}` },
      onOk: () => act(what),
    });
  const places = [
    { key: "none", name: t("listing.noFolder"), id: null },
    ...folders.map(({ id, name }) => ({ key: id, name, id })),
  ];
  return (
    <div className="bulk" role="toolbar" aria-label={t("listing.chosen", { count: chosen.length })}>
      <span data-testid="bulk-count">{t("listing.chosen", { count: chosen.length })}</span>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: places.map(({ key, name, id }) => ({
            key,
            label: <span data-testid={`bulk-move-${key}`}>{name}</span>,
            onClick: () => void act("move", id),
          })),
        }}
      >
        <Button size="small" data-testid="bulk-move">
          {t("listing.act.move")}
        </Button>
      </Dropdown>
      <Button size="small" data-testid="bulk-archive" onClick={() => sure("archive")}>
        {t("listing.act.archive")}
      </Button>
      <Button size="small" danger data-testid="bulk-delete" onClick={() => sure("delete")}>
        {t("listing.act.delete")}
      </Button>
      <Button size="small" type="text" data-testid="bulk-clear" onClick={onDone}>
        {t("listing.clear")}
      </Button>
    </div>
  );
}
