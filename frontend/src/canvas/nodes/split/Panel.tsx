import { ArrowDownOutlined, ArrowUpOutlined } from "@ant-design/icons";
import { Button, Input } from "antd";
import { useTranslation } from "react-i18next";
import { nextId } from "../../core/ids";
import { newRule } from "../../core/rules";
import { AddItem, ItemCard } from "../../fields/ItemCard";
import { RuleBuilder } from "../../fields/RuleBuilder";
import { RuleCount } from "../../fields/RuleCount";
import type { PanelProps } from "../kind";
import type { Branch, SplitConfig } from "./definition";

export function Panel({ config, onChange }: PanelProps<SplitConfig>) {
  const { t } = useTranslation();
  const branches = config.branches ?? [];
  const put = (next: Branch[]) => onChange({ ...config, branches: next });
  const swap = (index: number, other: number) => {
    const [a, b] = [branches[index], branches[other]];
    if (a && b) put(branches.with(index, b).with(other, a));
  };
  const add = () => {
    const taken = branches.map((branch) => branch.id);
    put([...branches, { id: nextId("b", taken), name: "", rule: newRule("attribute") }]);
  };
  return (
    <>
      <p className="field-hint">{t("node.split.hint")}</p>
      {branches.map((branch, index) => (
        <ItemCard
          key={branch.id}
          testId={`branch-${index}`}
          removeText={t("node.split.removeBranch")}
          onRemove={branches.length > 1 ? () => put(branches.toSpliced(index, 1)) : undefined}
          head={
            <>
              <span className="ordinal">{index + 1}</span>
              <Input
                className="grow"
                variant="underlined"
                value={branch.name}
                placeholder={t("node.split.namePlaceholder", { id: branch.id })}
                aria-label={t("node.split.branchName")}
                data-testid={`branch-${index}-name`}
                onChange={(event) => put(branches.with(index, { ...branch, name: event.target.value }))}
              />
            </>
          }
          actions={
            <>
              <Button
                type="text"
                size="small"
                icon={<ArrowUpOutlined />}
                aria-label={t("fields.up")}
                disabled={index === 0}
                onClick={() => swap(index, index - 1)}
              />
              <Button
                type="text"
                size="small"
                icon={<ArrowDownOutlined />}
                aria-label={t("fields.down")}
                disabled={index === branches.length - 1}
                onClick={() => swap(index, index + 1)}
              />
            </>
          }
        >
          <RuleBuilder
            value={branch.rule}
            testId={`branch-${index}-rule`}
            onChange={(rule) => put(branches.with(index, { ...branch, rule }))}
          />
          <RuleCount rule={branch.rule} testId={`branch-${index}-rule`} />
        </ItemCard>
      ))}
      <AddItem block onAdd={add} testId="branch-add">
        {t("node.split.add")}
      </AddItem>
      <p className="field-hint">{t("node.split.elseHint")}</p>
    </>
  );
}
