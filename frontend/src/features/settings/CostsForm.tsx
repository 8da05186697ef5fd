import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { changeReviewCosts, type ReviewCosts, reviewCostsQuery } from "@/api/reviewRules";
import { Problem } from "@/app/Problem";
import { CouponRows } from "./CouponRows";
import { AMOUNT, type CostsValues, CURRENCY, costsChange, costsValues, MINUTES } from "./countingValues";
import { useSaved } from "./useSaved";

/** What coupons and the time of staff cost. */
export function CostsForm({ known, writes }: { known: ReviewCosts; writes: boolean }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<CostsValues>();
  const { save, saving, problem } = useSaved({
    form,
    queryKey: reviewCostsQuery.queryKey,
    change: (values: CostsValues) => changeReviewCosts(costsChange(values)),
    valuesOf: costsValues,
  });
  return (
    <Form<CostsValues>
      form={form}
      name="costs"
      layout="vertical"
      requiredMark={false}
      disabled={!writes}
      initialValues={costsValues(known)}
      scrollToFirstError
      onFinish={save}
      data-testid="costs-form"
    >
      <Form.Item
        name="staff_hour"
        label={t("counting.staffHour")}
        extra={t("counting.staffHourHint")}
        rules={[{ pattern: AMOUNT, message: t("counting.notAmount") }]}
      >
        <Input inputMode="decimal" data-testid="costs-staff-hour" />
      </Form.Item>
      <Form.Item
        name="currency"
        label={t("counting.staffCurrency")}
        rules={[{ pattern: CURRENCY, required: true, message: t("counting.notCurrency") }]}
      >
        <Input maxLength={3} data-testid="costs-currency" />
      </Form.Item>
      <Form.Item
        name="task_minutes"
        label={t("counting.taskMinutes")}
        extra={t("counting.taskMinutesHint")}
        rules={[{ pattern: MINUTES, required: true, message: t("counting.notAmount") }]}
      >
        <Input inputMode="decimal" data-testid="costs-task-minutes" />
      </Form.Item>
      <Form.Item
        name="coupon_property"
        label={t("counting.couponProperty")}
        extra={t("counting.couponPropertyHint")}
        rules={[{ required: true, whitespace: true, message: t("faults.required") }]}
      >
        <Input maxLength={100} data-testid="costs-coupon-property" />
      </Form.Item>
      <CouponRows writes={writes} />
      {problem && <Problem error={problem} />}
      {writes && (
        <Button type="primary" htmlType="submit" loading={saving} data-testid="costs-save">
          {t("workspace.save")}
        </Button>
      )}
    </Form>
  );
}
