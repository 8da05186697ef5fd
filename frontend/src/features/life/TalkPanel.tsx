import { useSuspenseQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { journeyQuery } from "@/api/queries";
import { DockFrame } from "../canvas/DockFrame";
import { Approvals } from "./Approvals";
import { Comments } from "./Comments";

/** What the people who work on a journey say to each other: the approval of the draft, and comments. */
export default function TalkPanel({ journeyId, readOnly }: { journeyId: string; readOnly: boolean }) {
  const { t } = useTranslation();
  const { data: journey } = useSuspenseQuery({
    ...journeyQuery(journeyId),
    refetchOnWindowFocus: false,
    // The other person decides on a page of their own.
    refetchInterval: 5_000,
  });
  return (
    <DockFrame title={t("talk.title")} testId="talk-panel">
      <section className="section">
        <h3>{t("talk.approval")}</h3>
        <Approvals journey={journey} readOnly={readOnly} />
      </section>
      <section className="section">
        <h3>{t("talk.comments")}</h3>
        <Comments journeyId={journeyId} readOnly={readOnly} />
      </section>
    </DockFrame>
  );
}
