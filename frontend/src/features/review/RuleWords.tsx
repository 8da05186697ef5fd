import { useTranslation } from "react-i18next";
import { durationText } from "@/canvas/core/sentences";
import { useFormat } from "@/format/useFormat";

interface Props {
  /** The rule's id, and after an @ its version. */
  rule: string;
  figures: Record<string, unknown>;
}

/** A rule that refused somebody, and what it compared: in the operator's words where there are any. */
export function RuleWords({ rule, figures }: Props) {
  const { t } = useTranslation();
  const worded = useWorded();
  const [id = rule] = rule.split("@");
  return (
    <>
      <span title={rule}>{t(`losses.ruleName.${id}`, { defaultValue: rule })}</span>{" "}
      {Object.entries(figures)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => (
          <span className="chip" key={key}>
            {t(`losses.figure.${key}`, { defaultValue: key })} {worded(key, value)}
          </span>
        ))}
    </>
  );
}

const CODED: Record<string, string> = { channel: "channel", purpose: "losses.purpose", consent: "losses.consent" };
const LENGTH = /^PT(\d+)S$/;

function useWorded(): (key: string, value: unknown) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (key, value) => {
    if (typeof value === "number") return format.number(value);
    if (typeof value !== "string") return JSON.stringify(value);
    const coded = CODED[key];
    if (coded) return t(`${coded}.${value}`, { defaultValue: value });
    if (value === "month") return t("losses.month");
    const seconds = LENGTH.exec(value)?.[1];
    if (seconds) return format.span(Number(seconds));
    return durationText(t, value);
  };
}
