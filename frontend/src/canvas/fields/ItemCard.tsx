import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { PropsWithChildren, ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  /** What names the item: a text, or the controls of its first line. */
  head: ReactNode;
  testId?: string;
  /** More buttons of the first line, before the one that removes the item. */
  actions?: ReactNode;
  /** Without it the item cannot be removed, as the last one of a list that must have one. */
  onRemove?: () => void;
  removeText?: string;
}

/** One item of a list in a panel: a first line with its name and its removal, and its fields below. */
export function ItemCard({ head, testId, actions, onRemove, removeText, children }: PropsWithChildren<Props>) {
  const { t } = useTranslation();
  return (
    <div className="sub-card" data-testid={testId}>
      <div className="row">
        {typeof head === "string" ? <b className="grow">{head}</b> : head}
        {actions}
        {onRemove && (
          <Button
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={removeText ?? t("fields.remove")}
            onClick={onRemove}
          />
        )}
      </div>
      {children}
    </div>
  );
}

interface AddProps {
  onAdd: () => void;
  testId: string;
  block?: boolean;
}

/** Adds an item to a list of a panel. */
export function AddItem({ onAdd, testId, block, children }: PropsWithChildren<AddProps>) {
  return (
    <Button
      type="dashed"
      size={block ? "middle" : "small"}
      block={block}
      icon={<PlusOutlined />}
      data-testid={testId}
      onClick={onAdd}
    >
      {children}
    </Button>
  );
}
