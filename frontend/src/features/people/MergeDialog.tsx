import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Checkbox, Input, List, Modal, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { mergeWith, peoplePage } from "@/api/people";
import { Problem } from "@/app/Problem";
import { nameOf } from "./PeoplePage";

const MOST = 10;

/** Says that this person and another are one: the other is searched for, and the page becomes that of who survives. */
export function MergeDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const [other, setOther] = useState<string>();
  const [force, setForce] = useState(false);
  const found = useQuery({
    queryKey: ["people", "merge", search],
    queryFn: () => peoplePage({ search }),
    enabled: search !== "",
  });
  const people = (found.data?.results ?? []).filter((person) => person.id !== id).slice(0, MOST);
  const merge = useMutation({
    mutationFn: (another: string) => mergeWith(id, another, "", force),
    onSuccess: async ({ survivor_id }) => {
      onClose();
      navigate(`/people/${survivor_id}?tab=merges`, { replace: true });
      await queries.invalidateQueries({ queryKey: ["person"] });
      await queries.invalidateQueries({ queryKey: ["identities"] });
    },
  });
  return (
    <Modal
      open
      title={t("profiles.merge")}
      okText={t("profiles.mergeSubmit")}
      okButtonProps={{ disabled: !other, "data-testid": "merge-submit" }}
      confirmLoading={merge.isPending}
      onOk={() => other && merge.mutate(other)}
      onCancel={onClose}
    >
      <Alert type="info" showIcon title={t("profiles.mergeHint")} />
      <Input.Search
        style={{ margin: "12px 0" }}
        placeholder={t("profiles.search")}
        aria-label={t("profiles.search")}
        loading={found.isFetching}
        data-testid="merge-search"
        onSearch={(text) => setSearch(text.trim())}
      />
      <Radio.Group value={other} onChange={({ target }) => setOther(target.value)} style={{ width: "100%" }}>
        {found.data && (
          <List
            size="small"
            dataSource={people}
            locale={{ emptyText: t("profiles.noneFound") }}
            renderItem={(person) => (
              <List.Item>
                <Radio value={person.id} data-testid={`merge-with-${person.id}`}>
                  {nameOf(person.attributes) || t("tasks.unnamed")}{" "}
                  <span className="soft">{Object.values(person.identities).slice(0, 2).join(" · ")}</span>
                </Radio>
              </List.Item>
            )}
          />
        )}
      </Radio.Group>
      <Checkbox checked={force} onChange={({ target }) => setForce(target.checked)}>
        {t("profiles.force")}
      </Checkbox>
      {Boolean(found.error ?? merge.error) && <Problem error={found.error ?? merge.error} />}
    </Modal>
  );
}
