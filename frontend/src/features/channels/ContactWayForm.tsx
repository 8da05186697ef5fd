import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Modal, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { Problem } from "@/app/Problem";

interface Props {
  accounts: readonly { id: string; name: string }[];
  way: calls.ContactWay | undefined;
  staff: readonly calls.Staff[];
  tags: readonly calls.CorpTag[];
  welcomes: readonly calls.Welcome[];
  onClose: () => void;
}

interface Values {
  account: string;
  name: string;
  state?: string;
  users: string[];
  tags: string[];
  welcome?: string | null;
  skip_verify: boolean;
  remark?: string;
}

/** Makes a contact way at WeCom, or changes one there. */
export function ContactWayForm({ accounts, way, staff, tags, welcomes, onClose }: Props) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [form] = Form.useForm<Values>();
  const account = Form.useWatch("account", form) ?? way?.account ?? accounts[0]?.id;
  const ofAccount = <T extends { account: string }>(rows: readonly T[]) =>
    rows.filter((row) => row.account === account);
  const save = useMutation({
    mutationFn: ({ account: of, state, ...fields }: Values) => {
      const said = { ...fields, welcome: fields.welcome ?? null };
      return way
        ? calls.changeContactWay(way.id, said)
        : calls.makeContactWay({ ...said, account: of, ...(state ? { state } : {}) });
    },
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: ["channels", "contact-ways"] });
    },
  });
  return (
    <Modal
      open
      footer={null}
      title={t(way ? "channels.ways.change" : "channels.ways.new")}
      onCancel={onClose}
      data-testid="contact-way-form"
    >
      <Form<Values>
        form={form}
        layout="vertical"
        initialValues={
          way
            ? { ...way, welcome: way.welcome }
            : { account: accounts[0]?.id, users: [], tags: [], skip_verify: true, remark: "" }
        }
        onFinish={(values) => save.mutate(values)}
      >
        {!way && (
          <>
            <Form.Item name="account" label={t("channels.account")} rules={[{ required: true }]}>
              <Select options={accounts.map(({ id, name }) => ({ value: id, label: name }))} />
            </Form.Item>
            <Form.Item
              name="state"
              label={t("channels.ways.state")}
              extra={t("channels.ways.stateHint")}
              rules={[{ pattern: /^[-_.:a-zA-Z0-9]{0,30}$/, message: t("channels.ways.badState") }]}
            >
              <Input maxLength={30} data-testid="contact-way-state" />
            </Form.Item>
          </>
        )}
        <Form.Item name="name" label={t("channels.name")} rules={[{ required: true, whitespace: true }]}>
          <Input maxLength={100} data-testid="contact-way-name" />
        </Form.Item>
        <Form.Item
          name="users"
          label={t("channels.ways.users")}
          extra={t("channels.ways.usersHint")}
          rules={[{ required: true, type: "array", min: 1 }]}
        >
          <Select
            mode="tags"
            maxCount={100}
            data-testid="contact-way-users"
            options={ofAccount(staff).map(({ userid, name }) => ({
              value: userid,
              label: name && name !== userid ? `${name} (${userid})` : userid,
            }))}
          />
        </Form.Item>
        <Form.Item name="tags" label={t("channels.ways.tags")} extra={t("channels.ways.tagsHint")}>
          <Select
            mode="multiple"
            maxCount={50}
            optionFilterProp="label"
            options={ofAccount(tags).map(({ tag_id, name, group_name }) => ({
              value: tag_id,
              label: group_name ? `${group_name} / ${name}` : name,
            }))}
          />
        </Form.Item>
        <Form.Item name="welcome" label={t("channels.ways.welcome")} extra={t("channels.ways.welcomeHint")}>
          <Select allowClear options={ofAccount(welcomes).map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
        <Form.Item name="skip_verify" label={t("channels.ways.skips")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="remark" label={t("channels.ways.remark")}>
          <Input maxLength={30} />
        </Form.Item>
        {save.error && <Problem error={save.error} />}
        <Button type="primary" htmlType="submit" loading={save.isPending} data-testid="contact-way-submit">
          {t("channels.save")}
        </Button>
      </Form>
    </Modal>
  );
}
