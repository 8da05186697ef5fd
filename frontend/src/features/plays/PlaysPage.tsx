import { SearchOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Card, Empty, Input, Segmented, Spin, Tag } from "antd";
import { useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { type Category, type PlayRow, playsQuery } from "@/api/listing";
import { Problem } from "@/app/Problem";
import { CATEGORIES, matching } from "./categories";
import "./plays.css";

/** The gallery: journeys that are known to work, each one click from a draft. */
export default function PlaysPage() {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [category, setCategory] = useState<Category | "own" | "all">("all");
  const { data, error, isPending, refetch } = useQuery(playsQuery());
  const shown = matching(data ?? [], useDeferredValue(search), category);
  return (
    <main className="page page-wide" data-testid="plays-page">
      <header className="page-head">
        <h1>{t("plays.title")}</h1>
        <Input
          className="page-search"
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("plays.search")}
          aria-label={t("plays.search")}
          data-testid="plays-search"
          onChange={(event) => setSearch(event.target.value)}
        />
      </header>
      <p className="soft plays-about">{t("plays.about")}</p>
      <Segmented
        className="plays-categories"
        value={category}
        aria-label={t("plays.categoryTitle")}
        data-testid="plays-category"
        options={[
          { value: "all" as const, label: t("plays.category.all") },
          ...CATEGORIES.map((value) => ({ value, label: t(`plays.category.${value}`) })),
          { value: "own" as const, label: t("plays.category.own") },
        ]}
        onChange={setCategory}
      />
      {error && <Problem error={error} onRetry={refetch} />}
      {isPending && !error && (
        <div className="centred">
          <Spin />
        </div>
      )}
      {data && shown.length === 0 && (
        <Empty description={t(category === "own" && !search ? "plays.noneOwn" : "plays.noneFound")} />
      )}
      <div className="plays">
        {shown.map((play) => (
          <PlayCard key={play.id} play={play} />
        ))}
      </div>
    </main>
  );
}

function PlayCard({ play }: { play: PlayRow }) {
  const { t } = useTranslation();
  return (
    <Link to={`/plays/${play.id}`} className="play-link" data-testid={`play-${play.id}`}>
      <Card size="small" hoverable className="play">
        <h2>{play.name}</h2>
        <p>{play.summary}</p>
        {play.figure && (
          <p className="play-figure">
            {t("plays.figure")} <b>{play.figure}</b>
          </p>
        )}
        <div className="play-tags">
          <Tag color={play.own ? "warning" : "processing"}>
            {play.own ? t("plays.own") : t(`plays.category.${play.category}`)}
          </Tag>
          {play.channels.map((channel) => (
            <Tag key={channel}>{t(`channel.${channel}`, { defaultValue: channel })}</Tag>
          ))}
          <span className="soft">{t("plays.steps", { count: play.steps })}</span>
        </div>
      </Card>
    </Link>
  );
}
