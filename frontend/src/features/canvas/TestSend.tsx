import { SendOutlined } from "@ant-design/icons";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { Alert, Button, Modal, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { type Profile, previewRule } from "@/api/segments";
import { testSend } from "@/api/trial";
import { Problem } from "@/app/Problem";
import { isDirty, useGraph } from "@/canvas/store/graphStore";

interface Props {
  journeyId: string;
  node: string;
}

/** Whoever has this tag may be sent messages of a draft. */
const TESTER = "tester";

const findTesters = () => previewRule({ op: "tag", key: TESTER });

function findPeople(search: string) {
  return dataOf(api.GET("/api/v1/profiles/", { params: { query: { search, page_size: 20 } } }));
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
    queryKey: ["profiles", "testers", search],
    queryFn: async () => (search ? (await findPeople(search)).results : (await findTesters()).sample),
    placeholderData: keepPreviousData,
  });
  const chosen = people.data?.find(({ id }) => id === person);
  const isTester = chosen === undefined || TESTER in chosen.tags;
  const appoint = useMutation({
    mutationFn: ({ identities }: Profile) =>
      dataOf(api.POST("/api/v1/profiles/", { body: { identities, tags: [TESTER] } })),
    onSuccess: () => people.refetch(),
  });
  const send = useMutation({ mutationFn: (profile: string) => testSend(journeyId, node, profile) });
  return (
    <Modal
      open
      title={t("testSend.title")}
      okText={t("testSend.send")}
      cancelText={t("app.close")}
      okButtonProps={{ disabled: !person || dirty || !isTester, "data-testid": "test-send-submit" }}
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
          options={(people.data ?? []).map(({ id, identities, attributes }) => ({
            value: id,
            label: [attributes.name, ...Object.values(identities)].filter(Boolean).join(" · ") || id,
          }))}
          onChange={setPerson}
        />
        {chosen && !isTester && (
          <Alert
            type="warning"
            showIcon
            title={t("testSend.noTester")}
            action={
              <Button
                size="small"
                loading={appoint.isPending}
                onClick={() => appoint.mutate(chosen)}
                data-testid="test-send-appoint"
              >
                {t("testSend.appoint")}
              </Button>
            }
          />
        )}
        {appoint.error && <Problem error={appoint.error} />}
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
