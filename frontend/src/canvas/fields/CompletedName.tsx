import { useQuery } from "@tanstack/react-query";
import { AutoComplete, Input } from "antd";
import { attributeNamesQuery } from "@/api/canvas";
import { tagsQuery } from "@/api/computed";

interface Props {
  value: string | undefined;
  onChange: (value: string) => void;
  label: string;
  testId: string;
  placeholder?: string;
}

interface Offered {
  name: string;
  about?: string | undefined;
}

function Completed({ value = "", onChange, label, testId, placeholder, offered }: Props & { offered: Offered[] }) {
  const options = offered
    .filter(({ name, about }) => name !== value && `${name} ${about ?? ""}`.includes(value))
    .map(({ name, about }) => ({
      value: name,
      label: (
        <>
          {name} {about && about !== name && <span className="soft">{about}</span>}
        </>
      ),
    }));
  return (
    <AutoComplete className="grow" value={value} options={options} onChange={(next: string) => onChange(next ?? "")}>
      <Input placeholder={placeholder ?? label} aria-label={label} data-testid={testId} />
    </AutoComplete>
  );
}

/** An attribute of people, completed from those that they have. */
export function AttributeName(props: Props) {
  const { data } = useQuery(attributeNamesQuery);
  return <Completed {...props} offered={data?.results ?? []} />;
}

/** A tag, completed from those that are defined. */
export function TagName(props: Props) {
  const { data } = useQuery(tagsQuery);
  return <Completed {...props} offered={(data?.results ?? []).map(({ key, name }) => ({ name: key, about: name }))} />;
}
