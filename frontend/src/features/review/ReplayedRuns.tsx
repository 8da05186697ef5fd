import { Tag } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Change, type ReplayedPath, type ReplayedRun, replayedPage } from "@/api/reviewReplay";
import type { Journey } from "@/api/types";
import { type LongColumn, LongTable } from "@/lists/LongTable";
import { usePages } from "@/lists/usePages";
import { useNodeWords } from "./useNodeWords";

type Row = ReplayedRun & { id: string };

const HEIGHT = 420;
const LOOK: Record<Change, string> = {
  gained: "success",
  lost: "error",
  both: "warning",
  path: "default",
  kept_out: "error",
};

interface Props {
  journey: Journey;
  replay: string;
  change: Change | undefined;
}

/** Whose path would have been another, with what they got on both. */
export function ReplayedRuns({ journey, replay, change }: Props) {
  const { t } = useTranslation();
  const words = useNodeWords(journey.graph);
  const pages = usePages(["review", journey.id, "replayed", replay, change ?? ""], (cursor) =>
    replayedPage(journey.id, replay, change, cursor),
  );
  const columns = useMemo((): LongColumn<Row>[] => {
    const got = ({ sends, end, reason }: ReplayedPath) => (
      <>
        {sends.map(({ node, channel, state }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same node may send twice, and a send has no id here
          <div key={place}>
            {words.node(node)} · {t(`channel.${channel}`, { defaultValue: channel })}{" "}
            <span className="soft">{t(`messageState.${state}`, { defaultValue: state })}</span>
          </div>
        ))}
        {sends.length === 0 && <div>{t("replay.nothing")}</div>}
        <span className="soft">
          {t(`enrollment.state.${end}`, { defaultValue: end })}{" "}
          {reason && t(`replay.left.${reason}`, { defaultValue: reason })}
        </span>
      </>
    );
    return [
      {
        title: t("profiles.name"),
        key: "name",
        width: 190,
        render: (_, { profile, profile_name, profile_phone }) => (
          <Link className="one-line" to={`/people/${profile}`}>
            <b>{profile_name || profile_phone || t("tasks.unnamed")}</b>
          </Link>
        ),
      },
      {
        title: t("replay.change"),
        key: "change",
        width: 130,
        render: (_, row) => <Tag color={LOOK[row.change]}>{t(`replay.changes.${row.change}`)}</Tag>,
      },
      { title: t("replay.before"), key: "before", width: 330, render: (_, { recorded }) => got(recorded) },
      { title: t("replay.after"), key: "after", width: 330, render: (_, { simulated }) => got(simulated) },
    ];
  }, [t, words.node]);
  return (
    <LongTable<Row>
      pages={pages}
      columns={columns}
      label={t("replay.who")}
      empty={t("replay.nobody")}
      testId="replayed"
      height={HEIGHT}
    />
  );
}
