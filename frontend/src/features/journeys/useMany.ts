import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App } from "antd";
import { useTranslation } from "react-i18next";
import { actOnMany, type ManyAct } from "@/api/listing";
import { useComplain } from "@/app/Problem";

export function useRefreshList(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["journeys", "list"] }),
      queries.invalidateQueries({ queryKey: ["journeys", "folders"] }),
    ]);
}

export interface Many {
  act: ManyAct;
  journeys: string[];
  folder?: string | null;
}

/** Moves, archives or deletes journeys, and says how many were refused and why. */
export function useMany() {
  const { t } = useTranslation();
  const { message, notification } = App.useApp();
  const complain = useComplain();
  const refresh = useRefreshList();
  return useMutation({
    mutationFn: ({ act, journeys, folder }: Many) => actOnMany(act, journeys, folder),
    onSuccess: async ({ done, refused }, { act }) => {
      if (done.length > 0) message.success(t(`listing.did.${act}`, { count: done.length }));
      if (refused.length > 0) {
        notification.warning({
          title: t("listing.refused", { count: refused.length }),
          description: [
            ...new Set(refused.map(({ code, detail }) => t(`listing.why.${code}`, { defaultValue: detail }))),
          ].join(" "),
        });
      }
      await refresh();
    },
    onError: complain,
  });
}
