import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Checkbox, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/workspace";
import { useComplain } from "@/app/Problem";
import { Secret } from "./Secret";

/** Days until a key expires; 0: never. */
const LIVES = [30, 90, 365, 0] as const;
const DAY_MS = 86_400_000;

interface Wanted {
  name: string;
  scopes: calls.Scope[];
  days: number;
}

/** Makes a key and shows it, once. */
export function NewKey({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const [form] = Form.useForm<Wanted>();
  const [made, setMade] = useState<string | null>(null);
  const make = useMutation({
    mutationFn: ({ name, scopes, days }: Wanted) =>
      calls.makeKey({
        name: name.trim(),
        scopes,
        expires_at: days ? new Date(Date.now() + days * DAY_MS).toISOString() : null,
      }),
    onSuccess: async ({ key }) => {
      await queries.invalidateQueries({ queryKey: ["api-keys"] });
      form.resetFields();
      onClose();
      setMade(key);
    },
    onError: complain,
  });
  return (
    <>
      <Modal
        open={open}
        title={t("workspace.newKey")}
        okText={t("workspace.make")}
        onCancel={onClose}
        onOk={form.submit}
        confirmLoading={make.isPending}
        okButtonProps={{ "data-testid": "key-submit" }}
        destroyOnHidden
      >
        <Form
          form={form}
          layout="vertical"
          initialValues={{ name: "", scopes: ["track"], days: 365 }}
          onFinish={make.mutate}
        >
          <Form.Item
            name="name"
            label={t("workspace.keyName")}
            rules={[{ required: true, whitespace: true, message: t("workspace.keyNameMissing") }]}
          >
            <Input maxLength={100} placeholder={t("workspace.keyNameExample")} data-testid="key-name" />
          </Form.Item>
          <Form.Item
            name="scopes"
            label={t("workspace.scopesTitle")}
            // Not `required`, which antd would tell of the group by an attribute that groups do not have.
            rules={[{ type: "array", min: 1, message: t("workspace.scopesMissing") }]}
          >
            <Checkbox.Group
              className="settings-scopes"
              options={calls.SCOPES.map((value) => ({ value, label: t(`workspace.scopes.${value}`) }))}
            />
          </Form.Item>
          <Form.Item name="days" label={t("workspace.expires")}>
            <Select
              data-testid="key-days"
              options={LIVES.map((value) => ({
                value,
                label: value ? t("workspace.inDays", { count: value }) : t("workspace.never"),
              }))}
            />
          </Form.Item>
        </Form>
      </Modal>
      <Secret title={t("workspace.theKey")} value={made} onClose={() => setMade(null)} />
    </>
  );
}
