import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Input, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Approvable, askApproval, decideApproval, requireApproval } from "@/api/life";
import { journeyQuery } from "@/api/queries";
import type { Journey } from "@/api/types";
import { Problem } from "@/app/Problem";
import { useSession } from "@/app/session";
import { graphStore, isDirty, useGraph } from "@/canvas/store/graphStore";
import { useFormat } from "@/format/useFormat";
import { standingOf } from "./approval";

const LOOK = { none: "info", asked: "info", approved: "success", rejected: "error", stale: "warning" } as const;

/** The second person of a publish: whether one is needed, who asked, and what was decided. */
export function Approvals({ journey, readOnly }: { journey: Journey & Approvable; readOnly: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { user } = useSession();
  const queries = useQueryClient();
  const dirty = useGraph(isDirty);
  const [words, setWords] = useState("");
  const { approval } = journey;
  const standing = standingOf(journey);
  const reread = () => {
    setWords("");
    return queries.invalidateQueries({ queryKey: ["journeys", journey.id] });
  };

  const require = useMutation({
    mutationFn: (on: boolean) => requireApproval(journey.id, graphStore.getState().saved.revision, on),
    onSuccess: (fresh) => {
      const { saved, markSaved } = graphStore.getState();
      markSaved(saved.graph, fresh.revision);
      queries.setQueryData(journeyQuery(journey.id).queryKey, fresh);
    },
  });
  const ask = useMutation({ mutationFn: () => askApproval(journey.id, words.trim()), onSuccess: reread });
  const decide = useMutation({
    mutationFn: (decision: "approve" | "reject") => decideApproval(journey.id, decision, words.trim()),
    onSuccess: reread,
  });
  const error = require.error ?? ask.error ?? decide.error;
  const mine = approval?.asked_by?.id === user.id;
  const decides = standing === "asked" && !mine;
  return (
    <>
      <div className="row">
        <Switch
          size="small"
          checked={journey.approval_required === true}
          disabled={readOnly}
          loading={require.isPending}
          aria-label={t("talk.required")}
          data-testid="approval-required"
          onChange={(on) => require.mutate(on)}
        />
        <span>{t("talk.required")}</span>
      </div>
      {approval && (
        <Alert
          type={LOOK[standing]}
          showIcon
          data-testid="approval-state"
          data-state={standing}
          title={t(`talk.standing.${standing}`)}
          description={
            <>
              <div>
                {t("talk.askedBy", {
                  name: approval.asked_by?.name ?? t("talk.nobody"),
                  at: format.time(approval.asked_at),
                })}
              </div>
              {approval.decided_by && (
                <div>
                  {t("talk.decidedBy", { name: approval.decided_by.name, at: format.time(approval.decided_at) })}
                </div>
              )}
              {approval.comment && <blockquote className="quote">{approval.comment}</blockquote>}
            </>
          }
        />
      )}
      {!readOnly && (journey.approval_required || approval) && (
        <>
          {standing !== "approved" && (!mine || standing !== "asked") && (
            <Input.TextArea
              autoSize={{ minRows: 2, maxRows: 6 }}
              value={words}
              placeholder={t("talk.words")}
              aria-label={t("talk.words")}
              data-testid="approval-comment"
              onChange={(event) => setWords(event.target.value)}
            />
          )}
          {decides && (
            <div className="row">
              <Button
                type="primary"
                loading={decide.isPending && decide.variables === "approve"}
                onClick={() => decide.mutate("approve")}
                data-testid="approval-approve"
              >
                {t("talk.approve")}
              </Button>
              <Button
                danger
                loading={decide.isPending && decide.variables === "reject"}
                onClick={() => decide.mutate("reject")}
                data-testid="approval-reject"
              >
                {t("talk.reject")}
              </Button>
            </div>
          )}
          {standing === "asked" && mine && <p className="field-hint">{t("talk.another")}</p>}
          {standing !== "asked" && standing !== "approved" && (
            <>
              <Button disabled={dirty} loading={ask.isPending} onClick={() => ask.mutate()} data-testid="approval-ask">
                {t("talk.ask")}
              </Button>
              <p className="field-hint">{t(dirty ? "talk.saveFirst" : "talk.askHint")}</p>
            </>
          )}
        </>
      )}
      {error && <Problem error={error} />}
    </>
  );
}
