import { DatePicker, Form, Tag } from "antd";
import type { Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { daysBetween } from "./ownRules";

const MOST = 400;

/** Days without marketing: holidays, days of mourning, the brand's own. */
export function ClosedDays({ writes }: { writes: boolean }) {
  const { t } = useTranslation();
  return (
    <section className="channels-card" aria-labelledby="closed-days">
      <h2 id="closed-days">{t("channels.rules.closed")}</h2>
      <p className="soft">{t("channels.rules.closedAbout")}</p>
      <Form.Item name="closed_days" noStyle>
        <Days writes={writes} />
      </Form.Item>
    </section>
  );
}

/** Ant Design's form gives `value` and `onChange`. */
function Days({
  writes,
  value = [],
  onChange,
}: {
  writes: boolean;
  value?: Dayjs[];
  onChange?: (days: Dayjs[]) => void;
}) {
  const { t } = useTranslation();
  const sorted = value.toSorted((one, other) => one.valueOf() - other.valueOf());
  const without = (day: Dayjs) => value.filter((one) => !one.isSame(day, "day"));
  const include = (days: Dayjs[]) => {
    const fresh = days.filter((day) => !value.some((one) => one.isSame(day, "day")));
    onChange?.([...value, ...fresh].slice(0, MOST));
  };
  return (
    <>
      <div className="channels-days" data-testid="closed-days">
        {sorted.map((day) => (
          <Tag
            key={day.format("YYYY-MM-DD")}
            closable={writes}
            onClose={(event) => {
              event.preventDefault();
              onChange?.(without(day));
            }}
          >
            {day.format("YYYY-MM-DD")}
          </Tag>
        ))}
        {sorted.length === 0 && t("channels.rules.noClosed")}
      </div>
      {writes && (
        <DatePicker.RangePicker
          value={null}
          aria-label={t("channels.rules.addClosed")}
          placeholder={[t("channels.rules.firstDay"), t("channels.rules.lastDay")]}
          onChange={(range) => range?.[0] && range[1] && include(daysBetween(range[0], range[1]))}
        />
      )}
    </>
  );
}
