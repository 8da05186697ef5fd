import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import { useTranslation } from "react-i18next";
import { propertiesQuery } from "@/api/events";

interface Props {
  /** The event whose properties are offered; none are for a name that never came. */
  event?: string | undefined;
  value: string;
  onChange: (value: string) => void;
  testId: string;
}

/** The dotted path of an event's property, completed from those that were seen. */
export function PropertyName({ event = "", value, onChange, testId }: Props) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(propertiesQuery(event));
  const options = data
    .filter(({ path }) => path !== value && path.includes(value))
    .map(({ path, description, examples }) => ({
      value: path,
      label: (
        <>
          {path} <span className="soft">{description || examples.slice(0, 2).join(", ")}</span>
        </>
      ),
    }));
  return (
    <AutoComplete className="grow" value={value} options={options} onChange={(next: string) => onChange(next ?? "")}>
      <Input placeholder={t("fields.property")} aria-label={t("fields.property")} data-testid={testId} />
    </AutoComplete>
  );
}
