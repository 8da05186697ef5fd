import { Alert, Typography } from "antd";
import { useTranslation } from "react-i18next";
import type { Account, Provider } from "@/api/channels";
import { isLocal } from "./accountForm";
import { useWords } from "./words";

interface Props {
  account: Account;
  provider: Provider;
  publicUrl: string;
}

/** The addresses that the vendor's console asks for, to copy, and where it asks for them. */
export function Callbacks({ account, provider, publicUrl }: Props) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <section className="channels-card" aria-labelledby="account-callbacks">
      <h2 id="account-callbacks">{t("channels.callbacks.title")}</h2>
      <p className="soft">{t("channels.callbacks.about")}</p>
      {isLocal(publicUrl) && (
        <Alert type="warning" showIcon title={t("channels.callbacks.local", { address: publicUrl })} />
      )}
      <dl className="channels-callbacks">
        {provider.callbacks.map((callback) => (
          <div key={callback.kind}>
            <dt>{words(callback.title)}</dt>
            <dd>
              <Typography.Text code copyable data-testid={`callback-${callback.kind}`}>
                {publicUrl + (account.callbacks[callback.kind] ?? "")}
              </Typography.Text>
              <div className="soft">{words(callback.where)}</div>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
