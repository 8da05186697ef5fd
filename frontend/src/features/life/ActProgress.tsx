import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import type { Act } from "@/api/acts";
import { useFormat } from "@/format/useFormat";

/** How far an act upon many people is. It goes on without the page. */
export function ActProgress({ act }: { act: Act | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!act) return null;
  // People may come in or leave meanwhile: only the end is the whole.
  const percent = act.total > 0 ? Math.min(99, Math.floor((100 * act.done) / act.total)) : 0;
  return (
    <div data-testid="act-progress">
      <Progress percent={percent} status="active" size="small" aria-label={t(`life.act.${act.kind}`)} />
      <p className="field-hint">
        {t("life.act.progress", { done: format.number(act.done), total: format.number(act.total) })}
      </p>
    </div>
  );
}
