import { Progress } from "antd";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/format/useFormat";

interface Props {
  testId: string;
  name: string;
  used: number;
  /** 0: there is no limit, and no bar. */
  most: number;
  /** The limit in words. */
  unit: string;
  note: string;
  source?: string;
}

const ALMOST = 0.8;

/** How much of a limit is used, in figures and as a bar whose colour says how near its end is. */
export function UseBar({ testId, name, used, most, unit, note, source }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const share = most > 0 ? used / most : 0;
  const level = share >= 1 ? "full" : share >= ALMOST ? "near" : "calm";
  return (
    <div className="channels-use" data-testid={testId} data-level={level}>
      <div className="channels-use-head">
        <span>{name}</span>
        <span>
          {most > 0
            ? t("channels.quotas.of", { used: format.number(used), most: format.number(most) })
            : format.number(used)}{" "}
          <span className="soft">· {unit}</span>
        </span>
      </div>
      {most > 0 && (
        <Progress
          percent={Math.min(100, Math.round(share * 100))}
          showInfo={false}
          strokeColor={`var(--channels-${level})`}
          aria-label={`${name}: ${format.percent(share)}`}
        />
      )}
      {note && <div className="soft">{note}</div>}
      {source && <div className="soft channels-source">{source}</div>}
    </div>
  );
}
