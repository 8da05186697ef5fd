import { useMutation } from "@tanstack/react-query";
import { Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Act, journeyAfter } from "@/api/acts";
import { type ResumeMode, resume } from "@/api/life";
import type { Journey } from "@/api/types";
import { Problem } from "@/app/Problem";
import { ActProgress } from "./ActProgress";

interface Props {
  journey: Journey;
  onDone: (journey: Journey) => void;
  onClose: () => void;
}

/** What the time of the pause means for those who waited through it. */
export function ResumeDialog({ journey, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const [mode, setMode] = useState<ResumeMode>("catch_up");
  const [progress, setProgress] = useState<Act | null>(null);
  const act = useMutation({
    mutationFn: async () => journeyAfter<Journey>(journey.id, await resume(journey.id, mode), setProgress),
    onSuccess: onDone,
    onSettled: () => setProgress(null),
  });
  return (
    <Modal
      open
      title={t("life.resumeTitle", { name: journey.name })}
      okText={t("life.resume")}
      okButtonProps={{ "data-testid": "resume-submit" }}
      confirmLoading={act.isPending}
      onOk={() => act.mutate()}
      onCancel={onClose}
    >
      <p className="field-hint">{t("life.resumeText")}</p>
      <Radio.Group
        vertical
        value={mode}
        data-testid="resume-mode"
        options={(["catch_up", "shift"] as const).map((value) => ({
          value,
          label: (
            <>
              {t(`life.resumeMode.${value}`)}
              <div className="field-hint">{t(`life.resumeHint.${value}`)}</div>
            </>
          ),
        }))}
        onChange={(event) => setMode(event.target.value)}
      />
      <ActProgress act={progress} />
      {act.error && <Problem error={act.error} />}
    </Modal>
  );
}
