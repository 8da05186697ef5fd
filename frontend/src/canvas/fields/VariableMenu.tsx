import { Button, Dropdown, type MenuProps, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useVariables } from "./useVariables";

interface Props {
  onChoose: (variable: string) => void;
  testId: string;
}

/** The values that a text may take in, as a list. */
export function VariableMenu({ onChoose, testId }: Props) {
  const { t } = useTranslation();
  const known = useVariables();
  const group = (root: "profile" | "event") => ({
    key: root,
    type: "group" as const,
    label: t(`board.variables.${root}`),
    children: known[root].map((name) => ({
      key: `${root}.${name}`,
      label: <span data-testid={`variable-${root}.${name}`}>{name}</span>,
    })),
  });
  const items: NonNullable<MenuProps["items"]> = [
    ...(["profile", "event"] as const).filter((root) => known[root].length > 0).map(group),
    {
      key: "other",
      type: "group",
      label: t("board.variables.other"),
      children: [{ key: "preference_url", label: t("board.variables.preference_url") }],
    },
  ];
  return (
    <Tooltip title={t("board.insertVariable")}>
      <Dropdown
        trigger={["click"]}
        placement="bottomRight"
        overlayClassName="variable-menu"
        menu={{ items, onClick: ({ key }) => onChoose(key) }}
      >
        <Button size="small" type="text" aria-label={t("board.insertVariable")} data-testid={`${testId}-variables`}>
          {"{x}"}
        </Button>
      </Dropdown>
    </Tooltip>
  );
}
