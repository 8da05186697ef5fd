import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Alert, Button, Drawer, Form, Input, InputNumber, Select, Space, Switch } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/channels";
import { Problem } from "@/app/Problem";
import { type AccountValues, blankAccount, changedAccount, isLocal, newAccount, valuesOf } from "./accountForm";
import { ProviderFields } from "./ProviderFields";
import { channelName, useWords } from "./words";

interface Props {
  providers: readonly calls.Provider[];
  /** The account that is changed; none makes a new one. */
  account?: calls.Account;
  onClose: () => void;
  onSaved: (account: calls.Account) => void;
}

/** Makes or changes an account, by a form that its provider describes. */
export function AccountForm({ providers, account, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  const queries = useQueryClient();
  const [form] = Form.useForm<AccountValues>();
  const [name, setName] = useState(account?.provider ?? "");
  const [replaces, setReplaces] = useState(!account);
  const provider = providers.find((one) => one.name === name);
  const save = useMutation({
    mutationFn: (values: AccountValues) => {
      if (!provider) throw new Error("no provider is chosen");
      return account
        ? calls.changeAccount(account.id, changedAccount(provider, values, replaces))
        : calls.makeAccount(newAccount(provider, values));
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      onSaved(saved);
    },
  });
  const choose = (wanted: string) => {
    const chosen = providers.find((one) => one.name === wanted);
    setName(wanted);
    if (chosen) {
      const { key, name: called } = form.getFieldsValue();
      form.setFieldsValue({ ...blankAccount(chosen), key: key ?? "", name: called ?? "" });
    }
  };
  return (
    <Drawer
      open
      size={560}
      title={t(account ? "channels.form.change" : "channels.form.new")}
      onClose={onClose}
      footer={
        <Space>
          <Button
            type="primary"
            loading={save.isPending}
            disabled={!provider}
            onClick={() => form.submit()}
            data-testid="account-submit"
          >
            {t("channels.save")}
          </Button>
          <Button onClick={onClose}>{t("channels.cancel")}</Button>
        </Space>
      }
    >
      <Form<AccountValues>
        form={form}
        layout="vertical"
        initialValues={account ? valuesOf(account) : {}}
        scrollToFirstError
        // Fields that are not shown keep their values: an address of the simulator is not lost with its provider.
        onFinish={() => save.mutate(form.getFieldsValue(true) as AccountValues)}
        data-testid="account-form"
      >
        {!account && (
          <Form.Item label={t("channels.provider")} required>
            <Select
              value={name || undefined}
              placeholder={t("channels.form.chooseProvider")}
              aria-label={t("channels.provider")}
              data-testid="account-provider"
              options={providers.map((one) => ({ value: one.name, label: words(one.title) }))}
              onChange={choose}
            />
          </Form.Item>
        )}
        {provider && (
          <>
            <Form.Item
              name="name"
              label={t("channels.name")}
              rules={[
                { required: true, whitespace: true, message: t("channels.form.needed", { label: t("channels.name") }) },
              ]}
            >
              <Input maxLength={100} data-testid="account-name" />
            </Form.Item>
            {!account && <NewOnly provider={provider} />}
            <Form.Item
              name="base_url"
              label={t("channels.address")}
              extra={<AddressHint provider={provider} onUse={(base_url) => form.setFieldsValue({ base_url })} />}
              rules={[{ required: true, message: t("channels.form.needed", { label: t("channels.address") }) }]}
            >
              <Input maxLength={200} data-testid="account-url" />
            </Form.Item>
            <h3>{t("channels.secrets")}</h3>
            {account && (
              <p>
                <Switch
                  checked={replaces}
                  onChange={setReplaces}
                  aria-label={t("channels.form.replace")}
                  data-testid="account-replace"
                />{" "}
                {t("channels.form.replace")}
              </p>
            )}
            <Alert
              type="info"
              showIcon
              title={t(replaces ? "channels.form.secretHint" : "channels.form.keptSecrets")}
            />
            {replaces && <ProviderFields fields={provider.credentials} group="credentials" />}
            <h3>{t("channels.settings")}</h3>
            <ProviderFields fields={provider.settings} group="settings" />
            <h3>{t("channels.limits")}</h3>
            <Form.Item name="rate" label={t("channels.rate")} extra={t("channels.rateHint")}>
              <InputNumber className="wide" min={1} max={100_000} data-testid="account-rate" />
            </Form.Item>
            <Space align="start">
              <Form.Item name="price" label={t("channels.price")} extra={t("channels.priceHint")}>
                <InputNumber<string> stringMode min="0" step="0.01" precision={4} data-testid="account-price" />
              </Form.Item>
              <Form.Item name="currency" label={t("channels.currency")} rules={[{ pattern: /^[A-Z]{3}$/ }]}>
                <Input maxLength={3} className="channels-clock" />
              </Form.Item>
            </Space>
          </>
        )}
        {save.error && <Problem error={save.error} />}
      </Form>
    </Drawer>
  );
}

/** What names the account: it is chosen once, as journeys refer to it. */
function NewOnly({ provider }: { provider: calls.Provider }) {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item
        name="key"
        label={t("channels.key")}
        extra={t("channels.keyHint")}
        rules={[{ required: true, pattern: /^[-a-zA-Z0-9_]{1,50}$/, message: t("channels.form.badKey") }]}
      >
        <Input maxLength={50} data-testid="account-key" />
      </Form.Item>
      {provider.channels.length > 1 && (
        <Form.Item name="channel" label={t("channels.mainChannel")} extra={t("channels.mainChannelHint")}>
          <Select
            data-testid="account-channel"
            options={provider.channels.map((value) => ({ value, label: channelName(t, value) }))}
          />
        </Form.Item>
      )}
    </>
  );
}

function AddressHint({ provider, onUse }: { provider: calls.Provider; onUse: (address: string) => void }) {
  const { t } = useTranslation();
  const now = Form.useWatch<string>("base_url");
  return (
    <span className="channels-hint">
      {isLocal(now ?? "") ? t("channels.form.simulated") : t("channels.form.real")}{" "}
      {provider.base_url && now !== provider.base_url && (
        <Button type="link" size="small" onClick={() => onUse(provider.base_url)}>
          {t("channels.form.useReal")}
        </Button>
      )}
      {now !== provider.simulator_url && (
        <Button
          type="link"
          size="small"
          onClick={() => onUse(provider.simulator_url)}
          data-testid="account-use-simulator"
        >
          {t("channels.form.useSimulator")}
        </Button>
      )}
    </span>
  );
}
