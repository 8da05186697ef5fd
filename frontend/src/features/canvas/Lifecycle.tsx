import { DownOutlined, RocketOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, dataOf } from "@/api/client";
import type { Journey, JourneyState } from "@/api/types";
import { useComplain } from "@/app/Problem";
import { graphStore } from "@/canvas/store/graphStore";
import { MigrationDialog } from "../life/MigrationDialog";
import { ResumeDialog } from "../life/ResumeDialog";
import { PublishDialog } from "./PublishDialog";
import { StopDialog } from "./StopDialog";
import type { Draft } from "./useDraft";

type Step = "pause" | "resume" | "migrate" | "stop" | "archive" | "delete";
/** The steps with a choice to make. */
type Dialog = "publish" | "resume" | "migrate" | "stop";

const STEPS: Record<JourneyState, Step[]> = {
  draft: ["delete"],
  live: ["pause", "migrate", "stop"],
  paused: ["resume", "migrate", "stop"],
  stopped: ["archive"],
  archived: [],
};

/** Publishing and the journey's states. */
export function Lifecycle({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const complain = useComplain();
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const { journey, take } = draft;
  const params = { params: { path: { id: journey.id } } };

  const act = useMutation({
    mutationFn: (step: "pause" | "archive"): Promise<Journey> =>
      dataOf(api.POST(`/api/v1/journeys/{id}/${step}/`, params)),
    onSuccess: (fresh, step) => {
      take(fresh);
      message.success(t(`canvas.done.${step}`));
    },
    onError: complain,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/journeys/{id}/", params),
    onSuccess: () => {
      const { graph, saved, markSaved } = graphStore.getState();
      // Nothing is left that could be saved.
      markSaved(graph, saved.revision);
      navigate("/journeys");
    },
    onError: complain,
  });

  const choose = (step: Step) => {
    if (step === "stop" || step === "resume" || step === "migrate") return setDialog(step);
    modal.confirm({
      title: t(`canvas.confirm.${step}.title`, { name: journey.name }),
      content: t(`canvas.confirm.${step}.text`),
      okText: t(`canvas.steps.${step}`),
      okButtonProps: { danger: step === "delete", "data-testid": `confirm-${step}` },
      onOk: () => (step === "delete" ? remove.mutateAsync() : act.mutateAsync(step)).catch(() => undefined),
    });
  };
  const close = () => setDialog(null);
  const offered = (step: Step) =>
    step === "delete" ? !journey.live_version : step !== "migrate" || (journey.live_version?.number ?? 1) > 1;
  const steps = STEPS[journey.state].filter(offered);
  const items = steps.map((step) => ({
    key: step,
    danger: step === "stop" || step === "delete",
    label: <span data-testid={`action-${step}`}>{t(`canvas.steps.${step}`)}</span>,
    onClick: () => choose(step),
  }));

  return (
    <>
      <Space.Compact>
        <Button type="primary" icon={<RocketOutlined />} onClick={() => setDialog("publish")} data-testid="publish">
          {t("canvas.publish")}
        </Button>
        {items.length > 0 && (
          <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight">
            <Button
              type="primary"
              icon={<DownOutlined />}
              aria-label={t("canvas.more")}
              loading={act.isPending}
              data-testid="more-actions"
            />
          </Dropdown>
        )}
      </Space.Compact>
      {dialog === "publish" && <PublishDialog draft={draft} onClose={close} />}
      {dialog === "stop" && <StopDialog draft={draft} onClose={close} />}
      {dialog === "resume" && (
        <ResumeDialog
          journey={journey}
          onClose={close}
          onDone={(fresh) => {
            take(fresh);
            message.success(t("canvas.done.resume"));
            close();
          }}
        />
      )}
      {dialog === "migrate" && (
        <MigrationDialog
          journey={journey}
          onClose={close}
          onDone={() => {
            void queries.invalidateQueries({ queryKey: ["journeys", journey.id] });
            close();
          }}
        />
      )}
    </>
  );
}
