import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { CHANNELS } from "@/api/privacy";
import type { RulesValues } from "./ownRules";
import { hoursText } from "./ruleWords";
import { channelName } from "./words";

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The workspace's own narrower hours for marketing, each in words. */
export function HoursRows({ writes }: { writes: boolean }) {
  const { t } = useTranslation();
  const values = Form.useWatch<RulesValues["hours"]>("hours") ?? [];
  const clock = { required: true, pattern: CLOCK, message: t("channels.form.clock") };
  return (
    <section className="channels-card" aria-labelledby="own-hours">
      <h2 id="own-hours">{t("channels.rules.hours")}</h2>
      <p className="soft">{t("channels.rules.hoursAbout")}</p>
      <Form.List name="hours">
        {(rows, { add, remove }) => (
          <>
            {rows.map((row, index) => (
              <div key={row.key} className="channels-rule">
                <Space wrap align="baseline">
                  <Form.Item name={[row.name, "channel"]} noStyle>
                    <Select
                      className="page-search"
                      aria-label={t("channels.channel")}
                      data-testid={`hours-${index}-channel`}
                      options={["", ...CHANNELS].map((value) => ({
                        value,
                        label: value ? channelName(t, value) : t("channels.allChannels"),
                      }))}
                    />
                  </Form.Item>
                  <Form.Item name={[row.name, "from"]} rules={[clock]} noStyle>
                    <Input
                      className="channels-clock"
                      aria-label={t("channels.rules.from")}
                      data-testid={`hours-${index}-from`}
                    />
                  </Form.Item>
                  –
                  <Form.Item
                    name={[row.name, "to"]}
                    noStyle
                    rules={[
                      clock,
                      ({ getFieldValue }) => ({
                        validator: (_, to: string) =>
                          to > getFieldValue(["hours", row.name, "from"])
                            ? Promise.resolve()
                            : Promise.reject(new Error(t("channels.rules.sameDay"))),
                      }),
                    ]}
                  >
                    <Input
                      className="channels-clock"
                      aria-label={t("channels.rules.to")}
                      data-testid={`hours-${index}-to`}
                    />
                  </Form.Item>
                  {writes && (
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      aria-label={`${t("channels.remove")} ${index + 1}`}
                      onClick={() => remove(row.name)}
                    />
                  )}
                </Space>
                <p className="channels-words">{hoursText(t, values[row.name] ?? {})}</p>
              </div>
            ))}
            {rows.length === 0 && <p>{t("channels.rules.noHours")}</p>}
            {writes && (
              <Button
                icon={<PlusOutlined />}
                onClick={() => add({ channel: "", from: "10:00", to: "20:00" })}
                data-testid="hours-add"
              >
                {t("channels.rules.addHours")}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </section>
  );
}
