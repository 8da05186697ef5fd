import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Input, InputNumber, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { computedQuery, createComputed, previewComputed, usualStages } from "@/api/computed";
import { Problem } from "@/app/Problem";
import { EventName } from "@/canvas/fields/EventName";
import { Field } from "@/canvas/fields/Field";
import { useFormat } from "@/format/useFormat";
import {
  definitionOf,
  type Fields,
  FORMULAS,
  isComplete,
  MODELS,
  needsProperty,
  pathOfWhat,
  takesProperty,
  takesWindow,
} from "./definition";
import "@/canvas/fields/fields.css";

const KEY = /^[a-z][a-z0-9_]{0,39}$/;

/** Defines a computed attribute or a model, with what it gives for a sample of people before it is saved. */
export function ComputedForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const [names, setNames] = useState({ key: "", name: "" });
  const [fields, setFields] = useState<Fields>({ what: "count", event: "order_paid", property: "", days: null });
  const put = (part: Partial<Fields>) => {
    preview.reset();
    setFields({ ...fields, ...part });
  };
  const path = pathOfWhat(fields.what);
  const body = async () => {
    if (fields.what === "lifecycle") {
      const { stages } = await usualStages(fields.event.trim());
      return { kind: "lifecycle" as const, definition: { stages } };
    }
    return { ...(fields.what === "clv" ? { kind: "clv" as const } : {}), definition: definitionOf(fields) };
  };
  const preview = useMutation({ mutationFn: async () => previewComputed(path, await body()) });
  const save = useMutation({
    mutationFn: async () =>
      createComputed(path, { ...(await body()), key: names.key, name: names.name.trim() || names.key }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: computedQuery.queryKey });
      onClose();
    },
  });
  const error = save.error ?? preview.error;
  const found = preview.data;
  return (
    <Modal
      open
      title={t("computed.new")}
      onCancel={onClose}
      onOk={() => save.mutate()}
      okText={t("computed.save")}
      okButtonProps={{
        disabled: !isComplete(fields) || !KEY.test(names.key),
        loading: save.isPending,
        "data-testid": "computed-submit",
      }}
    >
      <div className="computed-form" data-testid="computed-form">
        {error && <Problem error={error} />}
        <Field label={t("computed.what")} hint={t(`computed.hint.${fields.what}`)}>
          <Select
            value={fields.what}
            aria-label={t("computed.what")}
            data-testid="computed-what"
            options={[
              { label: t("computed.attributes"), options: FORMULAS.map((value) => option(value)) },
              { label: t("computed.models"), options: MODELS.map((value) => option(value)) },
            ]}
            onChange={(what) => put({ what })}
          />
        </Field>
        <Field label={t("computed.event")}>
          <EventName value={fields.event} testId="computed-event" onChange={(event) => put({ event })} />
        </Field>
        {takesProperty(fields.what) && (
          <Field
            label={t("computed.property")}
            hint={needsProperty(fields.what) ? undefined : t("computed.propertyHint")}
          >
            <Input
              value={fields.property}
              maxLength={200}
              placeholder="amount"
              aria-label={t("computed.property")}
              data-testid="computed-property"
              onChange={({ target }) => put({ property: target.value })}
            />
          </Field>
        )}
        {takesWindow(fields.what) && (
          <Field label={t("computed.window")} hint={t("computed.windowHint")}>
            <InputNumber
              min={1}
              max={3650}
              value={fields.days}
              aria-label={t("computed.window")}
              data-testid="computed-days"
              onChange={(days) => put({ days })}
            />
          </Field>
        )}
        <Field label={t("computed.key")} hint={t("computed.keyHint", { key: names.key || "key" })}>
          <Input
            value={names.key}
            maxLength={40}
            aria-label={t("computed.key")}
            data-testid="computed-key"
            onChange={({ target }) => setNames({ ...names, key: target.value })}
          />
        </Field>
        <Field label={t("computed.name")}>
          <Input
            value={names.name}
            maxLength={100}
            aria-label={t("computed.name")}
            data-testid="computed-name"
            onChange={({ target }) => setNames({ ...names, name: target.value })}
          />
        </Field>
        <div className="row">
          <Button
            disabled={!isComplete(fields)}
            loading={preview.isPending}
            data-testid="computed-preview"
            onClick={() => preview.mutate()}
          >
            {t("computed.preview")}
          </Button>
          {found && (
            <span className="soft" data-testid="computed-previewed">
              {found.refusal
                ? t(`computed.refusal.${found.refusal}`)
                : t("computed.previewed", {
                    people: format.number(found.people),
                    found: format.number(found.with_value),
                  })}
            </span>
          )}
        </div>
        {found && found.sample.length > 0 && (
          <ul className="computed-sample">
            {found.sample.map(({ profile, value }) => (
              <li key={profile}>
                <code>{profile.slice(-8)}</code> {typeof value === "object" ? JSON.stringify(value) : String(value)}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Modal>
  );

  function option(value: Fields["what"]) {
    return { value, label: t(`computed.kind.${value}`) };
  }
}
