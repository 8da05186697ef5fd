import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { tagsQuery } from "@/api/computed";
import { Field } from "../../fields/Field";
import { TagsInput } from "../../fields/TagsInput";
import { TextMap } from "../../fields/TextMap";
import type { PanelProps } from "../kind";
import { setOf, type UpdateConfig, written } from "./definition";

export function Panel({ config, onChange }: PanelProps<UpdateConfig>) {
  const { t } = useTranslation();
  const tags = useQuery(tagsQuery);
  const { values, cleared } = written(config.set ?? {});
  return (
    <>
      <Field name="set" label={t("node.update.set")} hint={t("node.update.setHint")}>
        <TextMap
          value={values}
          addText={t("node.update.addSet")}
          testId="update-set"
          liquid
          attributes
          onChange={(next) => onChange({ ...config, set: setOf(next, cleared) })}
        />
      </Field>
      <Field label={t("node.update.clear")}>
        <TagsInput
          value={cleared}
          label={t("node.update.clear")}
          placeholder={t("node.update.clearExample")}
          testId="update-clear"
          onChange={(keys) => onChange({ ...config, set: setOf(values, keys) })}
        />
      </Field>
      {(["tags_add", "tags_remove"] as const).map((field) => (
        <Field key={field} name={field} label={t(`node.update.${field}`)}>
          <TagsInput
            value={config[field]}
            label={t(`node.update.${field}`)}
            placeholder={t("test.tags")}
            testId={`update-${field}`}
            offered={tags.data?.results.map(({ key, name }) => ({ value: key, label: name || key }))}
            onChange={(tags) => onChange({ ...config, [field]: tags })}
          />
        </Field>
      ))}
    </>
  );
}
