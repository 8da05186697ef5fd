import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { AttributeName } from "../../fields/CompletedName";
import { OffsetInput } from "../../fields/OffsetInput";
import type { UntilAttribute } from "./definition";

interface Props {
  value: UntilAttribute;
  onChange: (value: UntilAttribute) => void;
}

/** A date of the person to wait for, how far from it, and what becomes of people for whom it is past or unknown. */
export function UntilAttributeFields({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <>
      <AttributeName
        value={value.key}
        placeholder={t("fields.dateExample")}
        label={t("fields.attribute")}
        testId="wait-attribute-key"
        onChange={(key) => onChange({ ...value, key })}
      />
      <OffsetInput
        value={value.offset}
        label={t("fields.offset.label")}
        testId="wait-attribute-offset"
        onChange={(offset) => onChange(compact({ ...value, offset }))}
      />
      {(["if_past", "if_missing"] as const).map((when) => (
        <div className="row" key={when}>
          <span className="grow">{t(`node.wait.${when}`)}</span>
          <Select
            className="otherwise"
            value={value[when] ?? "continue"}
            aria-label={t(`node.wait.${when}`)}
            data-testid={`wait-attribute-${when}`}
            options={(["continue", "exit"] as const).map((each) => ({
              value: each,
              label: t(`node.wait.otherwise.${each}`),
            }))}
            onChange={(next) => onChange({ ...value, [when]: next })}
          />
        </div>
      ))}
    </>
  );
}
