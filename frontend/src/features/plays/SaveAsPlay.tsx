import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Checkbox, Form, Input, Modal, Select } from "antd";
import { useTranslation } from "react-i18next";
import { changePlay, type KeptPlayFields, type PlayRow, saveAsPlay } from "@/api/listing";
import { useComplain } from "@/app/Problem";
import { CATEGORIES } from "./categories";

interface Props {
  /** The journey that is kept, or the play that is edited. */
  journey?: { id: string; name: string; description: string };
  play?: PlayRow;
  onClose: () => void;
}

/** Keeps a journey as a play of the workspace's own, or changes what such a play is called. */
export function SaveAsPlay({ journey, play, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<KeptPlayFields>();
  const queries = useQueryClient();
  const complain = useComplain();
  const save = useMutation({
    mutationFn: async ({ with_results = false, ...fields }: KeptPlayFields) => {
      if (journey) await saveAsPlay(journey.id, { ...fields, with_results });
      else if (play) await changePlay(play.id, fields);
    },
    onSuccess: async () => {
      onClose();
      message.success(t(journey ? "plays.saved" : "plays.changed"));
      await queries.invalidateQueries({ queryKey: ["plays"] });
    },
    onError: complain,
  });
  return (
    <Modal
      open
      title={t(journey ? "plays.save" : "plays.edit")}
      okText={t("plays.keep")}
      okButtonProps={{ "data-testid": "play-save-submit" }}
      confirmLoading={save.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
      destroyOnHidden
    >
      <Form
        form={form}
        layout="vertical"
        preserve={false}
        initialValues={{
          name: journey?.name ?? play?.name,
          description: journey?.description ?? play?.summary,
          category: play?.category ?? "conversion",
          with_results: true,
        }}
        onFinish={(fields) => save.mutate({ ...fields, description: fields.description ?? "" })}
      >
        <Form.Item
          name="name"
          label={t("journeys.name")}
          rules={[{ required: true, whitespace: true, message: t("plays.nameMissing") }]}
        >
          <Input maxLength={100} data-testid="play-save-name" />
        </Form.Item>
        <Form.Item name="category" label={t("plays.categoryTitle")}>
          <Select
            data-testid="play-save-category"
            options={CATEGORIES.map((value) => ({ value, label: t(`plays.category.${value}`) }))}
          />
        </Form.Item>
        <Form.Item name="description" label={t("journeys.description")}>
          <Input.TextArea rows={3} data-testid="play-save-description" />
        </Form.Item>
        {journey && (
          <Form.Item name="with_results" valuePropName="checked" extra={t("plays.withResultsHint")}>
            <Checkbox data-testid="play-save-results">{t("plays.withResults")}</Checkbox>
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
}
