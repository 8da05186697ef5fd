import { Select } from "antd";
import { useTranslation } from "react-i18next";

const ZONES = Intl.supportedValuesOf("timeZone");

interface Props {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  inherit?: string;
  testId: string;
  /** Only zones of a place: what happens once for everybody has no zone of a person. */
  placed?: boolean;
}

/** An IANA zone or the person's own; left empty it is inherited, where that is offered. */
export function ZoneSelect({ value, onChange, inherit, testId, placed }: Props) {
  const { t } = useTranslation();
  return (
    <Select
      className="wide"
      showSearch
      allowClear={inherit !== undefined}
      placeholder={inherit}
      value={value}
      onChange={(zone: string | undefined) => onChange(zone)}
      aria-label={t("fields.timezone")}
      data-testid={testId}
      options={[
        ...(placed ? [] : [{ value: "profile", label: t("fields.profileZone") }]),
        ...ZONES.map((zone) => ({ value: zone, label: zone })),
      ]}
    />
  );
}
