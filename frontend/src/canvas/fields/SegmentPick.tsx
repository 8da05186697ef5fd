import { useQuery } from "@tanstack/react-query";
import { Empty, Select } from "antd";
import { useTranslation } from "react-i18next";
import { segmentsQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";

export interface PickProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  testId: string;
  allowClear?: boolean;
  placeholder?: string;
}

/** One of the saved segments. */
export function SegmentPick({ value, onChange, testId, allowClear, placeholder }: PickProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useQuery(segmentsQuery);
  const rows = data?.results ?? [];
  const unknown = value && data && !rows.some((row) => row.id === value) ? [{ value, label: value }] : [];
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
        onChange={onChange}
      />
    </>
  );
}
