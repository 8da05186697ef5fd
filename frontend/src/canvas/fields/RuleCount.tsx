import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { previewQuery } from "@/api/segments";
import { useErrorWords } from "@/app/errorWords";
import { useFormat } from "@/format/useFormat";
import { isWhole, type Rule } from "../core/rules";

const AFTER_LAST_EDIT_MS = 600;

/** How many people a rule holds for now, counted again shortly after each edit. */
export function RuleCount({ rule, testId }: { rule: Rule; testId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useErrorWords();
  const [settled, setSettled] = useState(rule);
  const [typing] = useState(() => String(Math.random()));
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(rule), AFTER_LAST_EDIT_MS);
    return () => window.clearTimeout(timer);
  }, [rule]);
  const whole = isWhole(settled);
  const { data, error, isFetching } = useQuery({
    ...previewQuery(settled, typing),
    enabled: whole,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  if (!whole) return null;
  return (
    <div
      className="rule-count soft"
      aria-live="polite"
      data-testid={`${testId}-people`}
      data-settled={settled === rule && !isFetching}
    >
      {error && wordsOf(error)}
      {!error &&
        data &&
        t(data.is_estimate ? "board.holdsAbout" : "board.holds", { people: format.number(data.count) })}
      {!error && !data && "…"}
    </div>
  );
}
