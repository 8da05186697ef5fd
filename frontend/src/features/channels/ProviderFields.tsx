import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, InputNumber, Select, Space, Switch } from "antd";
import { useTranslation } from "react-i18next";
import type { FormField } from "@/api/channels";
import { drawSecret } from "./accountForm";
import { useWords } from "./words";

interface Props {
  fields: readonly FormField[];
  /** The form's own name of the group: `settings` or `credentials`. */
  group: "settings" | "credentials";
}

/** The fields of a provider's own settings or secrets, as it describes them itself. */
export function ProviderFields({ fields, group }: Props) {
  return fields.map((field) => <ProviderField key={field.name} field={field} group={group} />);
}

function ProviderField({ field, group }: { field: FormField; group: Props["group"] }) {
  const { t } = useTranslation();
  const words = useWords();
  const label = words(field.title);
  const path = [group, field.name];
  if (field.kind === "windows") return <Windows path={path} label={label} hint={words(field.hint)} />;
  return (
    <Form.Item
      name={path}
      label={label}
      extra={words(field.hint) || undefined}
      valuePropName={field.kind === "switch" ? "checked" : "value"}
      rules={field.needed ? [{ required: true, message: t("channels.form.needed", { label }) }] : []}
    >
      {group === "credentials" ? <SecretInput field={field} /> : <Plain field={field} />}
    </Form.Item>
  );
}

interface Controlled {
  id?: string;
  value?: unknown;
  onChange?: (value: unknown) => void;
}

/** Ant Design's form gives `id`, `value` and `onChange`. */
function Plain({ field, id, value, onChange }: Controlled & { field: FormField }) {
  const words = useWords();
  const shared = { id, "data-testid": `setting-${field.name}` };
  if (field.kind === "switch") return <Switch {...shared} checked={Boolean(value)} onChange={onChange} />;
  if (field.kind === "number")
    return (
      <InputNumber
        {...shared}
        className="wide"
        value={value as number | undefined}
        placeholder={field.default === null ? undefined : String(field.default)}
        {...(field.least === null ? {} : { min: field.least })}
        {...(field.most === null ? {} : { max: field.most })}
        onChange={onChange}
      />
    );
  if (field.kind === "choice")
    return (
      <Select
        {...shared}
        allowClear={!field.needed}
        value={(value ?? field.default) as string}
        options={field.choices.map((choice) => ({ value: choice.value, label: words(choice.title) }))}
        onChange={onChange}
      />
    );
  if (field.kind === "texts")
    return (
      <Select
        {...shared}
        mode="tags"
        tokenSeparators={[",", "，", " "]}
        value={value as string[]}
        onChange={onChange}
      />
    );
  return (
    <Input
      {...shared}
      value={value as string | undefined}
      placeholder={field.default === null ? undefined : String(field.default)}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
}

function SecretInput({ field, id, value, onChange }: Controlled & { field: FormField }) {
  const { t } = useTranslation();
  const input = (
    <Input.Password
      id={id}
      value={value as string | undefined}
      maxLength={500}
      // Neither the browser's own passwords nor what it would remember of these.
      autoComplete="new-password"
      data-testid={`secret-${field.name}`}
      onChange={(event) => onChange?.(event.target.value)}
    />
  );
  if (!field.draw) return input;
  return (
    <Space.Compact block>
      {input}
      <Button onClick={() => onChange?.(drawSecret(field.draw))} data-testid={`draw-${field.name}`}>
        {t("channels.form.draw")}
      </Button>
    </Space.Compact>
  );
}

function Windows({ path, label, hint }: { path: string[]; label: string; hint: string }) {
  const { t } = useTranslation();
  const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
  return (
    <Form.Item label={label} extra={hint}>
      <Form.List name={path}>
        {(rows, { add, remove }) => (
          <Space orientation="vertical">
            {rows.map((row, index) => (
              <Space key={row.key} align="baseline">
                {[0, 1].map((side) => (
                  <Form.Item
                    key={side}
                    name={[row.name, side]}
                    noStyle
                    rules={[{ required: true, pattern: clock, message: t("channels.form.clock") }]}
                  >
                    <Input
                      className="channels-clock"
                      placeholder={side ? "21:00" : "08:00"}
                      aria-label={`${label} ${index + 1} ${t(side ? "channels.rules.to" : "channels.rules.from")}`}
                    />
                  </Form.Item>
                ))}
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("channels.remove")}
                  onClick={() => remove(row.name)}
                />
              </Space>
            ))}
            <Button icon={<PlusOutlined />} onClick={() => add(["09:00", "20:00"])}>
              {t("channels.form.addHours")}
            </Button>
          </Space>
        )}
      </Form.List>
    </Form.Item>
  );
}
