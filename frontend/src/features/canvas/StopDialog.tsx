import { useMutation } from "@tanstack/react-query";
import { Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Act, journeyAfter } from "@/api/acts";
import { stop as stopJourney } from "@/api/life";
import type { Journey } from "@/api/types";
import { useComplain } from "@/app/Problem";
import { ActProgress } from "../life/ActProgress";
import type { Draft } from "./useDraft";

export function StopDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const [mode, setMode] = useState<"finish" | "exit">("finish");
  const [progress, setProgress] = useState<Act | null>(null);
  const stop = useMutation({
    mutationFn: async () =>
      journeyAfter<Journey>(draft.journey.id, await stopJourney(draft.journey.id, mode), setProgress),
    onSuccess: (fresh) => {
      draft.take(fresh);
      onClose();
    },
    onSettled: () => setProgress(null),
    onError: complain,
  });
  return (
    <Modal
      open
      title={t("canvas.stopTitle", { name: draft.journey.name })}
      okText={t("life.stop")}
      okButtonProps={{ danger: true, "data-testid": "stop-submit" }}
      confirmLoading={stop.isPending}
      onOk={() => stop.mutate()}
      onCancel={onClose}
    >
      <Radio.Group
        vertical
        value={mode}
        data-testid="stop-mode"
        options={(["finish", "exit"] as const).map((value) => ({ value, label: t(`canvas.stopMode.${value}`) }))}
        onChange={(event) => setMode(event.target.value)}
      />
      <ActProgress act={progress} />
    </Modal>
  );
}
