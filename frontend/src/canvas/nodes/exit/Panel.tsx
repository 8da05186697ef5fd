import { Input } from "antd";
import { useTranslation } from "react-i18next";
import { Field } from "../../fields/Field";
import type { PanelProps } from "../kind";
import type { ExitConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<ExitConfig>) {
  const { t } = useTranslation();
  return (
    <Field name="reason" label={t("node.exit.reason")} hint={t("node.exit.hint")}>
      <Input
        maxLength={200}
        value={config.reason ?? ""}
        aria-label={t("node.exit.reason")}
        placeholder={t("node.exit.example")}
        data-testid="exit-reason"
        onChange={(event) => onChange({ ...config, reason: event.target.value })}
      />
    </Field>
  );
}
