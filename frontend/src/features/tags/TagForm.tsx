import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { createTag, type TagKind, type TagValueType, tagsQuery } from "@/api/computed";
import { Problem } from "@/app/Problem";
import { isWhole, newRule, type Rule } from "@/canvas/core/rules";
import { Field } from "@/canvas/fields/Field";
import { RuleBuilder } from "@/canvas/fields/RuleBuilder";
import "@/canvas/fields/fields.css";

const KINDS: readonly TagKind[] = ["manual", "rule", "import", "model"];
const TYPES: readonly TagValueType[] = ["none", "text", "number", "boolean"];

/** Defines a tag; one that a rule gives is had by whoever the rule holds for. */
export function TagForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [fields, setFields] = useState({ key: "", name: "", group: "", description: "" });
  const [kind, setKind] = useState<TagKind>("manual");
  const [valueType, setValueType] = useState<TagValueType>("none");
  const [rule, setRule] = useState<Rule>(newRule("attribute"));
  const [days, setDays] = useState<number | null>(null);
  const byRule = kind === "rule";
  const expires = kind === "manual" || kind === "import";
  const save = useMutation({
    mutationFn: () =>
      createTag({
        ...fields,
        name: fields.name.trim() || fields.key,
        kind,
        value_type: byRule ? "none" : valueType,
        ...(byRule ? { rule } : {}),
        ...(expires && days ? { expires_after: `P${days}D` } : {}),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: tagsQuery.queryKey });
      onClose();
    },
  });
  const text = (name: keyof typeof fields, longest: number) => (
    <Field label={t(`tags.${name}`)}>
      <Input
        value={fields[name]}
        maxLength={longest}
        aria-label={t(`tags.${name}`)}
        data-testid={`tag-${name}`}
        onChange={({ target }) => setFields({ ...fields, [name]: target.value })}
      />
    </Field>
  );
  return (
    <Modal
      open
      title={t("tags.new")}
      onCancel={onClose}
      onOk={() => save.mutate()}
      okText={t("computed.save")}
      okButtonProps={{
        disabled: !fields.key.trim() || (byRule && !isWhole(rule)),
        loading: save.isPending,
        "data-testid": "tag-submit",
      }}
    >
      <div className="computed-form" data-testid="tag-form">
        {save.error && <Problem error={save.error} />}
        {text("key", 100)}
        {text("name", 100)}
        {text("group", 100)}
        <Field label={t("tags.kind")} hint={t(`tags.kindHint.${kind}`)}>
          <Select
            value={kind}
            aria-label={t("tags.kind")}
            data-testid="tag-kind"
            options={KINDS.map((value) => ({ value, label: t(`tags.kinds.${value}`) }))}
            onChange={setKind}
          />
        </Field>
        {byRule ? (
          <Field label={t("tags.rule")}>
            <RuleBuilder value={rule} testId="tag-rule" onChange={setRule} />
          </Field>
        ) : (
          <Field label={t("tags.valueType")}>
            <Select
              value={valueType}
              aria-label={t("tags.valueType")}
              data-testid="tag-value-type"
              options={TYPES.map((value) => ({ value, label: t(`tags.types.${value}`) }))}
              onChange={setValueType}
            />
          </Field>
        )}
        {expires && (
          <Field label={t("tags.expires")} hint={t("tags.expiresHint")}>
            <InputNumber min={1} max={3650} value={days} aria-label={t("tags.expires")} onChange={setDays} />
          </Field>
        )}
        {text("description", 1000)}
      </div>
    </Modal>
  );
}
