import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { CHANNELS } from "@/api/privacy";
import { freeCapId, type RulesValues } from "./ownRules";
import { capText } from "./ruleWords";
import { channelName } from "./words";

const MOST_HOURS = 31 * 24;

/** Frequency caps over all journeys and channels, each in words. */
export function CapRows({ writes }: { writes: boolean }) {
  const { t } = useTranslation();
  const values = Form.useWatch<RulesValues["caps"]>("caps") ?? [];
  const needed = { required: true, message: t("channels.rules.number") };
  return (
    <section className="channels-card" aria-labelledby="own-caps">
      <h2 id="own-caps">{t("channels.rules.caps")}</h2>
      <p className="soft">{t("channels.rules.capsAbout")}</p>
      <Form.List name="caps">
        {(rows, { add, remove }) => (
          <>
            {rows.map((row, index) => (
              <fieldset key={row.key} className="channels-rule">
                <legend data-testid={`cap-${index}-words`}>{capText(t, values[row.name] ?? {}) || index + 1}</legend>
                <div className="channels-cap">
                  <Form.Item
                    name={[row.name, "id"]}
                    label={t("channels.rules.capId")}
                    rules={[{ required: true, pattern: /^[-a-z0-9_]{1,40}$/, message: t("channels.rules.badCapId") }]}
                  >
                    <Input maxLength={40} data-testid={`cap-${index}-id`} />
                  </Form.Item>
                  <Form.Item name={[row.name, "most"]} label={t("channels.rules.most")} rules={[needed]}>
                    <InputNumber min={0} max={10_000} precision={0} data-testid={`cap-${index}-most`} />
                  </Form.Item>
                  <Form.Item name={[row.name, "hours"]} label={t("channels.rules.within")} rules={[needed]}>
                    <InputNumber min={0.1} max={MOST_HOURS} data-testid={`cap-${index}-hours`} />
                  </Form.Item>
                  <Form.Item name={[row.name, "channels"]} label={t("channels.channel")}>
                    <Select
                      mode="multiple"
                      placeholder={t("channels.allChannels")}
                      options={CHANNELS.map((value) => ({ value, label: channelName(t, value) }))}
                    />
                  </Form.Item>
                  <Form.Item name={[row.name, "purposes"]} label={t("channels.templates.purpose")}>
                    <Select
                      mode="multiple"
                      placeholder={t("channels.rules.anyPurpose")}
                      options={["marketing", "service"].map((value) => ({
                        value,
                        label: t(`channels.purposes.${value}`),
                      }))}
                    />
                  </Form.Item>
                  <Form.Item name={[row.name, "tags"]} label={t("channels.templates.tags")}>
                    <Select mode="tags" tokenSeparators={[",", "，"]} />
                  </Form.Item>
                </div>
                {writes && (
                  <Button
                    size="small"
                    icon={<DeleteOutlined />}
                    onClick={() => remove(row.name)}
                    data-testid={`cap-${index}-remove`}
                  >
                    {t("channels.rules.removeCap")}
                  </Button>
                )}
              </fieldset>
            ))}
            {rows.length === 0 && <p>{t("channels.rules.noCaps")}</p>}
            {writes && (
              <Button
                icon={<PlusOutlined />}
                onClick={() =>
                  add({ id: freeCapId(values), most: 2, hours: 24, channels: [], purposes: ["marketing"], tags: [] })
                }
                data-testid="cap-add"
              >
                {t("channels.rules.addCap")}
              </Button>
            )}
          </>
        )}
      </Form.List>
    </section>
  );
}
