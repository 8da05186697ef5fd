import { ThunderboltFilled } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Form, Input, InputNumber, Select, TimePicker } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { draftOfPlay, foldersQuery, type Play, type PlayParameter } from "@/api/listing";
import { useComplain } from "@/app/Problem";
import { useFormat } from "@/format/useFormat";
import { initialOf, parametersOf } from "./parameters";

type Fields = { name: string; folder?: string } & Record<string, unknown>;

/** Asks for the play's parameters and makes the draft; then opens it, with what is still missing. */
export function PlayForm({ play }: { play: Play }) {
  const { t } = useTranslation();
  const { zone } = useFormat();
  const { notification } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const complain = useComplain();
  const folders = useQuery(foldersQuery).data ?? [];
  const make = useMutation({
    mutationFn: ({ name, folder, ...given }: Fields) =>
      draftOfPlay(play.id, {
        name: name.trim() || undefined,
        folder: folder ?? null,
        parameters: parametersOf(play.parameters, given, zone),
      }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["journeys", "list"] });
      void queries.invalidateQueries({ queryKey: ["segments"] });
      if (made.unfilled.length > 0) {
        notification.warning({
          title: t("plays.madeWith", { count: made.unfilled.length }),
          description: made.unfilled.map((lack) => lack.message).join(" "),
          duration: 12,
        });
      }
      await navigate(`/journeys/${made.journey}`);
    },
    onError: complain,
  });
  return (
    <Form<Fields>
      form={form}
      className="play-form"
      layout="vertical"
      requiredMark={false}
      initialValues={{ name: play.name, ...initialOf(play.parameters, zone) }}
      onFinish={(fields) => make.mutate(fields)}
      data-testid="play-form"
    >
      <Form.Item name="name" label={t("plays.journeyName")}>
        <Input maxLength={100} data-testid="play-name" />
      </Form.Item>
      {play.parameters.map((parameter) => (
        <Form.Item
          key={parameter.key}
          name={parameter.key}
          label={parameter.label}
          rules={[{ required: true, message: t("plays.valueMissing") }]}
        >
          {inputOf(parameter, parameter.unit ? t(`plays.unit.${parameter.unit}`) : undefined)}
        </Form.Item>
      ))}
      {folders.length > 0 && (
        <Form.Item name="folder" label={t("listing.folder")}>
          <Select
            allowClear
            placeholder={t("listing.noFolder")}
            options={folders.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Form.Item>
      )}
      <Button
        block
        type="primary"
        size="large"
        htmlType="submit"
        icon={<ThunderboltFilled />}
        loading={make.isPending}
        data-testid="play-use"
      >
        {t("plays.use")}
      </Button>
    </Form>
  );
}

function inputOf({ key, kind, min, max, choices }: PlayParameter, unit?: string) {
  const testId = `play-parameter-${key}`;
  switch (kind) {
    case "number":
      return (
        <InputNumber
          className="wide"
          min={min ?? undefined}
          max={max ?? undefined}
          precision={0}
          suffix={unit}
          data-testid={testId}
        />
      );
    case "time":
      return <TimePicker className="wide" format="HH:mm" allowClear={false} needConfirm={false} data-testid={testId} />;
    case "instant":
      return <Input type="datetime-local" data-testid={testId} />;
    case "choice":
      return <Select data-testid={testId} options={choices} />;
    case "text":
      return <Input maxLength={max ?? undefined} data-testid={testId} />;
  }
}
