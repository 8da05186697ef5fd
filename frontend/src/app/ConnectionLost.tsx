import { useQueryClient } from "@tanstack/react-query";
import { Alert } from "antd";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { noteAnswer, useConnection } from "./connection";

const EVERY = 3_000;

/** Says that the server cannot be reached, asks until it answers, and then has asked again what could not be shown. */
export function ConnectionLost() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const lost = useConnection((connection) => connection.lost);
  useEffect(() => {
    const gone = () => useConnection.setState({ lost: true });
    window.addEventListener("offline", gone);
    return () => window.removeEventListener("offline", gone);
  }, []);
  useEffect(() => {
    if (!lost) return;
    const ask = async () => {
      // Any failure to answer is what is waited out.
      const answer = await fetch(`${window.location.origin}/healthz`, { cache: "no-store" }).catch(() => null);
      if (!answer?.ok) return;
      noteAnswer();
      await queries.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" });
    };
    const timer = window.setInterval(() => void ask(), EVERY);
    window.addEventListener("online", ask);
    return () => {
      window.clearInterval(timer);
      window.removeEventListener("online", ask);
    };
  }, [lost, queries]);
  return (
    <div className="connection" role="status" aria-live="polite">
      {lost && <Alert type="warning" showIcon title={t("app.lost")} data-testid="connection-lost" />}
    </div>
  );
}
