import { Button, Empty, Segmented, Spin, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { TIMELINE_KINDS, type TimelineEntry, type TimelineKind, timelinePage } from "@/api/people";
import { Problem } from "@/app/Problem";
import { MessageDrawer } from "@/features/messages/MessageDrawer";
import { useFormat } from "@/format/useFormat";
import { usePages } from "@/lists/usePages";

const LOOK: Record<string, string> = { event: "processing", message: "success", journey: "default", merge: "warning" };

/** What happened to the person, newest first; each entry opens what is known of it. */
export function Timeline({ id }: { id: string }) {
  const { t } = useTranslation();
  const [kind, setKind] = useState<TimelineKind>();
  const [message, setMessage] = useState<string>();
  const { rows, error, isPending, hasMore, isLoadingMore, loadMore, retry } = usePages(
    ["person", id, "timeline", kind ?? ""],
    (cursor) => timelinePage(id, kind, cursor),
  );
  return (
    <div data-testid="timeline">
      <Segmented
        aria-label={t("profiles.kind")}
        data-testid="timeline-kind"
        value={kind ?? ""}
        options={["", ...TIMELINE_KINDS].map((value) => ({
          value,
          label: t(`profiles.kinds.${value || "all"}`),
        }))}
        onChange={(value) => setKind((value || undefined) as TimelineKind | undefined)}
      />
      {Boolean(error) && <Problem error={error} onRetry={retry} />}
      {isPending && <Spin className="block" />}
      {!isPending && !error && rows.length === 0 && <Empty description={t("profiles.nothingHappened")} />}
      <ol className="entries">
        {rows.map((entry) => (
          <Entry key={`${entry.id} ${entry.at} ${entry.kind}`} entry={entry} onMessage={setMessage} />
        ))}
      </ol>
      {hasMore && (
        <Button block loading={isLoadingMore} onClick={loadMore} data-testid="timeline-more">
          {t("people.more")}
        </Button>
      )}
      {message && <MessageDrawer id={message} onClose={() => setMessage(undefined)} />}
    </div>
  );
}

function Entry({ entry, onMessage }: { entry: TimelineEntry; onMessage: (id: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const isMessage = entry.kind === "message";
  return (
    <li data-testid={`entry-${entry.id}`} data-kind={entry.kind}>
      <button
        type="button"
        className="entry"
        aria-expanded={isMessage ? undefined : open}
        onClick={() => (isMessage ? onMessage(entry.id) : setOpen(!open))}
      >
        <Tag color={LOOK[entry.kind]}>{t(`profiles.kinds.${entry.kind}`, { defaultValue: entry.kind })}</Tag>
        <span>{useEntryText(entry)}</span>
        <time className="soft" dateTime={entry.at}>
          {format.second(entry.at)}
        </time>
      </button>
      {open && <Details entry={entry} />}
    </li>
  );
}

/** What an entry says in one line. */
function useEntryText({ kind, name, data }: TimelineEntry): string {
  const { t } = useTranslation();
  if (kind === "message") {
    const state = t(`messageState.${String(data.state)}`, { defaultValue: String(data.state) });
    const why = data.reason ? t(`stream.reason.${String(data.reason)}`, { defaultValue: String(data.reason) }) : "";
    return [t(`channel.${name}`, { defaultValue: name }), state, why].filter(Boolean).join(" · ");
  }
  if (kind === "journey") {
    const state = data.state ? t(`enrollment.state.${String(data.state)}`, { defaultValue: String(data.state) }) : "";
    return [name, data.entered ? t("profiles.entered") : "", state].filter(Boolean).join(" · ");
  }
  if (kind === "merge") return t(data.undone_at ? "profiles.mergeUndone" : "profiles.merged");
  return name;
}

function Details({ entry: { kind, data } }: { entry: TimelineEntry }) {
  const { t } = useTranslation();
  if (kind === "journey") {
    return (
      <p className="entry-data">
        <Link to={`?tab=journeys&run=${String(data.enrollment)}`}>{t("profiles.explain")}</Link>
        {" · "}
        <Link to={`/journeys/${String(data.journey)}?person=${String(data.enrollment)}`}>{t("profiles.onCanvas")}</Link>
      </p>
    );
  }
  // A region of its own for whoever reaches it by keyboard: a long line scrolls.
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by keyboard
    <pre className="entry-data" tabIndex={0}>
      {JSON.stringify(data, null, 2)}
    </pre>
  );
}
