import { AppstoreOutlined, PlusOutlined, SearchOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Empty, Input, Select, Table } from "antd";
import { Suspense, useDeferredValue, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { listedQuery, type Place } from "@/api/listing";
import type { JourneyRow, JourneyState } from "@/api/types";
import { later } from "@/app/later";
import { Problem } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { FirstTour } from "@/app/tour/FirstTour";
import { BulkBar } from "./BulkBar";
import { Folders } from "./Folders";
import { useColumns } from "./useColumns";
import "./journeys.css";

const NewJourney = later(() => import("./NewJourney"));
const STATES: JourneyState[] = ["draft", "live", "paused", "stopped", "archived"];

export default function JourneysPage() {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  const [place, setPlace] = useState<Place>("all");
  const [state, setState] = useState<JourneyState>();
  const [search, setSearch] = useState("");
  const [creating, setCreating] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const { data, error, isLoadingError, isPending, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } =
    useInfiniteQuery(listedQuery(place, state, useDeferredValue(search.trim())));
  const rows = data?.pages.flatMap((page) => page.results);
  const columns = useColumns(writes);
  const filtered = Boolean(state || search || place !== "all");
  const create = writes && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)} data-testid="new-journey">
      {t("journeys.new")}
    </Button>
  );
  // What is no longer shown is no longer chosen: nobody acts upon journeys that they do not see.
  const shown = chosen.filter((id) => rows?.some((row) => row.id === id));
  return (
    <main className="page page-wide">
      <header className="page-head">
        <h1>{t("app.journeys")}</h1>
        <Input
          className="page-search"
          allowClear
          prefix={<SearchOutlined />}
          placeholder={t("journeys.search")}
          aria-label={t("journeys.search")}
          data-testid="journeys-search"
          onChange={(event) => setSearch(event.target.value)}
        />
        <Select
          className="page-filter"
          allowClear
          placeholder={t("journeys.anyState")}
          aria-label={t("journeys.stateTitle")}
          data-testid="journeys-state"
          value={state}
          onChange={setState}
          options={STATES.map((value) => ({ value, label: t(`journeys.state.${value}`) }))}
        />
        <Link to="/plays" data-testid="to-plays">
          <Button icon={<AppstoreOutlined />} tabIndex={-1}>
            {t("plays.fromPlay")}
          </Button>
        </Link>
        {create}
      </header>
      <div className="journeys">
        <Folders place={place} writes={writes} onChoose={setPlace} />
        <section className="journeys-list">
          {shown.length > 0 && <BulkBar chosen={shown} onDone={() => setChosen([])} />}
          {error && <Problem error={error} onRetry={refetch} />}
          {!isLoadingError && (
            <Table<JourneyRow>
              className="sheet"
              rowKey="id"
              loading={isPending}
              dataSource={rows}
              columns={columns}
              pagination={false}
              rowSelection={
                writes
                  ? {
                      selectedRowKeys: shown,
                      onChange: (keys) => setChosen(keys.map(String)),
                      getTitleCheckboxProps: () => ({ "aria-label": t("listing.chooseAll") }),
                      getCheckboxProps: (row) => ({
                        "aria-label": t("listing.choose", { name: row.name }),
                        "data-testid": `choose-${row.id}`,
                      }),
                    }
                  : undefined
              }
              locale={{
                // Nothing is said to be missing before it is known.
                emptyText: !rows ? (
                  " "
                ) : (
                  <Empty description={t(filtered ? "journeys.noneFound" : "journeys.none")}>
                    {!filtered && create}
                  </Empty>
                ),
              }}
              data-testid="journeys-table"
            />
          )}
          {hasNextPage && (
            <Button
              block
              type="text"
              loading={isFetchingNextPage}
              onClick={() => fetchNextPage()}
              data-testid="journeys-more"
            >
              {t("listing.loadMore")}
            </Button>
          )}
        </section>
      </div>
      {rows && <FirstTour name="journeys" />}
      <Suspense>{creating && <NewJourney onClose={() => setCreating(false)} />}</Suspense>
    </main>
  );
}
