import { DownOutlined, RocketOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button, Dropdown, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, dataOf } from "@/api/client";
import type { Journey, JourneyState } from "@/api/types";
import { useComplain } from "@/app/Problem";
import { PublishDialog } from "./PublishDialog";
import { StopDialog } from "./StopDialog";
import type { Draft } from "./useDraft";

type Step = "pause" | "resume" | "stop" | "archive" | "delete";

const STEPS: Record<JourneyState, Step[]> = {
  draft: ["delete"],
  live: ["pause", "stop"],
  paused: ["resume", "stop"],
  stopped: ["archive"],
  archived: [],
};

/** Publishing and the journey's states. */
export function Lifecycle({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const navigate = useNavigate();
  const complain = useComplain();
  const [publishing, setPublishing] = useState(false);
  const [stopping, setStopping] = useState(false);
  const { journey, take } = draft;
  const params = { params: { path: { id: journey.id } } };

  const act = useMutation({
    mutationFn: (step: "pause" | "resume" | "archive"): Promise<Journey> =>
      dataOf(api.POST(`/api/v1/journeys/{id}/${step}/`, params)),
    onSuccess: (fresh, step) => {
      take(fresh);
      message.success(t(`canvas.done.${step}`));
    },
    onError: complain,
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/api/v1/journeys/{id}/", params),
    onSuccess: () => navigate("/"),
    onError: complain,
  });

  const choose = (step: Step) => {
    if (step === "stop") return setStopping(true);
    if (step === "resume") return act.mutate(step);
    modal.confirm({
      title: t(`canvas.confirm.${step}.title`, { name: journey.name }),
      content: t(`canvas.confirm.${step}.text`),
      okText: t(`canvas.steps.${step}`),
      okButtonProps: { danger: step === "delete", "data-testid": `confirm-${step}` },
      onOk: () => (step === "delete" ? remove.mutateAsync() : act.mutateAsync(step)).catch(() => undefined),
    });
  };
  const steps = STEPS[journey.state].filter((step) => step !== "delete" || !journey.live_version);
  const items = steps.map((step) => ({
    key: step,
    danger: step === "stop" || step === "delete",
    label: <span data-testid={`action-${step}`}>{t(`canvas.steps.${step}`)}</span>,
    onClick: () => choose(step),
  }));

  return (
    <>
      <Space.Compact>
        <Button type="primary" icon={<RocketOutlined />} onClick={() => setPublishing(true)} data-testid="publish">
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
      {publishing && <PublishDialog draft={draft} onClose={() => setPublishing(false)} />}
      {stopping && <StopDialog draft={draft} onClose={() => setStopping(false)} />}
    </>
  );
}
