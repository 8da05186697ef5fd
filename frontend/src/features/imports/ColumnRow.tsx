import { AutoComplete, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import type { ColumnMapping, ImportKind } from "@/api/imports";
import { CHANNELS, FORMATS, IDENTITIES, isDated, isNamed, isTyped, retarget, TARGETS, TYPES } from "./mappingModel";

interface Props {
  kind: ImportKind;
  header: string;
  mapping: ColumnMapping;
  onChange: (mapping: ColumnMapping) => void;
}

/** What one column is, as far as its kind asks for it. */
export function ColumnRow({ kind, header, mapping, onChange }: Props) {
  const { t } = useTranslation();
  const set = (changes: Partial<ColumnMapping>) => onChange({ ...mapping, ...changes });
  const options = (group: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: t(`imports.${group}.${value}`, { defaultValue: value }) }));
  return (
    <Space wrap>
      <Select
        className="imports-target"
        value={mapping.target}
        options={options("target", TARGETS[kind])}
        onChange={(target) => onChange(retarget(mapping, target, header))}
        aria-label={`${header}: ${t("imports.becomes")}`}
        data-testid={`target-${mapping.column}`}
      />
      {mapping.target === "identity" && (
        <AutoComplete
          className="imports-key"
          value={mapping.key}
          options={options("identity", IDENTITIES)}
          onChange={(key) => set({ key })}
          aria-label={`${header}: ${t("imports.identityType")}`}
        />
      )}
      {isNamed(mapping) && (
        <Input
          className="imports-key"
          value={mapping.key}
          onChange={(event) => set({ key: event.target.value })}
          aria-label={`${header}: ${t("imports.key")}`}
        />
      )}
      {isTyped(mapping) && (
        <Select
          className="imports-type"
          value={mapping.type ?? "text"}
          options={options("type", TYPES)}
          onChange={(type) => set({ type })}
          aria-label={`${header}: ${t("imports.typeTitle")}`}
        />
      )}
      {isDated(mapping) && (
        <Select
          className="imports-type"
          value={mapping.format ?? "auto"}
          options={options("format", FORMATS)}
          onChange={(format) => set({ format })}
          aria-label={`${header}: ${t("imports.formatTitle")}`}
        />
      )}
      {mapping.target === "consent" && (
        <>
          <Select
            className="imports-type"
            value={mapping.channel ?? "sms"}
            options={options("channel", CHANNELS)}
            onChange={(channel) => set({ channel })}
            aria-label={`${header}: ${t("imports.channelTitle")}`}
          />
          <Select
            className="imports-type"
            value={mapping.purpose ?? "marketing"}
            options={options("purpose", ["marketing", "service"])}
            onChange={(purpose) => set({ purpose })}
            aria-label={`${header}: ${t("imports.purposeTitle")}`}
          />
        </>
      )}
    </Space>
  );
}
