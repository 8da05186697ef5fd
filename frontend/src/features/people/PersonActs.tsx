import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import * as calls from "@/api/privacy";
import { Problem } from "@/app/Problem";
import { useSession } from "@/app/session";
import { Certificate } from "@/features/privacy/Certificate";
import { saveFile } from "@/features/privacy/PersonRights";
import { ReasonDialog } from "@/features/privacy/ReasonDialog";
import { shownValue } from "./values";
import "@/features/privacy/privacy.css";

type Act = "unmask" | "export" | "erase";

/** What is done for one person for a reason that is written down: seen in the clear, copied, erased. */
export function PersonActs({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { role } = useSession();
  const [act, setAct] = useState<Act>();
  const [clear, setClear] = useState<calls.ClearPerson>();
  const [certificate, setCertificate] = useState<calls.Erasure>();
  const doing = useMutation({
    mutationFn: async ({ what, reason }: { what: Act; reason: string }) => {
      if (what === "unmask") setClear(await calls.unmask(id, reason));
      else if (what === "export") saveFile(await calls.exportPerson(id, reason), `person-${id}.json`);
      else setCertificate(await calls.erase(id, reason));
    },
    onSettled: () => setAct(undefined),
  });
  if (role === "viewer") return null;
  return (
    <>
      <Button onClick={() => setAct("unmask")} data-testid="person-unmask">
        {t("privacy.unmask")}
      </Button>
      <Button onClick={() => setAct("export")} data-testid="person-export">
        {t("privacy.export")}
      </Button>
      {["owner", "admin"].includes(role) && (
        <Button danger onClick={() => setAct("erase")} data-testid="person-erase">
          {t("privacy.erase")}
        </Button>
      )}
      {doing.error && (
        <Modal open footer={null} onCancel={doing.reset} title={t("app.failed")}>
          <Problem error={doing.error} />
        </Modal>
      )}
      {act && (
        <ReasonDialog
          title={t(`privacy.${act}`)}
          warning={t(`privacy.${act}Warning`)}
          danger={act === "erase"}
          pending={doing.isPending}
          onReason={(reason) => doing.mutate({ what: act, reason })}
          onClose={() => setAct(undefined)}
        />
      )}
      {clear && (
        <Modal open footer={null} title={t("privacy.unmask")} onCancel={() => setClear(undefined)}>
          <dl className="privacy-facts" data-testid="person-clear">
            {[
              ...clear.identities.map(({ type, value }) => [type, value] as const),
              ...Object.entries(clear.attributes),
            ].map(([name, value]) => (
              <Clear key={`${name}:${String(value)}`} name={name} value={value} />
            ))}
          </dl>
        </Modal>
      )}
      {certificate && (
        <Modal
          open
          width={760}
          footer={null}
          title={t("privacy.certificate")}
          onCancel={() => navigate("/people", { replace: true })}
        >
          <Alert type="success" showIcon title={t("profiles.erased")} />
          <Certificate erasure={certificate} />
        </Modal>
      )}
    </>
  );
}

function Clear({ name, value }: { name: string; value: unknown }) {
  const { t } = useTranslation();
  return (
    <>
      <dt className="soft">{t(`imports.identity.${name}`, { defaultValue: name })}</dt>
      <dd>{shownValue(value)}</dd>
    </>
  );
}
