import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form, Input, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, dataOf } from "@/api/client";
import { useComplain } from "@/app/Problem";

interface Draft {
  name: string;
  description: string;
}

export default function NewJourney({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [form] = Form.useForm<Draft>();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const complain = useComplain();
  const create = useMutation({
    mutationFn: (body: Draft) => dataOf(api.POST("/api/v1/journeys/", { body })),
    onSuccess: async (journey) => {
      await queries.invalidateQueries({ queryKey: ["journeys", "list"] });
      await navigate(`/journeys/${journey.id}`);
    },
    onError: complain,
  });
  return (
    <Modal
      open
      title={t("journeys.new")}
      okText={t("journeys.create")}
      okButtonProps={{ "data-testid": "create-submit" }}
      confirmLoading={create.isPending}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name: "", description: "" }}
        onFinish={(draft) => create.mutate(draft)}
        preserve={false}
      >
        <Form.Item
          name="name"
          label={t("journeys.name")}
          rules={[{ required: true, whitespace: true, message: t("journeys.nameMissing") }]}
        >
          <Input autoFocus maxLength={200} data-testid="create-name" placeholder={t("journeys.nameExample")} />
        </Form.Item>
        <Form.Item name="description" label={t("journeys.description")}>
          <Input.TextArea rows={3} data-testid="create-description" />
        </Form.Item>
      </Form>
    </Modal>
  );
}
