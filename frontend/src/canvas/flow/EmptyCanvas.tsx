import { ThunderboltFilled } from "@ant-design/icons";
import { Button } from "antd";
import { useTranslation } from "react-i18next";

export function EmptyCanvas({ onAdd, readOnly }: { onAdd: (type: string) => void; readOnly: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="flow-empty">
      <h2>{t("canvas.emptyTitle")}</h2>
      <p>{t("canvas.emptyText")}</p>
      {!readOnly && (
        <Button
          type="primary"
          icon={<ThunderboltFilled />}
          onClick={() => onAdd("trigger")}
          data-testid="empty-add-trigger"
        >
          {t("canvas.emptyAdd")}
        </Button>
      )}
    </div>
  );
}
