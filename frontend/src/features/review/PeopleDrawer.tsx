import { Badge, Drawer } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ReviewFilters } from "@/api/review";
import { type Behind, behindPage } from "@/api/reviewPaths";
import type { Enrollment } from "@/api/types";
import { PERSON_LOOK } from "@/features/canvas/PeoplePanel";
import { useFormat } from "@/format/useFormat";
import { type LongColumn, LongTable } from "@/lists/LongTable";
import { usePages } from "@/lists/usePages";

interface Props {
  journeyId: string;
  filters: ReviewFilters;
  behind: Behind;
  title: string;
  /** What a node is called. */
  nameOf: (node: string) => string;
  onClose: () => void;
}

/** As wide as the columns. */
const WIDTH = 900;
/** Pixels of the rows, and what stands around them in the drawer. */
const LEAST = 240;
const AROUND = 190;

/** Everybody whom a number counts, by their runs: each leads to the person, and to why they came where they are. */
export function PeopleDrawer({ journeyId, filters, behind, title, nameOf, onClose }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const pages = usePages(["review", journeyId, "people", filters, behind], (cursor) =>
    behindPage(journeyId, filters, behind, cursor),
  );
  const columns = useMemo(
    (): LongColumn<Enrollment>[] => [
      {
        title: t("profiles.name"),
        key: "name",
        width: 200,
        render: (_, run) => (
          <Link
            className="one-line"
            to={`/people/${run.profile_id}?tab=journeys&run=${run.id}`}
            data-testid={`behind-${run.id}`}
          >
            <b>{run.profile_name || run.profile_phone || t("tasks.unnamed")}</b>
          </Link>
        ),
      },
      { title: t("imports.identity.phone"), key: "phone", width: 150, render: (_, run) => run.profile_phone },
      {
        title: t("journeys.stateTitle"),
        key: "state",
        width: 130,
        render: (_, { state }) => <Badge status={PERSON_LOOK[state]} text={t(`enrollment.state.${state}`)} />,
      },
      { title: t("review.node"), key: "node", width: 180, render: (_, { node }) => nameOf(node) },
      {
        title: t("review.came"),
        key: "came",
        width: 180,
        render: (_, { enrolled_at, version }) => (
          <>
            {format.time(enrolled_at)} <span className="soft">v{version}</span>
          </>
        ),
      },
    ],
    [t, format, nameOf],
  );
  return (
    <Drawer open size={WIDTH} title={t("review.behind", { title })} onClose={onClose} data-testid="review-people">
      <LongTable<Enrollment>
        pages={pages}
        columns={columns}
        label={title}
        empty={t("review.nobody")}
        testId="review-people-table"
        height={Math.max(LEAST, window.innerHeight - AROUND)}
      />
    </Drawer>
  );
}
