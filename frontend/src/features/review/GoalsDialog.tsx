import { useMutation } from "@tanstack/react-query";
import { App, Button, Modal, Popconfirm } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ReviewDefinition } from "@/api/review";
import { clearReviewGoals, putReviewGoals } from "@/api/reviewRules";
import { Problem } from "@/app/Problem";
import type { Goal } from "@/canvas/core/graph";
import { Goals } from "@/features/canvas/Goals";
import "@/canvas/fields/fields.css";

interface Props {
  journeyId: string;
  definition: ReviewDefinition;
  onClose: () => void;
  /** The server goes by other goals now; what is on the page was counted by the old ones. */
  onSaved: () => void;
}

/** Goals that the review of one journey goes by instead of its version's. */
export default function GoalsDialog({ journeyId, definition, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [goals, setGoals] = useState<Goal[]>(() =>
    definition.goals.map((goal) => ({ ...goal, name: goal.name ?? "", event: goal.event ?? "" }) as Goal),
  );
  const done = (said: string) => {
    message.success(said);
    onSaved();
    onClose();
  };
  const save = useMutation({
    mutationFn: () => putReviewGoals(journeyId, goals),
    onSuccess: () => done(t("counting.ownSaved")),
  });
  const clear = useMutation({
    mutationFn: () => clearReviewGoals(journeyId),
    onSuccess: () => done(t("counting.ownCleared")),
  });
  const lacking =
    goals.length === 0
      ? t("counting.ownNoGoal")
      : goals.some(({ event }) => !event.trim())
        ? t("counting.ownNoEvent")
        : undefined;
  const error = save.error ?? clear.error;
  return (
    <Modal
      open
      width={560}
      title={t("counting.ownTitle")}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={[
        definition.source === "override" && (
          <Popconfirm
            key="clear"
            title={t("counting.ownBackSure")}
            okButtonProps={{ "data-testid": "goals-clear-sure" }}
            onConfirm={() => clear.mutate()}
          >
            <Button loading={clear.isPending} data-testid="goals-clear">
              {t("counting.ownBack")}
            </Button>
          </Popconfirm>
        ),
        <Button
          key="save"
          type="primary"
          disabled={lacking !== undefined}
          loading={save.isPending}
          onClick={() => save.mutate()}
          data-testid="goals-save"
        >
          {t("counting.ownSave")}
        </Button>,
      ]}
    >
      <div data-testid="goals-dialog">
        <p className="soft">{t("counting.ownAbout")}</p>
        <Goals value={goals} onChange={setGoals} counted />
        {lacking && (
          <p className="soft" role="status" data-testid="goals-lacking">
            {lacking}
          </p>
        )}
        {error && <Problem error={error} />}
      </div>
    </Modal>
  );
}
