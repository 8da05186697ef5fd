import { useTranslation } from "react-i18next";
import { fieldsOf } from "./fieldsOf";

interface Props {
  channel: string;
  /** A mail's subject; empty where there is none. */
  title: string;
  text: string;
}

/** Channels whose messages are cards of named fields. */
const CARDS = new Set(["wechat_template", "wechat_subscribe"]);

/** A message on a drawn phone, as its channel shows it. */
export function PhoneBubble({ channel, title, text }: Props) {
  const { t } = useTranslation();
  const fields = CARDS.has(channel) ? fieldsOf(text) : [];
  return (
    <figure className="channels-phone" data-testid="phone-bubble">
      <figcaption>{t(`channels.phone.${channel}`, t("channels.phone.other"))}</figcaption>
      <div className="channels-bubble">
        {title && <strong>{title}</strong>}
        {fields.length > 0 ? (
          <dl>
            {fields.map(({ label, value }) => (
              <div key={label + value}>
                {label && <dt>{label}</dt>}
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        ) : (
          <p>{text}</p>
        )}
      </div>
    </figure>
  );
}
