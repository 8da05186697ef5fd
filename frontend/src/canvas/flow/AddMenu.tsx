import { Dropdown } from "antd";
import type { ReactElement } from "react";
import { useTranslation } from "react-i18next";
import { FAMILY } from "@/app/look";
import { KINDS } from "../nodes/registry";

export function useAddable() {
  const { t } = useTranslation();
  return KINDS.filter(({ definition }) => !definition.start).map(({ definition, Icon }) => ({
    key: definition.type,
    label: <span data-testid={`add-${definition.type}`}>{t(`node.${definition.type}.title`)}</span>,
    icon: (
      <span style={{ color: FAMILY[definition.family].ink }}>
        <Icon />
      </span>
    ),
  }));
}

/** The node types that can follow something, as a menu under its child. */
export function AddMenu({ children, onChoose }: { children: ReactElement; onChoose: (type: string) => void }) {
  const items = useAddable();
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => onChoose(key) }}>
      {children}
    </Dropdown>
  );
}
