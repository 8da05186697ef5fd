import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Select, Space } from "antd";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { simulatedCallsQuery } from "@/api/queries";
import type { CallAct, SimulatedCall } from "@/api/types";
import { useComplain } from "@/app/Problem";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const INTENTS = ["A", "B", "C", "D", "E", "F"] as const;
const OTHER_ENDS = ["busy", "no_answer", "unreachable", "powered_off", "invalid", "suspended"] as const;

/** One call as the person called has it in hand: what is heard, and what can be done about it. */
export function CallScreen({ call }: { call: SimulatedCall }) {
  const { t } = useTranslation();
  const complain = useComplain();
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (body: Partial<CallAct> & Pick<CallAct, "act">) =>
      dataOf(
        api.POST("/api/v1/simulator/calls/{id}/acts/", {
          params: { path: { id: call.id } },
          body: { keys: "", intent: "", ...body },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: simulatedCallsQuery.queryKey }),
    onError: complain,
  });
  const robot = call.service !== "aliyun_tts";
  // An intent may also be corrected after the call, as an operator at the vendor's console does.
  const heard = call.state === "answered" || ["completed", "hung_up"].includes(call.ending);
  return (
    <section className="handset" aria-label={call.phone} data-testid="call-screen" data-state={call.state}>
      <header>{call.phone}</header>
      <div className="handset-body">
        <p className="call-state" data-testid="call-state">
          {call.ending ? t(`calls.ending.${call.ending}`) : t(`calls.state.${call.state}`)}
        </p>
        {heard && (
          <div className="bubble bubble-in">
            <small className="soft">{t("calls.hears")}</small>
            <p>{call.content}</p>
          </div>
        )}
        {call.keys && (
          <div className="bubble bubble-out">
            <p>
              {t("calls.keys")}: {call.keys}
            </p>
          </div>
        )}
        {call.state === "answered" && (
          <fieldset className="call-pad" aria-label={t("calls.press")}>
            {KEYS.map((key) => (
              <Button key={key} onClick={() => act.mutate({ act: "press", keys: key })} data-testid={`key-${key}`}>
                {key}
              </Button>
            ))}
          </fieldset>
        )}
        {robot && heard && (
          <Select
            value={call.intent || null}
            placeholder={t("calls.intent")}
            aria-label={t("calls.intent")}
            data-testid="call-intent"
            options={INTENTS.map((intent) => ({ value: intent, label: `${t("calls.intent")} ${intent}` }))}
            onChange={(intent) => act.mutate({ act: "intent", intent: intent as CallAct["intent"] })}
          />
        )}
      </div>
      <footer>
        {call.state === "ringing" && (
          <Space wrap>
            <Button type="primary" onClick={() => act.mutate({ act: "answer" })} data-testid="call-answer">
              {t("calls.answer")}
            </Button>
            <Button danger onClick={() => act.mutate({ act: "reject" })} data-testid="call-reject">
              {t("calls.reject")}
            </Button>
            <Select
              value={null}
              placeholder={t("calls.otherEnd")}
              aria-label={t("calls.otherEnd")}
              data-testid="call-other-end"
              options={OTHER_ENDS.map((end) => ({ value: end, label: t(`calls.ending.${end}`) }))}
              onChange={(end: CallAct["act"]) => act.mutate({ act: end })}
            />
          </Space>
        )}
        {call.state === "answered" && (
          <Space wrap>
            <Button danger type="primary" onClick={() => act.mutate({ act: "hang_up" })} data-testid="call-hang-up">
              {t("calls.hang_up")}
            </Button>
            {call.service === "robot_http" && (
              <Button
                disabled={call.opted_out}
                onClick={() => act.mutate({ act: "opt_out" })}
                data-testid="call-opt-out"
              >
                {t("calls.opt_out")}
              </Button>
            )}
          </Space>
        )}
      </footer>
    </section>
  );
}
