import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useTranslation } from "react-i18next";
import { type AccountRow, providersQuery, syncTemplates } from "@/api/channels";
import { useErrorWords } from "@/app/errorWords";

/** Reads the templates of every account whose vendor keeps any; what one vendor refuses does not keep the others. */
export function SyncAll({ accounts }: { accounts: readonly AccountRow[] }) {
  const { t } = useTranslation();
  const words = useErrorWords();
  const queries = useQueryClient();
  const { notification } = App.useApp();
  const providers = useQuery(providersQuery);
  const keeping = accounts.filter(
    ({ enabled, provider }) =>
      enabled && providers.data?.results.some(({ name, offers }) => name === provider && offers.includes("templates")),
  );
  const sync = useMutation({
    mutationFn: () => Promise.allSettled(keeping.map(({ id }) => syncTemplates(id))),
    onSuccess: async (answers) => {
      await queries.invalidateQueries({ queryKey: ["templates"] });
      const lines = answers.map((answer, index) => {
        const said =
          answer.status === "fulfilled" ? t("channels.sync.templatesDone", { ...answer.value }) : words(answer.reason);
        return `${keeping[index]?.name}: ${said}`;
      });
      const failed = answers.some(({ status }) => status === "rejected");
      notification[failed ? "warning" : "success"]({
        title: t("channels.sync.done"),
        description: lines.map((line) => <div key={line}>{line}</div>),
        duration: 10,
      });
    },
  });
  return (
    <Button
      loading={sync.isPending}
      disabled={keeping.length === 0}
      onClick={() => sync.mutate()}
      data-testid="templates-sync"
    >
      {t("channels.templates.sync")}
    </Button>
  );
}
