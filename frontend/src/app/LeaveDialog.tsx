import { Button, Modal } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";

interface Props {
  /** Whether something would be lost; asked at the moment of leaving. */
  lost: () => boolean;
  /** Saves it; what it resolves to is null where it could not be saved. Absent while it cannot be. */
  save?: () => Promise<unknown>;
  /** Called when the operator gives up what is not saved. */
  onDiscard?: () => void;
}

/** Stops a way out of a page with unsaved edits, by a link, the browser's back or a closed tab, until the operator has decided. */
export function LeaveDialog({ lost, save, onDiscard }: Props) {
  const { t } = useTranslation();
  const [saving, setSaving] = useState(false);
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && lost(),
  );
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => lost() && event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [lost]);
  if (blocker.state !== "blocked") return null;
  const stay = () => blocker.reset();
  const saveAndLeave = async () => {
    setSaving(true);
    try {
      // What could not be saved is told where it was edited.
      if ((await save?.()) === null) stay();
      else blocker.proceed();
    } catch {
      stay();
    } finally {
      setSaving(false);
    }
  };
  return (
    <Modal
      open
      width={480}
      title={t("leave.title")}
      onCancel={stay}
      footer={[
        <Button key="stay" disabled={saving} onClick={stay} data-testid="leave-stay">
          {t("leave.stay")}
        </Button>,
        <Button
          key="discard"
          danger
          disabled={saving}
          onClick={() => {
            onDiscard?.();
            blocker.proceed();
          }}
          data-testid="leave-discard"
        >
          {t("leave.discard")}
        </Button>,
        save && (
          <Button key="save" type="primary" loading={saving} onClick={saveAndLeave} data-testid="leave-save">
            {t("leave.save")}
          </Button>
        ),
      ]}
    >
      <p data-testid="leave">{t("leave.text")}</p>
    </Modal>
  );
}
