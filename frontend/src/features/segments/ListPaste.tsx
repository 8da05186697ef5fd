import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Select, Space } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { changeList, segmentQuery } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { MOST_PASTED, pastedPeople } from "./pasted";

const TYPES = ["phone", "email", "member_id"] as const;

/** Who is put into a list, or taken out of it: pasted, and those who are not known are left to be put right. */
export function ListPaste({ id }: { id: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [type, setType] = useState<string>(TYPES[0]);
  const people = pastedPeople(text, type);
  const change = useMutation({
    mutationFn: (part: "add" | "remove") => changeList(id, { [part]: people }),
    onSuccess: async (answer) => {
      const unknown = answer.unknown.map((place) => people[place]).filter((one) => one !== undefined);
      setText(unknown.map((one) => ("id" in one ? one.id : Object.values(one.identities)[0])).join("\n"));
      await queries.invalidateQueries({ queryKey: segmentQuery(id).queryKey });
      message.success(t("segment.listChanged", { ...answer, unknown: unknown.length }));
    },
  });
  const disabled = people.length === 0 || people.length > MOST_PASTED;
  return (
    <Space direction="vertical" className="segment-paste">
      <Space>
        <Select
          value={type}
          aria-label={t("segment.pastedAs")}
          options={TYPES.map((value) => ({ value, label: t(`segment.pasted.${value}`) }))}
          onChange={setType}
        />
        <span className="soft">{t("segment.pastedCount", { count: people.length, most: MOST_PASTED })}</span>
      </Space>
      <Input.TextArea
        autoSize={{ minRows: 4, maxRows: 12 }}
        value={text}
        placeholder={t("segment.pasteHint")}
        aria-label={t("segment.paste")}
        data-testid="segment-paste"
        onChange={({ target }) => setText(target.value)}
      />
      <Space>
        <Button
          disabled={disabled}
          loading={change.isPending}
          onClick={() => change.mutate("add")}
          data-testid="list-add"
        >
          {t("segment.listAdd")}
        </Button>
        <Button
          disabled={disabled}
          loading={change.isPending}
          onClick={() => change.mutate("remove")}
          data-testid="list-remove"
        >
          {t("segment.listRemove")}
        </Button>
      </Space>
      {change.error && <Problem error={change.error} />}
    </Space>
  );
}
