import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { AMOUNT, type CostsValues, CURRENCY } from "./countingValues";

const MOST_COUPONS = 200;

/** What each use of a code costs, or each conversion of a goal. */
export function CouponRows({ writes }: { writes: boolean }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance<CostsValues>();
  const values = Form.useWatch<CostsValues["coupons"]>("coupons") ?? [];
  return (
    <fieldset className="counting-rows" data-testid="costs-coupons">
      <legend>{t("counting.coupons")}</legend>
      <p className="soft">{t("counting.couponsHint")}</p>
      <Form.List name="coupons">
        {(rows, { add, remove }) => (
          <>
            {rows.map((row, index) => {
              const of = values[row.name]?.of ?? "code";
              return (
                <div key={row.key} className="counting-row counting-coupon">
                  <Form.Item name={[row.name, "of"]}>
                    <Select
                      aria-label={t("counting.couponOf")}
                      options={(["code", "goal"] as const).map((value) => ({
                        value,
                        label: t(`counting.couponsOf.${value}`),
                      }))}
                      data-testid={`coupon-${index}-of`}
                    />
                  </Form.Item>
                  <Form.Item
                    key={of}
                    name={[row.name, of]}
                    rules={[{ required: true, whitespace: true, message: t("faults.required") }]}
                  >
                    <Input
                      maxLength={of === "code" ? 100 : 64}
                      placeholder={t(`counting.couponExample.${of}`)}
                      aria-label={t(`counting.couponsOf.${of}`)}
                      data-testid={`coupon-${index}-${of}`}
                    />
                  </Form.Item>
                  <Form.Item
                    name={[row.name, "cost"]}
                    rules={[{ pattern: AMOUNT, required: true, message: t("counting.notAmount") }]}
                  >
                    <Input
                      inputMode="decimal"
                      placeholder={t("counting.couponCost")}
                      aria-label={t("counting.couponCost")}
                      data-testid={`coupon-${index}-cost`}
                    />
                  </Form.Item>
                  <Form.Item
                    name={[row.name, "currency"]}
                    rules={[{ pattern: CURRENCY, required: true, message: t("counting.notCurrency") }]}
                  >
                    <Input
                      maxLength={3}
                      aria-label={t("counting.couponCurrency")}
                      data-testid={`coupon-${index}-currency`}
                    />
                  </Form.Item>
                  {writes && (
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={t("fields.remove")}
                      onClick={() => remove(row.name)}
                      data-testid={`coupon-${index}-remove`}
                    />
                  )}
                </div>
              );
            })}
            {rows.length === 0 && <p>{t("counting.noCoupons")}</p>}
            {writes && rows.length < MOST_COUPONS && (
              <Button
                type="dashed"
                size="small"
                icon={<PlusOutlined />}
                onClick={() =>
                  add({ of: "code", code: "", goal: "", cost: "", currency: form.getFieldValue("currency") || "CNY" })
                }
                data-testid="coupon-add"
              >
                {t("counting.addCoupon")}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </fieldset>
  );
}
