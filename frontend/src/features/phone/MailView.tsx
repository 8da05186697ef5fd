import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Segmented, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { mailboxesQuery } from "@/api/queries";
import type { Mail } from "@/api/types";
import { useComplain } from "@/app/Problem";

/** One mail. Its html is somebody's text: it is shown in a frame that may run nothing and reach nothing of ours. */
export function MailView({ mail }: { mail: Mail }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const queries = useQueryClient();
  const [asHtml, setAsHtml] = useState(Boolean(mail.html));
  const path = { params: { path: { mail: mail.id } } };
  const act = useMutation({
    mutationFn: async (status: string | undefined) => {
      if (status === undefined) await api.POST("/api/v1/simulator/mails/{mail}/unsubscribe/", path);
      else await api.POST("/api/v1/simulator/mails/{mail}/bounce/", { ...path, body: { status } });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: mailboxesQuery.queryKey }),
    onError: complain,
  });
  return (
    <article className="mail" data-testid="mail-view">
      <header>
        <h2 translate="no">{mail.subject}</h2>
        <p className="soft" translate="no">
          {mail.sender}
        </p>
        <p className="soft mail-id">{mail.message_id}</p>
      </header>
      <Space wrap>
        {mail.html && (
          <Segmented
            size="small"
            value={asHtml ? "html" : "text"}
            options={[
              { value: "html", label: "HTML" },
              { value: "text", label: t("mail.text") },
            ]}
            onChange={(kind) => setAsHtml(kind === "html")}
          />
        )}
        {mail.one_click && (
          <Button
            size="small"
            loading={act.isPending}
            onClick={() => act.mutate(undefined)}
            data-testid="mail-unsubscribe"
          >
            {t("mail.unsubscribe")}
          </Button>
        )}
        <Button size="small" loading={act.isPending} onClick={() => act.mutate("5.1.1")} data-testid="mail-bounce-hard">
          {t("mail.bounceHard")}
        </Button>
        <Button size="small" loading={act.isPending} onClick={() => act.mutate("4.2.2")} data-testid="mail-bounce-soft">
          {t("mail.bounceSoft")}
        </Button>
      </Space>
      {asHtml ? (
        <iframe
          className="mail-html"
          translate="no"
          title={mail.subject}
          sandbox=""
          srcDoc={mail.html}
          referrerPolicy="no-referrer"
        />
      ) : (
        <pre className="mail-text">{mail.text}</pre>
      )}
    </article>
  );
}
