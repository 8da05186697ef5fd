import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { DurationInput } from "../../fields/DurationInput";
import { Field } from "../../fields/Field";
import { CALL_RESULTS, resultsOf, type SendConfig } from "./definition";

type Wanted = NonNullable<SendConfig["await"]>;

const FATES = ["accepted", "delivered", "read", "clicked", "replied", "result"] as const;
/** What can be awaited on a channel: an SMS cannot tell that it was read. */
const REPORTED: Record<string, readonly (typeof FATES)[number][]> = {
  sms: ["accepted", "delivered", "clicked", "replied"],
  wechat_template: ["accepted", "delivered"],
  wechat_service: ["accepted"],
  wechat_subscribe: ["accepted", "delivered"],
  wecom_app: ["accepted"],
  wecom_customer: ["accepted", "delivered"],
  call: ["result", "accepted"],
  email: ["accepted", "clicked"],
  webhook: ["accepted", "delivered"],
};

/** What is awaited where nobody has said more. A card with a port for each of fifteen results is not what one begins with. */
export function awaitedAtFirst(channel: string | undefined): Wanted {
  return channel === "call" ? { for: "result", timeout: "P1D", results: [] } : { for: "delivered", timeout: "P1D" };
}

interface Props {
  config: SendConfig;
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
}

export function Awaited({ config, wanted, onChange }: Props) {
  const { t } = useTranslation();
  const offered = FATES.filter(
    (fate) => (REPORTED[config.channel ?? ""] ?? FATES).includes(fate) || fate === wanted.for,
  );
  return (
    <>
      <div className="row wrap">
        <Select
          className="grow"
          value={wanted.for}
          aria-label={t("node.send.awaitFor")}
          data-testid="send-await-for"
          options={offered.map((value) => ({ value, label: t(`node.send.result.${value}`) }))}
          onChange={(fate) => onChange({ ...wanted, for: fate })}
        />
        <span>{t("node.send.awaitAtMost")}</span>
        <DurationInput
          value={wanted.timeout}
          label={t("node.send.awaitTimeout")}
          testId="send-await-timeout"
          onChange={(timeout) => onChange({ ...wanted, timeout })}
        />
      </div>
      {config.channel === "call" && (
        <Field label={t("node.send.callResults")} hint={t("node.send.callResultsHint")}>
          <Select
            className="wide"
            mode="multiple"
            value={[...resultsOf(config)]}
            placeholder={t("node.send.callResultsNone")}
            aria-label={t("node.send.callResults")}
            data-testid="send-call-results"
            options={CALL_RESULTS.map((value) => ({ value, label: t(`outcome.${value}`) }))}
            onChange={(results) => onChange({ ...wanted, results })}
          />
        </Field>
      )}
    </>
  );
}
