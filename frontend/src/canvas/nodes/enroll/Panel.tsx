import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { journeysQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { Field } from "../../fields/Field";
import { TextMap } from "../../fields/TextMap";
import type { PanelProps } from "../kind";
import type { EnrollConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<EnrollConfig>) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery({ ...journeysQuery(undefined, ""), refetchInterval: false });
  const offered = (data?.results ?? []).filter((row) => row.state !== "archived" && row.state !== "stopped");
  return (
    <>
      {error && <Problem error={error} onRetry={refetch} />}
      <Field name="journey" label={t("node.enroll.journey")} hint={t("node.enroll.journeyHint")}>
        <Select
          className="wide"
          showSearch={{ optionFilterProp: "label" }}
          loading={isPending}
          value={config.journey || undefined}
          placeholder={t("node.enroll.choose")}
          aria-label={t("node.enroll.journey")}
          data-testid="enroll-journey"
          options={offered.map((row) => ({
            value: row.id,
            label: row.state === "live" ? row.name : `${row.name} · ${t(`journeys.state.${row.state}`)}`,
          }))}
          onChange={(journey) => onChange({ ...config, journey })}
        />
      </Field>
      <Field name="properties" label={t("node.enroll.properties")} hint={t("node.enroll.propertiesHint")}>
        <TextMap
          value={config.properties}
          addText={t("enroll.addProperty")}
          testId="enroll-node-property"
          liquid
          onChange={(properties) => onChange({ ...config, properties })}
        />
      </Field>
    </>
  );
}
