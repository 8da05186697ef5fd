import { Descriptions, Tag } from "antd";
import { useTranslation } from "react-i18next";
import type { MessageDetail } from "@/api/messages";
import { PhoneBubble } from "@/features/channels/PhoneBubble";
import { MESSAGE_LOOK } from "./look";
import "@/features/channels/channels.css";

/** What became of a message, and what it said: as its channel shows it, with what went along, and the variables it was filled with. */
export function Said({ message }: { message: MessageDetail }) {
  const { t } = useTranslation();
  const { title, text, enclosed, channel } = message;
  const params = Object.entries(message.params as Record<string, unknown>);
  const without = channel === "call" ? "log.robot" : "log.noText";
  return (
    <section className="message-said">
      <p>
        <Tag color={MESSAGE_LOOK[message.state]} data-testid="message-state">
          {t(`messageState.${message.state}`)}
        </Tag>
        {message.reason && t(`stream.reason.${message.reason}`, { defaultValue: message.reason })}
      </p>
      {text || title ? (
        <div data-testid="message-text">
          <PhoneBubble channel={channel} title={title} text={text ?? ""} />
        </div>
      ) : (
        <p className="soft">{t(without, { template: message.template_name })}</p>
      )}
      {enclosed.length > 0 && (
        <ul className="message-enclosed" aria-label={t("log.enclosed")} data-testid="message-enclosed">
          {enclosed.map(({ kind, title: name, place }) => (
            <li key={`${kind} ${name} ${place}`}>
              <Tag>{t(`log.kinds.${kind}`, { defaultValue: kind })}</Tag> {name} <span className="soft">{place}</span>
            </li>
          ))}
        </ul>
      )}
      {params.length > 0 && (!text || channel !== "sms") && (
        <Descriptions
          size="small"
          column={1}
          title={<span className="message-variables">{t("log.variables")}</span>}
          items={params.map(([name, value]) => ({ key: name, label: name, children: String(value) }))}
        />
      )}
      {(text || title) && <p className="soft">{t("log.anew")}</p>}
    </section>
  );
}
