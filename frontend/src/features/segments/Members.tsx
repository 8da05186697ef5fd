import { DatePicker, Drawer } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Person } from "@/api/people";
import { membersPage } from "@/api/segments";
import { usePeopleColumns } from "@/features/people/PeoplePage";
import { LongTable } from "@/lists/LongTable";
import { usePages } from "@/lists/usePages";
import { SegmentExport } from "./SegmentExport";

interface Props {
  id: string;
  name: string;
  onClose: () => void;
}

/** Everybody who is in the saved segment now, or was at an instant. */
export function Members({ id, name, onClose }: Props) {
  const { t } = useTranslation();
  const [at, setAt] = useState<string>();
  const pages = usePages(["segments", id, "members", at ?? ""], (cursor) => membersPage(id, cursor, at));
  const columns = usePeopleColumns("member-");
  return (
    <Drawer open size="large" title={t("segment.membersOf", { name })} onClose={onClose} data-testid="members">
      <div className="filters">
        <DatePicker
          showTime
          className="segment-at"
          placeholder={t("segment.membersAt")}
          aria-label={t("segment.membersAt")}
          onChange={(chosen) => setAt(chosen?.toISOString())}
          data-testid="members-at"
        />
        <SegmentExport id={id} />
      </div>
      <LongTable<Person>
        pages={pages}
        columns={columns}
        label={t("segment.members")}
        empty={t("segment.nobody")}
        testId="members-table"
      />
    </Drawer>
  );
}
