import { DeleteOutlined } from "@ant-design/icons";
import { Alert, Button, Input, InputNumber, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { compact } from "../../core/config";
import { Field } from "../../fields/Field";
import { AddItem } from "../../fields/ItemCard";
import { OptionalField } from "../../fields/OptionalField";
import { useGraph } from "../../store/graphStore";
import type { PanelProps } from "../kind";
import type { AbConfig, Variant } from "./definition";
import { newWinner, WinnerFields } from "./Winner";

const LETTERS = "abcdefghijklmnopqrst";

/** Equal whole shares of 100; the first variants take what does not divide. */
export function evenly(variants: readonly Variant[]): Variant[] {
  const share = Math.floor(100 / variants.length);
  const rest = 100 - share * variants.length;
  return variants.map((variant, index) => ({ ...variant, weight: share + (index < rest ? 1 : 0) }));
}

export function Panel({ config, onChange }: PanelProps<AbConfig>) {
  const { t } = useTranslation();
  const variants = config.variants ?? [];
  const total = variants.reduce((sum, variant) => sum + variant.weight, 0);
  const goals = useGraph((state) => state.graph.settings.goals) ?? [];
  const put = (next: Variant[]) => {
    const known = (id: string | undefined) => id !== undefined && next.some((variant) => variant.id === id);
    const { control, winner } = config;
    onChange(
      compact({
        ...config,
        variants: next,
        control: known(control) ? control : undefined,
        winner: winner && !known(winner.fallback) ? { ...winner, fallback: next[0]?.id ?? "" } : winner,
      }),
    );
  };
  const free = [...LETTERS].find((letter) => !variants.some((variant) => variant.id === letter));
  return (
    <>
      <Field
        name="variants"
        label={t("node.ab.variants")}
        extra={
          <Button type="link" size="small" data-testid="ab-even" onClick={() => put(evenly(variants))}>
            {t("node.ab.even")}
          </Button>
        }
      >
        {variants.map((variant, index) => (
          <div className="row" key={variant.id}>
            <Input
              className="grow"
              value={variant.name}
              placeholder={variant.id}
              aria-label={t("node.ab.variantName")}
              data-testid={`variant-${index}-name`}
              onChange={(event) => put(variants.with(index, { ...variant, name: event.target.value }))}
            />
            <InputNumber
              className="weight"
              min={0}
              max={100}
              suffix="%"
              value={variant.weight}
              aria-label={t("node.ab.weight")}
              data-testid={`variant-${index}-weight`}
              onChange={(weight) => put(variants.with(index, { ...variant, weight: weight ?? 0 }))}
            />
            <Button
              type="text"
              icon={<DeleteOutlined />}
              aria-label={t("fields.remove")}
              disabled={variants.length === 1}
              onClick={() => put(variants.toSpliced(index, 1))}
            />
          </div>
        ))}
        {free && (
          <AddItem
            onAdd={() => put(evenly([...variants, { id: free, name: free.toUpperCase(), weight: 0 }]))}
            testId="variant-add"
          >
            {t("node.ab.add")}
          </AddItem>
        )}
        {Math.abs(total - 100) > 1e-9 && (
          <Alert type="error" showIcon title={t("node.ab.sum", { total })} data-testid="ab-sum" />
        )}
      </Field>
      <Field name="assign" label={t("node.ab.assign")} hint={t(`node.ab.assignHint.${config.assign ?? "profile"}`)}>
        <Radio.Group
          block
          optionType="button"
          value={config.assign ?? "profile"}
          data-testid="ab-assign"
          options={(["profile", "enrollment"] as const).map((value) => ({
            value,
            label: t(`node.ab.assigns.${value}`),
          }))}
          onChange={(event) => onChange({ ...config, assign: event.target.value })}
        />
      </Field>
      <Field name="control" label={t("node.ab.control")} hint={t("node.ab.controlHint")}>
        <Select
          className="wide"
          allowClear
          value={config.control}
          placeholder={t("node.ab.noControl")}
          aria-label={t("node.ab.control")}
          data-testid="ab-control"
          options={variants.map(({ id, name }) => ({ value: id, label: name || id }))}
          onChange={(control: string | undefined) => onChange(compact({ ...config, control: control || undefined }))}
        />
      </Field>
      <OptionalField
        label={t("node.ab.winner")}
        hint={t("node.ab.winnerHint")}
        on={config.winner !== undefined}
        testId="ab-winner"
        onToggle={(on) =>
          onChange(compact({ ...config, winner: on ? newWinner(variants, goals, config.control) : undefined }))
        }
      >
        {config.winner && (
          <WinnerFields
            value={config.winner}
            variants={variants}
            goals={goals}
            onChange={(winner) => onChange({ ...config, winner })}
          />
        )}
      </OptionalField>
    </>
  );
}
