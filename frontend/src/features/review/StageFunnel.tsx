import { useTranslation } from "react-i18next";
import type { Stage } from "@/api/reviewPaths";
import { bars, heightOf } from "@/charts/bars";
import { Chart } from "@/charts/Chart";
import { useFormat } from "@/format/useFormat";
import { stageRows } from "./funnelModel";
import { useOpenPeople } from "./people";

/** How many came to each stage; a bar opens them. */
export function StageFunnel({ stages }: { stages: readonly Stage[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const open = useOpenPeople();
  const rows = stageRows(stages);
  const nameOf = (key: string) => t(`review.stage.${key}`, { defaultValue: key });
  const share = (value: number | null) => (value === null ? "–" : format.percent(value));
  return (
    <Chart
      label={t("review.stages")}
      testId="stages"
      height={heightOf(rows.length)}
      onPick={(index) => {
        const row = rows[index];
        if (row) open({ what: row.key }, nameOf(row.key));
      }}
      table={{
        head: [t("review.stageTitle"), t("review.people"), t("review.ofFirst"), t("review.ofBefore")],
        rows: rows.map(({ key, people, ofFirst, ofBefore }) => ({
          key,
          cells: [nameOf(key), format.number(people), share(ofFirst), share(ofBefore)],
        })),
      }}
      option={(inks) =>
        bars(inks, {
          lying: true,
          names: rows.map(({ key }) => nameOf(key)),
          series: [{ name: t("review.people"), values: rows.map(({ people }) => people), ink: "brand" }],
          worded: format.number,
        })
      }
    />
  );
}
