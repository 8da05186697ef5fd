import { useQuery } from "@tanstack/react-query";
import { Button, Empty, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { NewSegment } from "./NewSegment";

interface Props {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  testId: string;
  allowClear?: boolean;
  placeholder?: string;
}

/** One of the saved segments, or a new one. */
export function SegmentSelect({ value, onChange, testId, allowClear, placeholder }: Props) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(segmentsQuery);
  const [creating, setCreating] = useState(false);
  const rows = data?.results ?? [];
  const unknown = value && !rows.some((row) => row.id === value) ? [{ value, label: value }] : [];
  return (
    <>
      {error && <Problem error={error} onRetry={refetch} />}
      <Select
        className="wide"
        showSearch={{ optionFilterProp: "label" }}
        allowClear={allowClear}
        loading={isPending}
        value={value || undefined}
        placeholder={placeholder ?? t("fields.chooseSegment")}
        aria-label={t("fields.segment")}
        data-testid={testId}
        notFoundContent={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("fields.noSegments")} />}
        options={[...rows.map((row) => ({ value: row.id, label: row.name })), ...unknown]}
        onChange={(id: string | undefined) => onChange(id)}
      />
      <div>
        <Button type="link" size="small" onClick={() => setCreating(true)} data-testid={`${testId}-new`}>
          {t("segment.new")}
        </Button>
      </div>
      {creating && (
        <NewSegment
          onClose={() => setCreating(false)}
          onCreated={(id) => {
            onChange(id);
            setCreating(false);
          }}
        />
      )}
    </>
  );
}
