import { useMutation, useQuery } from "@tanstack/react-query";
import { Alert, App, Modal, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { ApiError } from "@/api/errors";
import { journeyQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { graphStore, isDirty, useGraph } from "@/canvas/store/graphStore";
import { useView } from "@/canvas/store/viewStore";
import { standingOf } from "../life/approval";
import { IssueList } from "./IssueList";
import { PublishChanges } from "./PublishChanges";
import { PublishForecast } from "./PublishForecast";
import type { Draft } from "./useDraft";
import { validate } from "./useValidation";

/** Checks the draft, shows what is found, and publishes the saved draft as a new version. */
export function PublishDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const { journey, save, take } = draft;
  const check = useQuery({
    queryKey: ["publish-check", journey.id],
    queryFn: () => validate(graphStore.getState().graph),
    gcTime: 0,
    staleTime: 0,
  });
  const publish = useMutation({
    mutationFn: async () => {
      const { graph, saved } = graphStore.getState();
      if (graph !== saved.graph && (await save.mutateAsync(undefined)) === null) return null;
      const params = { path: { id: journey.id } };
      const answer = await dataOf(api.POST("/api/v1/journeys/{id}/publish/", { params }));
      take(await dataOf(api.GET("/api/v1/journeys/{id}/", { params })));
      return answer;
    },
    onSuccess: (answer) => {
      if (answer) message.success(t("canvas.published", { number: answer.version.number }));
      onClose();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.issues.length > 0) useView.getState().setIssues([...error.issues]);
    },
  });
  const dirty = useGraph(isDirty);
  // The second person may have decided since the page was opened.
  useQuery({ ...journeyQuery(journey.id), staleTime: 0, refetchOnMount: "always" });
  const standing = dirty ? "none" : standingOf(journey);
  const needsApproval = journey.approval_required && standing !== "approved";
  const toApproval = useMutation({
    mutationFn: async () => (dirty ? (await save.mutateAsync(undefined)) !== null : true),
    onSuccess: (saved) => {
      if (saved) useView.getState().show({ kind: "talk" });
      onClose();
    },
  });
  const refused = publish.error instanceof ApiError ? publish.error.issues : [];
  const issues = refused.length > 0 ? refused : (check.data?.issues ?? []);
  const blocked = issues.some((issue) => issue.severity === "error");
  return (
    <Modal
      open
      title={t("canvas.publishTitle", { name: journey.name })}
      okText={t(needsApproval ? (dirty ? "talk.saveAndAsk" : "talk.toApproval") : "canvas.publish")}
      okButtonProps={{
        disabled: !check.data || blocked,
        "data-testid": needsApproval ? "publish-to-approval" : "publish-submit",
      }}
      confirmLoading={publish.isPending || toApproval.isPending}
      onOk={() => (needsApproval ? toApproval.mutate() : publish.mutate())}
      onCancel={onClose}
    >
      {check.isPending && <Spin description={t("canvas.checking")} />}
      {check.error && <Problem error={check.error} onRetry={check.refetch} />}
      {publish.error && refused.length === 0 && <Problem error={publish.error} />}
      {check.data && (
        <>
          <Alert
            type={blocked ? "error" : issues.length > 0 ? "warning" : "success"}
            showIcon
            data-testid="publish-verdict"
            title={t(
              blocked ? "canvas.publishBlocked" : issues.length > 0 ? "canvas.publishWarned" : "canvas.publishClean",
            )}
          />
          {needsApproval && (
            <Alert
              type="info"
              showIcon
              data-testid="publish-approval"
              title={t("errors.approval_required")}
              description={t(`talk.standing.${standing}`)}
            />
          )}
          <IssueList
            issues={issues}
            onOpen={(node) => {
              onClose();
              useView.getState().lookAt(node);
            }}
          />
          {journey.live_version && !dirty && <PublishChanges journey={journey} />}
          {!blocked && <PublishForecast journeyId={journey.id} />}
          <p className="field-hint">{t(journey.live_version ? "canvas.publishAgain" : "canvas.publishFirst")}</p>
        </>
      )}
    </Modal>
  );
}
