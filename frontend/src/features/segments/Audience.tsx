import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Spin } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { previewQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { isWhole, type Rule } from "@/canvas/core/rules";
import { useFormat } from "@/format/useFormat";
import { PeopleList } from "./PeopleList";

const AFTER_LAST_EDIT_MS = 500;

/** Who a rule holds for now: how many, and some of them, asked again shortly after each edit. */
export function Audience({ rule }: { rule: Rule }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [settled, setSettled] = useState(rule);
  const [typing] = useState(() => String(Math.random()));
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(rule), AFTER_LAST_EDIT_MS);
    return () => window.clearTimeout(timer);
  }, [rule]);
  const whole = isWhole(settled);
  const found = useQuery({ ...previewQuery(settled, typing), enabled: whole, placeholderData: keepPreviousData });
  const data = whole && !found.error ? found.data : undefined;
  return (
    <section className="panel" aria-live="polite">
      <h2>{t("segment.now")}</h2>
      {!whole && <p className="soft">{t("segment.incomplete")}</p>}
      {whole && found.error && <Problem error={found.error} onRetry={found.refetch} />}
      {whole && found.isPending && <Spin />}
      {data && (
        <>
          <div
            className="segment-count"
            data-testid="segment-people"
            data-settled={settled === rule && !found.isFetching}
          >
            {data.is_estimate && `${t("segment.about")} `}
            <strong>{format.number(data.count)}</strong> {t("segment.peopleUnit", { count: data.count })}
          </div>
          {data.sample.length > 0 && (
            <>
              <p className="soft">
                {t(data.count > data.sample.length ? "segment.some" : "segment.everyone", {
                  count: data.sample.length,
                })}
              </p>
              <PeopleList people={data.sample} />
            </>
          )}
        </>
      )}
    </section>
  );
}
