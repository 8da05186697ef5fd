import { InfoCircleFilled, WarningFilled } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { diffQuery } from "@/api/life";
import type { Journey } from "@/api/types";
import { language } from "@/i18n";

/** What the saved draft changes against the live version, and what that would do to people inside who are moved. */
export function PublishChanges({ journey }: { journey: Journey }) {
  const { t } = useTranslation();
  const { data } = useQuery(diffQuery(journey.id, journey.live_version?.id ?? "", "draft"));
  if (!data) return null;
  const { added, removed, changed } = data.nodes;
  return (
    <section className="publish-changes" data-testid="publish-changes">
      <p>
        {t("board.publishChanges", { added: added.length, removed: removed.length, changed: changed.length })}{" "}
        <Link to={`/journeys/${journey.id}/changes`}>{t("canvas.pages.changes")}</Link>
      </p>
      {data.effects.length > 0 && (
        <details>
          <summary>{t("board.publishEffects", { count: data.effects.length })}</summary>
          <ul className="issues">
            {data.effects.map((effect, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two effects may read the same
              <li key={index}>
                <div>
                  {effect.severity === "warning" ? (
                    <WarningFilled className="warn" />
                  ) : (
                    <InfoCircleFilled className="soft" />
                  )}
                  <span>{effect.messages?.[language()] ?? effect.message}</span>
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
