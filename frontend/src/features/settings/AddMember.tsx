import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/workspace";
import { useComplain } from "@/app/Problem";
import { Secret } from "./Secret";

interface Props {
  open: boolean;
  roles: { value: calls.Role; label: string; disabled: boolean }[];
  onClose: () => void;
}

/** Adds somebody; a user who is new here gets a first password, which is shown once. */
export function AddMember({ open, roles, onClose }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ username: string; name: string; role: calls.Role }>();
  const [password, setPassword] = useState<string | null>(null);
  const add = useMutation({
    mutationFn: calls.addMember,
    onSuccess: async (added) => {
      await queries.invalidateQueries({ queryKey: ["members"] });
      form.resetFields();
      onClose();
      if (added.password) setPassword(added.password);
      else message.success(t("workspace.addedKnown", { name: added.name }));
    },
    onError: complain,
  });
  return (
    <>
      <Modal
        open={open}
        title={t("workspace.add")}
        okText={t("workspace.add")}
        onCancel={onClose}
        onOk={form.submit}
        confirmLoading={add.isPending}
        okButtonProps={{ "data-testid": "member-submit" }}
        destroyOnHidden
      >
        <Form
          form={form}
          layout="vertical"
          initialValues={{ name: "", role: "operator" }}
          onFinish={({ username, name, role }) => add.mutate({ username: username.trim(), name: name.trim(), role })}
        >
          <Form.Item
            name="username"
            label={t("workspace.username")}
            extra={t("workspace.usernameHint")}
            rules={[{ required: true, whitespace: true, message: t("workspace.usernameMissing") }]}
          >
            <Input autoComplete="off" maxLength={150} data-testid="member-username" />
          </Form.Item>
          <Form.Item name="name" label={t("workspace.fullName")}>
            <Input autoComplete="off" maxLength={150} data-testid="member-name" />
          </Form.Item>
          <Form.Item name="role" label={t("workspace.role")}>
            <Select options={roles} data-testid="member-role" />
          </Form.Item>
        </Form>
      </Modal>
      <Secret title={t("workspace.firstPassword")} value={password} onClose={() => setPassword(null)} />
    </>
  );
}
