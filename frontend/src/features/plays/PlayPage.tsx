import { ArrowLeftOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ReactFlowProvider } from "@xyflow/react";
import { Alert, App, Button, Spin, Tag } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { deletePlay, type Play, playQuery } from "@/api/listing";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { Evidence } from "./Evidence";
import { PlayForm } from "./PlayForm";
import { SaveAsPlay } from "./SaveAsPlay";
import "./plays.css";

// The canvas is a chunk of its own, which the gallery does without.
const PlayPreview = lazy(() => import("./PlayPreview"));

export default function PlayPage() {
  const { id = "" } = useParams();
  const { data, error, isLoadingError, isPending, refetch } = useQuery(playQuery(id));
  if (isLoadingError) return <Problem error={error} onRetry={refetch} />;
  if (isPending) return <Waiting />;
  return <Shown play={data} />;
}

function Waiting() {
  return (
    <div className="centred">
      <Spin />
    </div>
  );
}

function Shown({ play }: { play: Play }) {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  return (
    <main className="page page-wide" data-testid="play-page">
      <header className="page-head">
        <h1>
          <Link to="/plays" aria-label={t("plays.back")} data-testid="plays-back">
            <ArrowLeftOutlined />
          </Link>
          {play.name}
          <Tag color={play.own ? "warning" : "processing"}>
            {play.own ? t("plays.own") : t(`plays.category.${play.category}`)}
          </Tag>
        </h1>
        {play.own && writes && <OwnActs play={play} />}
      </header>
      <p className="plays-about">{play.summary}</p>
      <div className="play-body">
        <Suspense fallback={<Waiting />}>
          <ReactFlowProvider>
            <PlayPreview play={play} />
          </ReactFlowProvider>
        </Suspense>
        <aside className="play-side">
          {writes && <PlayForm key={play.id} play={play} />}
          {play.evidence && <Evidence evidence={play.evidence} />}
          <Needs play={play} />
        </aside>
      </div>
    </main>
  );
}

function OwnActs({ play }: { play: Play }) {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const complain = useComplain();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  const remove = () =>
    modal.confirm({
      title: t("plays.remove", { name: play.name }),
      content: t("plays.removeHint"),
      okText: t("listing.act.delete"),
      okButtonProps: { danger: true, "data-testid": "confirm-play-remove" },
      onOk: async () => {
        try {
          await deletePlay(play.id);
          await navigate("/plays");
          await queries.invalidateQueries({ queryKey: ["plays"] });
        } catch (failed) {
          complain(failed);
        }
      },
    });
  return (
    <>
      <Button onClick={() => setEditing(true)} data-testid="play-edit">
        {t("plays.edit")}
      </Button>
      <Button danger onClick={remove} data-testid="play-remove">
        {t("listing.act.delete")}
      </Button>
      {editing && <SaveAsPlay play={play} onClose={() => setEditing(false)} />}
    </>
  );
}

/** What has to be there for the play to work, and what of it a draft would lack. */
function Needs({ play }: { play: Play }) {
  const { t } = useTranslation();
  return (
    <section className="play-needs">
      <h2>{t("plays.needs")}</h2>
      <dl>
        {play.figure && <Need name={t("plays.figure")} values={[play.figure]} />}
        <Need
          name={t("plays.channels")}
          values={play.channels.map((channel) => t(`channel.${channel}`, { defaultValue: channel }))}
        />
        <Need name={t("plays.events")} values={play.events} />
        <Need name={t("plays.attributes")} values={play.attributes} />
      </dl>
      {play.unfilled.length > 0 ? (
        <Alert
          type="warning"
          showIcon
          title={t("plays.unfilled")}
          data-testid="play-unfilled"
          description={
            <ul className="play-lacks">
              {play.unfilled.map((lack) => (
                <li key={`${lack.node} ${lack.code}`}>{lack.message}</li>
              ))}
            </ul>
          }
        />
      ) : (
        <Alert type="success" showIcon title={t("plays.filled")} data-testid="play-filled" />
      )}
    </section>
  );
}

function Need({ name, values }: { name: string; values: readonly string[] }) {
  if (values.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {values.map((value) => (
          <Tag key={value}>{value}</Tag>
        ))}
      </dd>
    </>
  );
}
