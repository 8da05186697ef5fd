import { Alert, Modal, Typography } from "antd";
import { useTranslation } from "react-i18next";

/** Something that is shown once: it cannot be read again later. */
export function Secret({ title, value, onClose }: { title: string; value: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal
      open={value !== null}
      title={title}
      onCancel={onClose}
      onOk={onClose}
      okText={t("workspace.noted")}
      cancelButtonProps={{ style: { display: "none" } }}
      okButtonProps={{ "data-testid": "secret-noted" }}
      mask={{ closable: false }}
    >
      <Alert type="warning" showIcon title={t("workspace.onlyNow")} />
      <Typography.Paragraph className="secret" code copyable data-testid="secret">
        {value ?? ""}
      </Typography.Paragraph>
    </Modal>
  );
}
