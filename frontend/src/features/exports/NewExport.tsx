import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Button, Form, Input, Modal, Radio, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { askExport, exportsQuery } from "@/api/exports";
import { CHANNELS } from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { SegmentPick } from "@/canvas/fields/SegmentPick";
import { type Draft, type Field, KINDS, missing, NEW, OFFERED, ofKind, requestOf } from "./request";

const MARKETING = "marketing";

/** What is exported, of whom, and where to: a file, or the calls of a webhook with the receiver's own names. */
export function NewExport({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(NEW);
  const put = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const ask = useMutation({
    mutationFn: () => askExport(requestOf(draft)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: exportsQuery.queryKey });
      onClose();
    },
  });
  const lacks = missing(draft);
  return (
    <Modal
      open
      width={640}
      title={t("exports.new")}
      okText={t("exports.ask")}
      okButtonProps={{ disabled: lacks !== undefined, "data-testid": "export-submit" }}
      confirmLoading={ask.isPending}
      onOk={() => ask.mutate()}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item label={t("exports.what")}>
          <Radio.Group
            value={draft.kind}
            data-testid="export-kind"
            options={KINDS.map((value) => ({ value, label: t(`exports.kinds.${value}`) }))}
            onChange={({ target }) => setDraft(ofKind(draft, target.value))}
          />
        </Form.Item>
        {draft.kind === "people" && (
          <>
            <Form.Item label={t("exports.segment")}>
              <SegmentPick
                allowClear
                value={draft.segment}
                placeholder={t("exports.everybody")}
                testId="export-segment"
                onChange={(segment) => put({ segment })}
              />
            </Form.Item>
            <Form.Item label={t("exports.consent")}>
              <Select
                allowClear
                value={draft.consent?.channel}
                placeholder={t("exports.anyConsent")}
                aria-label={t("exports.consent")}
                data-testid="export-consent"
                options={CHANNELS.map((value) => ({
                  value,
                  label: `${t(`channel.${value}`)} · ${t(`privacy.purposes.${MARKETING}`)}`,
                }))}
                onChange={(channel?: string) => put({ consent: channel ? { channel, purpose: MARKETING } : undefined })}
              />
            </Form.Item>
          </>
        )}
        <Form.Item label={t("exports.to")}>
          <Radio.Group
            value={draft.target}
            data-testid="export-target"
            options={(["file", "webhook"] as const).map((value) => ({ value, label: t(`exports.targets.${value}`) }))}
            onChange={({ target }) => put({ target: target.value })}
          />
        </Form.Item>
        {draft.target === "file" ? (
          <FileFields draft={draft} put={put} />
        ) : (
          <>
            <Form.Item label={t("exports.url")} htmlFor="export-url" extra={t("exports.urlHint")}>
              <Input
                id="export-url"
                value={draft.url}
                placeholder="https://"
                data-testid="export-url"
                onChange={({ target }) => put({ url: target.value })}
              />
            </Form.Item>
            <Form.Item label={t("exports.fields")} extra={lacks === "twice" && t("exports.twice")}>
              <FieldRows kind={draft.kind} fields={draft.fields} onChange={(fields) => put({ fields })} />
            </Form.Item>
          </>
        )}
      </Form>
      {ask.error && <Problem error={ask.error} />}
    </Modal>
  );
}

function FileFields({ draft, put }: { draft: Draft; put: (part: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item label={t("exports.format")}>
        <Radio.Group
          value={draft.format}
          options={(["xlsx", "csv"] as const).map((value) => ({ value, label: value.toUpperCase() }))}
          onChange={({ target }) => put({ format: target.value })}
        />
      </Form.Item>
      <Form.Item label={t("exports.columns")} extra={draft.kind !== "messages" && t("exports.columnsHint")}>
        <Select
          mode={draft.kind === "messages" ? "multiple" : "tags"}
          value={draft.columns}
          aria-label={t("exports.columns")}
          data-testid="export-columns"
          options={OFFERED[draft.kind].map((value) => ({ value, label: value }))}
          onChange={(columns: string[]) => put({ columns })}
        />
      </Form.Item>
    </>
  );
}

interface RowsProps {
  kind: Draft["kind"];
  fields: readonly Field[];
  onChange: (fields: Field[]) => void;
}

function FieldRows({ kind, fields, onChange }: RowsProps) {
  const { t } = useTranslation();
  const put = (place: number, part: Partial<Field>) =>
    onChange(fields.map((field, index) => (index === place ? { ...field, ...part } : field)));
  return (
    <Space orientation="vertical" style={{ width: "100%" }}>
      {fields.map((field, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place
        <Space.Compact key={place} block>
          <Input
            value={field.name}
            aria-label={t("exports.receiverName", { number: place + 1 })}
            placeholder={t("exports.receiver")}
            data-testid={`export-field-${place}-name`}
            onChange={({ target }) => put(place, { name: target.value })}
          />
          <AutoComplete
            style={{ width: "100%" }}
            value={field.column}
            aria-label={t("exports.columnOf", { number: place + 1 })}
            data-testid={`export-field-${place}-column`}
            options={OFFERED[kind].map((value) => ({ value }))}
            onChange={(column) => put(place, { column })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={t("exports.removeField", { number: place + 1 })}
            onClick={() => onChange(fields.filter((_, index) => index !== place))}
          />
        </Space.Compact>
      ))}
      <Button
        icon={<PlusOutlined />}
        onClick={() => onChange([...fields, { name: "", column: "" }])}
        data-testid="export-field-add"
      >
        {t("exports.addField")}
      </Button>
    </Space>
  );
}
