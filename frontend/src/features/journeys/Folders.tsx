import { DeleteOutlined, EditOutlined, FolderAddOutlined, FolderOutlined } from "@ant-design/icons";
import { useMutation, useQuery } from "@tanstack/react-query";
import { App, Button, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createFolder, deleteFolder, type Folder, foldersQuery, type Place, renameFolder } from "@/api/listing";
import { Problem, useComplain } from "@/app/Problem";
import { useRefreshList } from "./useMany";

interface Props {
  place: Place;
  writes: boolean;
  onChoose: (place: Place) => void;
}

/** Where journeys are kept; the choice narrows the list. */
export function Folders({ place, writes, onChoose }: Props) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const complain = useComplain();
  const refresh = useRefreshList();
  const { data, error, refetch } = useQuery(foldersQuery);
  const [naming, setNaming] = useState<Folder | "new" | null>(null);
  const chosen = typeof place === "object" ? place.folder : place;
  const remove = (folder: Folder) =>
    modal.confirm({
      title: t("listing.removeFolder", { name: folder.name }),
      content: t("listing.removeFolderHint"),
      okText: t("listing.act.delete"),
      okButtonProps: { danger: true, "data-testid": "confirm-folder-remove" },
      onOk: async () => {
        try {
          await deleteFolder(folder.id);
          onChoose("all");
          await refresh();
        } catch (failed) {
          complain(failed);
        }
      },
    });
  const entry = (key: string, name: string, to: Place, count?: number) => (
    <button
      type="button"
      className={`folder${chosen === key ? " folder-chosen" : ""}`}
      aria-current={chosen === key ? "true" : undefined}
      data-testid={`folder-${key}`}
      onClick={() => onChoose(to)}
    >
      <FolderOutlined />
      <span className="folder-name">{name}</span>
      {count !== undefined && <span className="soft">{count}</span>}
    </button>
  );
  return (
    <nav className="folders" aria-label={t("listing.folders")}>
      {entry("all", t("listing.all"), "all")}
      {entry("none", t("listing.noFolder"), "none")}
      {error && <Problem error={error} onRetry={refetch} />}
      {data?.map((folder) => (
        <div className="folder-row" key={folder.id}>
          {entry(folder.id, folder.name, { folder: folder.id }, folder.count)}
          {writes && chosen === folder.id && (
            <>
              <Button
                type="text"
                size="small"
                icon={<EditOutlined />}
                aria-label={t("listing.renameFolder", { name: folder.name })}
                data-testid="folder-rename"
                onClick={() => setNaming(folder)}
              />
              <Button
                type="text"
                size="small"
                icon={<DeleteOutlined />}
                aria-label={t("listing.removeFolder", { name: folder.name })}
                data-testid="folder-remove"
                onClick={() => remove(folder)}
              />
            </>
          )}
        </div>
      ))}
      {writes && (
        <Button
          type="text"
          size="small"
          icon={<FolderAddOutlined />}
          data-testid="folder-new"
          onClick={() => setNaming("new")}
        >
          {t("listing.newFolder")}
        </Button>
      )}
      {naming && <FolderName folder={naming} onClose={() => setNaming(null)} />}
    </nav>
  );
}

function FolderName({ folder, onClose }: { folder: Folder | "new"; onClose: () => void }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const refresh = useRefreshList();
  const [name, setName] = useState(folder === "new" ? "" : folder.name);
  const save = useMutation({
    mutationFn: () => (folder === "new" ? createFolder(name.trim()) : renameFolder(folder.id, name.trim())),
    onSuccess: async () => {
      onClose();
      await refresh();
    },
    onError: complain,
  });
  const submit = () => name.trim() && save.mutate();
  return (
    <Modal
      open
      title={folder === "new" ? t("listing.newFolder") : t("listing.renameFolder", { name: folder.name })}
      okButtonProps={{ disabled: !name.trim(), "data-testid": "folder-submit" }}
      confirmLoading={save.isPending}
      onOk={submit}
      onCancel={onClose}
    >
      <Input
        autoFocus
        value={name}
        maxLength={100}
        aria-label={t("listing.folderName")}
        data-testid="folder-name"
        onChange={(event) => setName(event.target.value)}
        onPressEnter={submit}
      />
    </Modal>
  );
}
