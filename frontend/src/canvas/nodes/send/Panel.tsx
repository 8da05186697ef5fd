import { useQuery } from "@tanstack/react-query";
import { Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { accountsQuery, templatesQuery } from "@/api/queries";
import { Problem } from "@/app/Problem";
import { compact } from "../../core/config";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { LiquidLine } from "../../fields/LiquidArea";
import { OptionalField } from "../../fields/OptionalField";
import type { PanelProps } from "../kind";
import { Awaited, awaitedAtFirst } from "./Awaited";
import type { SendConfig } from "./definition";
import { MessagePreview } from "./MessagePreview";
import { PersonPreview } from "./PersonPreview";

export function Panel({ config, onChange }: PanelProps<SendConfig>) {
  const { t } = useTranslation();
  const accounts = useQuery(accountsQuery);
  const templates = useQuery(templatesQuery);
  const problem = accounts.error ?? templates.error;
  const channels = [...new Set(["sms", ...(accounts.data?.results ?? []).flatMap((account) => account.channels)])];
  const offered = (accounts.data?.results ?? []).filter(
    (account) => account.channels.includes(config.channel ?? "") && account.enabled,
  );
  const account = offered.find((each) => each.key === config.account || each.id === config.account);
  const usable = (templates.data?.results ?? []).filter(
    (each) =>
      each.channel === config.channel &&
      (!account || !each.account || [account.id, account.key].includes(each.account)),
  );
  const template = usable.find((each) => each.key === config.template || each.id === config.template);
  const variables = template?.variables ?? [];
  const params = config.params ?? {};
  const names = [...new Set([...variables, ...Object.keys(params)])];
  const put = (part: Partial<SendConfig>) => onChange({ ...config, ...part });

  const choose = (key: string) => {
    const chosen = usable.find((each) => each.key === key);
    const wanted = chosen?.variables ?? [];
    put({
      template: key,
      params: Object.fromEntries(wanted.map((name) => [name, params[name] ?? ""])),
      ...(chosen ? { purpose: chosen.purpose === "service" ? "service" : "marketing" } : {}),
    });
  };

  return (
    <>
      {problem && <Problem error={problem} onRetry={() => Promise.all([accounts.refetch(), templates.refetch()])} />}
      <Field name="channel" label={t("node.send.channel")}>
        <Select
          className="wide"
          value={config.channel}
          aria-label={t("node.send.channel")}
          data-testid="send-channel"
          options={channels.map((value) => ({ value, label: t(`channel.${value}`) }))}
          onChange={(channel) => put({ channel, account: "", template: "", params: {} })}
        />
      </Field>
      <Field name="account" label={t("node.send.account")}>
        <Select
          className="wide"
          loading={accounts.isPending}
          value={config.account || undefined}
          placeholder={t("node.send.chooseAccount")}
          aria-label={t("node.send.account")}
          data-testid="send-account"
          options={offered.map((each) => ({ value: each.key, label: each.name || each.key }))}
          onChange={(key) => put({ account: key })}
        />
      </Field>
      <Field name="template" label={t("node.send.template")}>
        <Select
          className="wide"
          loading={templates.isPending}
          showSearch={{ optionFilterProp: "label" }}
          value={config.template || undefined}
          placeholder={t("node.send.chooseTemplate")}
          aria-label={t("node.send.template")}
          data-testid="send-template"
          options={usable.map((each) => ({
            value: each.key,
            label:
              each.state === "approved"
                ? each.name || each.key
                : `${each.name || each.key} · ${t(`node.send.state.${each.state}`)}`,
          }))}
          onChange={choose}
        />
        {template && <MessagePreview body={template.body} params={params} />}
        {template && <PersonPreview config={config} />}
      </Field>
      {names.length > 0 && (
        <Field name="params" label={t("node.send.params")} hint={t("node.send.paramsHint")}>
          {names.map((name) => (
            <LiquidLine
              key={name}
              prefix={<code className="param">{name}</code>}
              value={String(params[name] ?? "")}
              placeholder="{{ profile.name }}"
              label={t("node.send.param", { name })}
              testId={`send-param-${name}`}
              onChange={(text) => put({ params: { ...params, [name]: text } })}
            />
          ))}
        </Field>
      )}
      <Field
        name="purpose"
        label={t("node.send.purpose")}
        hint={t(`node.send.purposeHint.${config.purpose ?? "marketing"}`)}
      >
        <Radio.Group
          block
          optionType="button"
          value={config.purpose}
          data-testid="send-purpose"
          options={(["marketing", "service"] as const).map((value) => ({
            value,
            label: t(`node.send.purposes.${value}`),
          }))}
          onChange={(event) => put({ purpose: event.target.value })}
        />
      </Field>
      <Field name="on_blocked" label={t("node.send.onBlocked")} hint={t("node.send.onBlockedHint")}>
        <Radio.Group
          block
          optionType="button"
          value={config.on_blocked ?? "continue"}
          data-testid="send-on-blocked"
          options={(["continue", "hold"] as const).map((value) => ({ value, label: t(`node.send.blocked.${value}`) }))}
          onChange={(event) => put({ on_blocked: event.target.value })}
        />
      </Field>
      <OptionalField
        label={t("node.send.expire")}
        hint={t("node.send.expireHint")}
        on={config.expire_after !== undefined}
        testId="send-expire"
        name="expire_after"
        onToggle={(on) => onChange(compact({ ...config, expire_after: on ? "P1D" : undefined }))}
      >
        {config.expire_after !== undefined && (
          <DurationInput
            value={config.expire_after}
            label={t("node.send.expire")}
            testId="send-expire-after"
            onChange={(expire_after) => put({ expire_after })}
          />
        )}
      </OptionalField>
      <OptionalField
        label={t("node.send.await")}
        hint={t("node.send.awaitHint")}
        on={config.await !== undefined}
        testId="send-await"
        name="await"
        onToggle={(on) =>
          onChange(
            compact({
              ...config,
              await: on ? awaitedAtFirst(config.channel) : undefined,
            }),
          )
        }
      >
        {config.await && <Awaited config={config} wanted={config.await} onChange={(next) => put({ await: next })} />}
      </OptionalField>
    </>
  );
}
