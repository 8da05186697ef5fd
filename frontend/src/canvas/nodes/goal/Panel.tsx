import { Button, Empty, Select } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "../../fields/Field";
import { useGraph } from "../../store/graphStore";
import { useView } from "../../store/viewStore";
import type { PanelProps } from "../kind";
import type { GoalConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<GoalConfig>) {
  const { t } = useTranslation();
  const goals = useGraph((state) => state.graph.settings.goals) ?? [];
  const show = useView((state) => state.show);
  return (
    <Field name="goal" label={t("node.goal.goal")} hint={t("node.goal.hint")}>
      <Select
        className="wide"
        value={config.goal || undefined}
        placeholder={t("node.goal.choose")}
        aria-label={t("node.goal.goal")}
        data-testid="goal-select"
        notFoundContent={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("node.goal.none")} />}
        options={goals.map(({ id, name }) => ({ value: id, label: name || id }))}
        onChange={(goal) => onChange({ goal })}
      />
      <Button type="link" size="small" onClick={() => show({ kind: "settings" })} data-testid="goal-settings">
        {t("node.goal.openSettings")}
      </Button>
    </Field>
  );
}
