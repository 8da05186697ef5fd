import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, InputNumber, Slider, Spin, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, dataOf } from "@/api/client";
import { faultsQuery, NO_FAULTS } from "@/api/queries";
import type { Faults } from "@/api/types";
import { Problem, useComplain } from "@/app/Problem";

const RATES = [
  "http_500_rate",
  "http_503_rate",
  "timeout_after_accept_rate",
  "throttle_rate",
  "duplicate_callback_rate",
  "fail_delivery_rate",
  "partial_failure_rate",
  "corrected_receipt_rate",
] as const;
const DELAYS = ["latency_ms", "late_callback_ms"] as const;
/** How badly the simulated provider behaves; a change acts at once. */
export function FaultSwitches() {
  const { t } = useTranslation();
  const complain = useComplain();
  const queries = useQueryClient();
  const { data, error, isPending, refetch } = useQuery(faultsQuery);
  const save = useMutation({
    mutationFn: async (body: Faults): Promise<Faults> => ({
      ...NO_FAULTS,
      ...(await dataOf(api.PUT("/api/v1/simulator/faults/", { body }))),
    }),
    onMutate: (faults) => queries.setQueryData(faultsQuery.queryKey, faults),
    onSuccess: (faults) => queries.setQueryData(faultsQuery.queryKey, faults),
    onError: (problem) => {
      complain(problem);
      return refetch();
    },
  });
  const put = (part: Partial<Faults>) => data && save.mutate({ ...data, ...part });
  return (
    <section className="panel faults" aria-label={t("phone.faults")}>
      <h2>{t("phone.faults")}</h2>
      <p className="soft">{t("phone.faultsHint")}</p>
      {isPending && <Spin />}
      {error && <Problem error={error} onRetry={refetch} />}
      {data && (
        <>
          {RATES.map((key) => (
            <div key={key} className="fault">
              <span>{t(`phone.fault.${key}`)}</span>
              <b>{Math.round(data[key] * 100)}%</b>
              <Slider
                min={0}
                max={100}
                step={5}
                ariaLabelForHandle={t(`phone.fault.${key}`)}
                data-testid={`fault-${key}`}
                tooltip={{ open: false }}
                value={Math.round(data[key] * 100)}
                onChange={(percent) => queries.setQueryData(faultsQuery.queryKey, { ...data, [key]: percent / 100 })}
                onChangeComplete={(percent) => put({ [key]: percent / 100 })}
              />
            </div>
          ))}
          {DELAYS.map((key) => (
            <div key={key} className="fault fault-row">
              <span>{t(`phone.fault.${key}`)}</span>
              <InputNumber
                min={0}
                max={600_000}
                step={100}
                precision={0}
                suffix="ms"
                value={data[key]}
                aria-label={t(`phone.fault.${key}`)}
                data-testid={`fault-${key}`}
                changeOnWheel={false}
                onBlur={(event) => {
                  const value = Number(event.target.value.replace(/[^\d]/g, ""));
                  if (value !== data[key]) put({ [key]: value });
                }}
                onPressEnter={(event) => event.currentTarget.blur()}
              />
            </div>
          ))}
          <div className="fault fault-row">
            <span>{t("phone.fault.reorder_callbacks")}</span>
            <Switch
              checked={data.reorder_callbacks}
              aria-label={t("phone.fault.reorder_callbacks")}
              data-testid="fault-reorder_callbacks"
              onChange={(reorder) => put({ reorder_callbacks: reorder })}
            />
          </div>
          <Button block onClick={() => save.mutate(NO_FAULTS)} data-testid="faults-reset">
            {t("phone.faultsReset")}
          </Button>
        </>
      )}
    </section>
  );
}
