import { Button, Form, Input, Radio } from "antd";
import { useTranslation } from "react-i18next";
import { CREDIT_RULES, changeReviewRules, REPEAT_RULES, type ReviewRules, reviewRulesQuery } from "@/api/reviewRules";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { type CountingValues, CURRENCY, countingValues, rulesChange, VALUE } from "./countingValues";
import { TakebackRows } from "./TakebackRows";
import { useSaved } from "./useSaved";

/** What names an order and its currency, what takes it back, and whose it is. */
export function CountingForm({ known, writes }: { known: ReviewRules; writes: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [form] = Form.useForm<CountingValues>();
  const { save, saving, problem } = useSaved({
    form,
    queryKey: reviewRulesQuery.queryKey,
    change: (values: CountingValues) => changeReviewRules(rulesChange(values)),
    valuesOf: countingValues,
  });
  const needed = { required: true, whitespace: true, message: t("faults.required") };
  return (
    <Form<CountingValues>
      form={form}
      name="counting"
      layout="vertical"
      requiredMark={false}
      disabled={!writes}
      initialValues={countingValues(known)}
      scrollToFirstError
      onFinish={save}
      data-testid="counting-form"
    >
      <p className="soft" data-testid="counting-since">
        {known.changed_at ? t("counting.since", { at: format.time(known.changed_at) }) : t("counting.never")}
      </p>
      <Form.Item
        name="order_property"
        label={t("counting.orderProperty")}
        extra={t("counting.orderPropertyHint")}
        rules={[needed]}
      >
        <Input maxLength={200} data-testid="counting-order" />
      </Form.Item>
      <Form.Item
        name="currency_property"
        label={t("counting.currencyProperty")}
        extra={t("counting.currencyPropertyHint")}
        rules={[needed]}
      >
        <Input maxLength={200} data-testid="counting-currency-property" />
      </Form.Item>
      <Form.Item
        name="currency"
        label={t("counting.currency")}
        extra={t("counting.currencyHint")}
        rules={[{ pattern: CURRENCY, required: true, message: t("counting.notCurrency") }]}
      >
        <Input maxLength={3} data-testid="counting-currency" />
      </Form.Item>
      <TakebackRows name="refunds" writes={writes} />
      <TakebackRows name="cancellations" writes={writes} />
      <Form.Item
        name="most_value"
        label={t("counting.mostValue")}
        extra={t("counting.mostValueHint")}
        rules={[{ pattern: VALUE, required: true, message: t("counting.notAmount") }]}
      >
        <Input inputMode="decimal" data-testid="counting-most" />
      </Form.Item>
      <Form.Item name="credit" label={t("counting.credit")} extra={t("counting.creditHint")}>
        <Radio.Group
          className="counting-choice"
          options={CREDIT_RULES.map((value) => ({ value, label: t(`counting.credits.${value}`) }))}
          aria-label={t("counting.credit")}
          data-testid="counting-credit"
        />
      </Form.Item>
      <Form.Item name="repeats" label={t("counting.repeats")} extra={t("counting.repeatsHint")}>
        <Radio.Group
          className="counting-choice"
          options={REPEAT_RULES.map((value) => ({ value, label: t(`counting.repeat.${value}`) }))}
          aria-label={t("counting.repeats")}
          data-testid="counting-repeats"
        />
      </Form.Item>
      {problem && <Problem error={problem} />}
      {writes && (
        <Button type="primary" htmlType="submit" loading={saving} data-testid="counting-save">
          {t("workspace.save")}
        </Button>
      )}
    </Form>
  );
}
