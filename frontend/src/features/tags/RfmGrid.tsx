import { useQuery } from "@tanstack/react-query";
import { Empty, Spin, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { type Computed, computedQuery, type Grid, gridQuery } from "@/api/computed";
import { Problem } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";

/** Every RFM model's people by their scores of recency and frequency, and by class. */
export function RfmGrids() {
  const { t } = useTranslation();
  const { data } = useQuery(computedQuery);
  const models = data?.filter(({ kind }) => kind === "rfm") ?? [];
  if (data && models.length === 0) return <Empty description={t("computed.noRfm")} />;
  return models.map((model) => <RfmGrid key={model.id} model={model} />);
}

function RfmGrid({ model }: { model: Computed }) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const { data, error, isLoadingError, refetch } = useQuery(gridQuery(model.id));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (!data) return <Spin />;
  const k = Number(model.definition.k ?? 5);
  const scores = Array.from({ length: k }, (_, index) => index + 1);
  const counts = byRecencyAndFrequency(data);
  const most = Math.max(1, ...counts.values());
  return (
    <section className="panel" data-testid={`rfm-${model.key}`}>
      <h2>{model.name}</h2>
      <div className="rfm">
        <table className="rfm-grid">
          <caption className="soft">{t("computed.gridCaption")}</caption>
          <tbody>
            {scores.toReversed().map((f) => (
              <tr key={f}>
                <th scope="row">F{f}</th>
                {scores.map((r) => {
                  const people = counts.get(`${r}/${f}`) ?? 0;
                  return (
                    <td key={r} style={{ background: `rgba(52, 81, 209, ${(people / most) * 0.45})` }}>
                      <Tooltip title={`R${r} · F${f}`}>{format.number(people)}</Tooltip>
                    </td>
                  );
                })}
              </tr>
            ))}
            <tr>
              <td />
              {scores.map((r) => (
                <th scope="col" key={r}>
                  R{r}
                </th>
              ))}
            </tr>
          </tbody>
        </table>
        <ul className="rfm-classes">
          {data.classes.map(({ code, zh, en, people }) => (
            <li key={code} data-testid={`class-${code}`}>
              <span>{i18n.language === "en" ? en : zh}</span>
              <strong>{format.number(people)}</strong>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

export function byRecencyAndFrequency({ cells }: Grid): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { r, f, people } of cells) counts.set(`${r}/${f}`, (counts.get(`${r}/${f}`) ?? 0) + people);
  return counts;
}
