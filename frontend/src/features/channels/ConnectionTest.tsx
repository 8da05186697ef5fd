import { useMutation } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Account, type Provider, testConnection } from "@/api/channels";
import { codeOf } from "@/api/errors";
import { useErrorWords } from "@/app/errorWords";
import { mayWrite, useSession } from "@/app/session";
import { vendorAnswer } from "./vendorAnswer";

/** Asks the vendor something harmless with the account's secrets, and says in words what it answers. */
export function ConnectionTest({ account, provider }: { account: Account; provider: Provider }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const writes = mayWrite(useSession());
  const test = useMutation({ mutationFn: () => testConnection(account.id) });
  const refused = test.error ? vendorAnswer(test.error) : undefined;
  return (
    <section className="channels-card" aria-labelledby="account-test">
      <h2 id="account-test">{t("channels.test.title")}</h2>
      <p className="soft">{t(provider.offers.includes("test") ? "channels.test.about" : "channels.test.none")}</p>
      {writes && provider.offers.includes("test") && (
        <Button loading={test.isPending} onClick={() => test.mutate()} data-testid="connection-test">
          {t("channels.test.go")}
        </Button>
      )}
      <div role="status" data-testid="connection-answer" data-state={test.status}>
        {test.data && (
          <Alert
            type="success"
            showIcon
            title={t("channels.test.works")}
            description={t("channels.test.said", { said: test.data.detail })}
          />
        )}
        {test.error && (
          <Alert
            type="error"
            showIcon
            title={refused ? t(`channels.test.hints.${refused.hint}`) : words(test.error)}
            description={refused ? t("channels.test.said", { said: refused.said }) : codeOf(test.error)}
          />
        )}
      </div>
    </section>
  );
}
