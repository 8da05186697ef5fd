import { useTranslation } from "react-i18next";
import type { Dashboard } from "@/api/dashboard";
import { useFormat } from "@/format/useFormat";
import { changeOf } from "./days";

/** The few numbers that are read first. */
export function Figures({ totals, converted }: Pick<Dashboard, "totals" | "converted">) {
  const { t } = useTranslation();
  const format = useFormat();
  const { total, before } = converted;
  const change = changeOf(total.conversions, before.conversions);
  const figures = [
    {
      key: "live",
      value: totals.live,
      note: t("dashboard.pausedNote", { count: totals.paused, number: format.number(totals.paused) }),
    },
    { key: "inside", value: totals.inside, note: t("dashboard.insideNote") },
    {
      key: "sent",
      value: totals.sent,
      note: t("dashboard.sentNote", { failed: format.number(totals.failed), unknown: format.number(totals.unknown) }),
    },
    {
      key: "converted",
      value: total.conversions,
      note:
        change === null
          ? t("dashboard.valueNote", { value: format.amounts(total.value) })
          : t(change < 0 ? "dashboard.lessNote" : "dashboard.moreNote", {
              value: format.amounts(total.value),
              change: format.percent(Math.abs(change)),
            }),
    },
  ];
  return (
    <dl className="figures">
      {figures.map(({ key, value, note }) => (
        <div key={key} className="sheet">
          <dt>{t(`dashboard.figures.${key}`)}</dt>
          <dd data-testid={`figure-${key}`}>{format.number(value)}</dd>
          <dd className="soft">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
