import { CheckCircleOutlined } from "@ant-design/icons";
import { Badge } from "antd";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Notice, NoticeItem } from "@/api/dashboard";
import { type Format, useFormat } from "@/format/useFormat";
import { linkOf } from "./links";

interface Props {
  title: string;
  testId: string;
  notices: Notice[];
  /** What is said when there is nothing to tell. */
  none: string;
  colour: "error" | "warning";
}

/** What somebody should look at, by kinds, each with its number and the way to where it can be mended. */
export function Notices({ title, testId, notices, none, colour }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section className="sheet look" data-testid={testId} aria-label={title}>
      <h2>
        {title}
        {notices.length > 0 && <Badge status={colour} />}
      </h2>
      {notices.length === 0 && (
        <p className="look-none">
          <CheckCircleOutlined className="good" /> {none}
        </p>
      )}
      <ul>
        {notices.map((notice) => (
          <li key={notice.kind} data-testid={`notice-${notice.kind}`}>
            <Link to={linkOf(notice.kind)} className="look-kind">
              <span>{t(`dashboard.kinds.${notice.kind}`)}</span>
              <b>{format.number(notice.count)}</b>
            </Link>
            <ul>
              {notice.items.map((item) => (
                <li key={`${item.id} ${item.at}`}>
                  <Line notice={notice} item={item} format={format} />
                </li>
              ))}
              {notice.kind !== "wecom_quota" && more(notice) && (
                <li className="soft">{t("dashboard.more", { count: notice.items.length })}</li>
              )}
            </ul>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether there are others of this kind than those that are named. */
function more({ count, items }: Notice): boolean {
  return items.length > 0 && count > items.length && items.every((item) => item.count <= 1);
}

function Line({ notice, item, format }: { notice: Notice; item: NoticeItem; format: Format }) {
  const { t, i18n } = useTranslation();
  const { kind } = notice;
  const count = format.number(item.count);
  const at = format.time(item.at);
  const code = i18n.exists(`dashboard.codes.${item.code}`) ? t(`dashboard.codes.${item.code}`) : item.code;
  const name = nameOf(notice, item, t, code);
  return (
    <>
      <Link to={linkOf(kind, item)}>{name}</Link>
      <span className="soft">
        {t(`dashboard.says.${kind}`, {
          count: item.count,
          number: count,
          at,
          code,
          context: item.count === 0 && kind === "templates" ? "unused" : undefined,
        })}
      </span>
    </>
  );
}

function nameOf({ kind }: Notice, item: NoticeItem, t: TFunction, code: string): string {
  if (kind === "wecom_quota") return code;
  // The words that the page of refused items has for its reasons.
  if (kind === "rejected_events") return t([`refusals.${item.code}`, code]);
  if (kind === "sending_stops") return t(item.name ? `channel.${item.name}` : "dashboard.everyChannel");
  return item.name || item.id;
}
