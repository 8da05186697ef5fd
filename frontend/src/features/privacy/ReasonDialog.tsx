import { Alert, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  warning?: string;
  danger?: boolean;
  pending: boolean;
  onReason: (reason: string) => void;
  onClose: () => void;
}

const SHORTEST = 2;

/** Asks why: what follows is written down with it. */
export function ReasonDialog({ title, warning, danger = false, pending, onReason, onClose }: Props) {
  const { t } = useTranslation();
  const [reason, setReason] = useState("");
  return (
    <Modal
      open
      width={480}
      title={title}
      okText={t("privacy.go")}
      okButtonProps={{ danger, disabled: reason.trim().length < SHORTEST, "data-testid": "reason-submit" }}
      confirmLoading={pending}
      onOk={() => onReason(reason.trim())}
      onCancel={onClose}
    >
      <div className="plain">
        {warning && <Alert type={danger ? "warning" : "info"} showIcon title={warning} />}
        <Input.TextArea
          autoFocus
          maxLength={500}
          autoSize={{ minRows: 2, maxRows: 5 }}
          value={reason}
          placeholder={t("privacy.reasonExample")}
          aria-label={t("privacy.reason")}
          data-testid="reason-text"
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </Modal>
  );
}
