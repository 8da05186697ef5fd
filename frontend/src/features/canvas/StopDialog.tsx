import { useMutation } from "@tanstack/react-query";
import { Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { useComplain } from "@/app/Problem";
import type { Draft } from "./useDraft";

export function StopDialog({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const [mode, setMode] = useState<"finish" | "exit">("finish");
  const stop = useMutation({
    mutationFn: () =>
      dataOf(api.POST("/api/v1/journeys/{id}/stop/", { params: { path: { id: draft.journey.id } }, body: { mode } })),
    onSuccess: (fresh) => {
      draft.take(fresh);
      onClose();
    },
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
    </Modal>
  );
}
