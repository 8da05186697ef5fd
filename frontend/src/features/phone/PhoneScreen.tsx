import { SendOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Space, Spin } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { phoneQuery, phonesQuery } from "@/api/queries";
import { Problem, useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { LinkedText } from "./LinkedText";

/** One phone: its messages as bubbles, and a reply that goes the way a customer's reply goes. */
export function PhoneScreen({ phone }: { phone: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const complain = useComplain();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(phoneQuery(phone));
  const [text, setText] = useState("");
  const reply = useMutation({
    mutationFn: (content: string) =>
      api.POST("/api/v1/simulator/phones/{phone}/replies/", { params: { path: { phone } }, body: { content } }),
    onSuccess: () => {
      setText("");
      return Promise.all([refetch(), queries.invalidateQueries({ queryKey: phonesQuery.queryKey })]);
    },
    onError: complain,
  });
  const messages = (data?.results ?? []).toSorted((a, b) => a.at.localeCompare(b.at));
  const end = useRef<HTMLDivElement>(null);
  const count = messages.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message, and nothing else, scrolls the screen to its end
  useEffect(() => {
    end.current?.scrollIntoView({ block: "nearest" });
  }, [count]);
  const send = () => text.trim() && reply.mutate(text.trim());
  return (
    <section className="handset" aria-label={phone} data-testid="phone-screen">
      <header>{phone}</header>
      <div className="handset-body">
        {isPending && <Spin />}
        {error && <Problem error={error} onRetry={refetch} />}
        {messages.map((message) => (
          <div
            key={message.id}
            className={`bubble bubble-${message.direction}`}
            data-testid={`message-${message.id}`}
            data-direction={message.direction}
          >
            <p translate="no">
              <LinkedText
                text={
                  message.direction === "in" && message.sign_name && !message.content.startsWith("【")
                    ? `【${message.sign_name}】${message.content}`
                    : message.content
                }
              />
            </p>
            <time dateTime={message.at}>
              {format.second(message.at)}
              {message.direction === "in" &&
                message.vendor &&
                ` · ${t(`phone.vendor.${message.vendor}`, { defaultValue: message.vendor })}`}
              {message.direction === "in" &&
                message.status &&
                ` · ${t(`phone.status.${message.status}`, { defaultValue: message.status })}`}
            </time>
          </div>
        ))}
        <div ref={end} />
      </div>
      <footer>
        <Space.Compact block>
          <Input
            value={text}
            placeholder={t("phone.reply")}
            aria-label={t("phone.reply")}
            data-testid="reply-text"
            onChange={(event) => setText(event.target.value)}
            onPressEnter={send}
          />
          <Button
            type="primary"
            icon={<SendOutlined />}
            aria-label={t("phone.send")}
            loading={reply.isPending}
            disabled={!text.trim()}
            onClick={send}
            data-testid="reply-send"
          />
        </Space.Compact>
        <Button type="link" size="small" onClick={() => reply.mutate("R")} data-testid="reply-opt-out">
          {t("phone.optOut")}
        </Button>
      </footer>
    </section>
  );
}
