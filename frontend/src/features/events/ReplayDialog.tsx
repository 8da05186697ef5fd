import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { replay, type Which } from "@/api/events";
import type { JsonObject } from "@/api/types";
import { useComplain } from "@/app/Problem";

interface Props {
  which: Which;
  onClose: () => void;
}

/** Sends items again, after putting them right where that is asked for. */
export function ReplayDialog({ which, onClose }: Props) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const complain = useComplain();
  const [text, setText] = useState("");
  const patch = text.trim() ? objectIn(text) : {};
  const send = useMutation({
    mutationFn: (fields: JsonObject) => replay(which, Object.keys(fields).length > 0 ? fields : undefined),
    onSuccess: ({ taken, duplicates, failed }) => {
      message.info(t("events.replayed", { taken, duplicates, failed }));
      onClose();
      return queries.invalidateQueries({ queryKey: ["rejected"] });
    },
    onError: complain,
  });
  return (
    <Modal
      open
      title={t(which.code ? "events.replayAll" : "events.replay")}
      okText={t("events.replay")}
      okButtonProps={{ disabled: !patch, loading: send.isPending, "data-testid": "replay-submit" }}
      onOk={() => patch && send.mutate(patch)}
      onCancel={onClose}
    >
      <Form layout="vertical">
        <Form.Item
          label={t("events.patch")}
          extra={t("events.patchHint")}
          {...(patch ? {} : { validateStatus: "error" as const, help: t("events.patchWrong") })}
        >
          <Input.TextArea
            autoSize={{ minRows: 3 }}
            value={text}
            aria-label={t("events.patch")}
            data-testid="replay-patch"
            onChange={({ target }) => setText(target.value)}
          />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** The object that a text writes as JSON, or nothing. */
function objectIn(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
