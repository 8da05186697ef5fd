import { SendOutlined } from "@ant-design/icons";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { testSend } from "@/api/trial";
import { Problem } from "@/app/Problem";
import { isDirty, useGraph } from "@/canvas/store/graphStore";

interface Props {
  journeyId: string;
  node: string;
}

/** Sends the message of the saved draft's node to one chosen tester. */
export function TestSend({ journeyId, node }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<SendOutlined />} onClick={() => setOpen(true)} data-testid="test-send">
        {t("testSend.open")}
      </Button>
      {open && <TestSendDialog journeyId={journeyId} node={node} onClose={() => setOpen(false)} />}
    </>
  );
}

function TestSendDialog({ journeyId, node, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const dirty = useGraph(isDirty);
  const [typed, setTyped] = useState("");
  const [person, setPerson] = useState<string>();
  const search = useDeferredValue(typed.trim());
  const people = useQuery({
    queryKey: ["profiles", search],
    queryFn: () =>
      dataOf(api.GET("/api/v1/profiles/", { params: { query: { search: search || undefined, page_size: 20 } } })),
    placeholderData: keepPreviousData,
  });
  const send = useMutation({ mutationFn: (profile: string) => testSend(journeyId, node, profile) });
  return (
    <Modal
      open
      title={t("testSend.title")}
      okText={t("testSend.send")}
      cancelText={t("app.close")}
      okButtonProps={{ disabled: !person || dirty, "data-testid": "test-send-submit" }}
      confirmLoading={send.isPending}
      onOk={() => person && send.mutate(person)}
      onCancel={onClose}
    >
      <div className="dialog-body">
        <p className="field-hint">{t("testSend.hint")}</p>
        <Select
          className="wide"
          showSearch={{ filterOption: false, onSearch: setTyped }}
          loading={people.isFetching}
          value={person}
          placeholder={t("testSend.person")}
          aria-label={t("testSend.person")}
          data-testid="test-send-person"
          notFoundContent={t("testSend.nobody")}
          options={(people.data?.results ?? []).map(({ id, identities, attributes }) => ({
            value: id,
            label: [attributes.name, ...Object.values(identities)].filter(Boolean).join(" · ") || id,
          }))}
          onChange={setPerson}
        />
        {dirty && <Alert type="warning" showIcon title={t("testSend.saveFirst")} />}
        {people.error && <Problem error={people.error} onRetry={people.refetch} />}
        {send.error && <Problem error={send.error} />}
        {send.data && (
          <Alert
            type={send.data.state === "blocked" ? "warning" : "success"}
            showIcon
            data-testid="test-send-answer"
            title={t("testSend.answer", {
              state: t(`messageState.${send.data.state}`, { defaultValue: send.data.state }),
            })}
            description={send.data.reason && t(`stream.reason.${send.data.reason}`, { defaultValue: send.data.reason })}
          />
        )}
      </div>
    </Modal>
  );
}
