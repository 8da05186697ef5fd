import { PlusOutlined } from "@ant-design/icons";
import { Button, Tabs } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { mayWrite, useSession } from "@/app/session";
import { ComputedForm } from "./ComputedForm";
import { ComputedTable } from "./ComputedTable";
import { RfmGrids } from "./RfmGrid";
import { TagForm } from "./TagForm";
import { TagTable } from "./TagTable";
import "../review/review.css";
import "./tags.css";

/** What is known about people beyond what they say: tags, computed attributes, and the grid of RFM. */
export default function TagsPage() {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  const [tab, setTab] = useState("tags");
  const [making, setMaking] = useState(false);
  const close = () => setMaking(false);
  return (
    <main className="page" data-testid="tags-page">
      <header className="page-head">
        <h1>{t("app.tags")}</h1>
        {writes && tab !== "rfm" && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)} data-testid="new-definition">
            {t(tab === "tags" ? "tags.new" : "computed.new")}
          </Button>
        )}
      </header>
      <Tabs
        activeKey={tab}
        onChange={setTab}
        items={[
          { key: "tags", label: t("tags.tab"), children: <TagTable /> },
          { key: "computed", label: t("computed.tab"), children: <ComputedTable /> },
          { key: "rfm", label: t("computed.rfmTab"), children: <RfmGrids /> },
        ]}
      />
      {making && (tab === "tags" ? <TagForm onClose={close} /> : <ComputedForm onClose={close} />)}
    </main>
  );
}
