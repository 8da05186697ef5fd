import { useTranslation } from "react-i18next";
import type { Simulation } from "@/api/types";
import { useFormat } from "@/format/useFormat";
import { messagesBy } from "./testSteps";

/** The person's phone at the moment that is looked at: each message as it is rendered, and what was kept from them. */
export function TestPhone({ simulation, at }: { simulation: Simulation; at: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const messages = messagesBy(simulation, at);
  if (simulation.messages.length === 0) return null;
  return (
    <section className="test-phone" aria-label={t("test.messages")} data-testid="test-phone">
      <h3>{t("test.messages")}</h3>
      {messages.length === 0 && <p className="soft">{t("test.noMessages")}</p>}
      {messages.map((message, index) => (
        <article
          // biome-ignore lint/suspicious/noArrayIndexKey: a simulated message has no identity but its place
          key={index}
          className={message.state === "blocked" ? "test-bubble test-blocked" : "test-bubble"}
          data-testid={`test-message-${index}`}
        >
          <header className="soft">
            {t(`channel.${message.channel}`, { defaultValue: message.channel })} · {format.second(message.at)}
          </header>
          <p>
            {message.rendered.text ||
              Object.entries(message.rendered.params)
                .map(([key, value]) => `${key}: ${value}`)
                .join("\n")}
          </p>
          <footer className="soft">
            {t(`messageState.${message.state}`, { defaultValue: message.state })}
            {message.reason && ` · ${t(`stream.reason.${message.reason}`, { defaultValue: message.reason })}`}
          </footer>
        </article>
      ))}
    </section>
  );
}
