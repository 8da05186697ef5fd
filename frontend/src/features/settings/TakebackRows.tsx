import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { EventName } from "@/canvas/fields/EventName";

const MOST_EVENTS = 10;

interface EventProps {
  value?: string;
  onChange?: (value: string) => void;
  testId: string;
}

/** What the form gives a field, as the field of event names wants it. */
function Event({ value, onChange, testId }: EventProps) {
  return <EventName value={value} testId={testId} onChange={(event) => onChange?.(event)} />;
}

/** Events that take an order back, each with the property that says how much of it. */
export function TakebackRows({ name, writes }: { name: "refunds" | "cancellations"; writes: boolean }) {
  const { t } = useTranslation();
  return (
    <fieldset className="counting-rows" data-testid={`counting-${name}`}>
      <legend>{t(`counting.${name}`)}</legend>
      <p className="soft">{t(`counting.${name}Hint`)}</p>
      <Form.List name={name}>
        {(rows, { add, remove }) => (
          <>
            {rows.map((row, index) => (
              <div key={row.key} className="counting-row">
                <Form.Item
                  name={[row.name, "event"]}
                  rules={[{ required: true, whitespace: true, message: t("faults.required") }]}
                >
                  <Event testId={`counting-${name}-${index}-event`} />
                </Form.Item>
                <Form.Item name={[row.name, "value"]}>
                  <Input
                    maxLength={200}
                    placeholder={t("counting.wholeOrder")}
                    aria-label={t("counting.takenValue")}
                    data-testid={`counting-${name}-${index}-value`}
                  />
                </Form.Item>
                {writes && (
                  <Button
                    type="text"
                    icon={<DeleteOutlined />}
                    aria-label={t("fields.remove")}
                    onClick={() => remove(row.name)}
                    data-testid={`counting-${name}-${index}-remove`}
                  />
                )}
              </div>
            ))}
            {rows.length === 0 && <p>{t("counting.noEvents")}</p>}
            {writes && rows.length < MOST_EVENTS && (
              <Button
                type="dashed"
                size="small"
                icon={<PlusOutlined />}
                onClick={() => add({ event: "", value: "" })}
                data-testid={`counting-${name}-add`}
              >
                {t("settings.addExitEvent")}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </fieldset>
  );
}
