import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Dropdown, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { LEAVES, newRule, type Rule } from "../core/rules";
import { RuleLeaf } from "./RuleLeaf";

interface Props {
  value: Rule;
  onChange: (value: Rule) => void;
  onRemove?: () => void;
  testId: string;
}

const GROUPS = ["and", "or", "not"] as const;

function isGroup(rule: Rule): rule is Extract<Rule, { op: "and" | "or" }> {
  return rule.op === "and" || rule.op === "or";
}

/** Edits a rule as nested groups of conditions. */
export function RuleBuilder({ value, onChange, onRemove, testId }: Props) {
  const { t } = useTranslation();
  if (isGroup(value)) {
    const args = value.args ?? [];
    return (
      <div className="rule-group" data-testid={testId}>
        <div className="row">
          <Segmented
            size="small"
            value={value.op}
            aria-label={t("rules.join")}
            options={[
              { value: "and", label: t("rules.all") },
              { value: "or", label: t("rules.any") },
            ]}
            onChange={(op) => onChange({ ...value, op: op as "and" | "or" })}
          />
          <span className="grow" />
          {onRemove && <RemoveRule onRemove={onRemove} />}
        </div>
        {args.map((arg, index) => (
          <RuleBuilder
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no identity but its place
            key={index}
            value={arg}
            testId={`${testId}-${index}`}
            onChange={(next) => onChange({ ...value, args: args.with(index, next) })}
            // With its last condition a group has no meaning left: what remains is the group's own removal.
            onRemove={args.length > 1 ? () => onChange({ ...value, args: args.toSpliced(index, 1) }) : undefined}
          />
        ))}
        <AddCondition testId={`${testId}-add`} onAdd={(rule) => onChange({ ...value, args: [...args, rule] })} />
      </div>
    );
  }
  const negated = value.op === "not";
  const inner = value.op === "not" ? value.arg : value;
  const put = (next: Rule) => onChange(negated ? { op: "not", arg: next } : next);
  return (
    <div className="rule" data-testid={testId}>
      <div className="row">
        <Select
          size="small"
          className="rule-sign"
          value={negated}
          aria-label={t("rules.sign")}
          data-testid={`${testId}-sign`}
          options={[
            { value: false, label: t("rules.is") },
            { value: true, label: t("rules.isNot") },
          ]}
          onChange={(not) => onChange(not ? { op: "not", arg: inner } : inner)}
        />
        <Select
          size="small"
          className="grow"
          value={inner.op}
          aria-label={t("rules.kind")}
          data-testid={`${testId}-op`}
          options={[...LEAVES, "and", "or"].map((op) => ({ value: op, label: t(`rules.op.${op}`) }))}
          onChange={(op: Rule["op"]) => put(newRule(op))}
        />
        {!negated && onRemove === undefined && (
          <Button
            size="small"
            data-testid={`${testId}-group`}
            onClick={() => onChange({ op: "and", args: [value, newRule("attribute")] })}
          >
            {t("rules.addAnd")}
          </Button>
        )}
        {onRemove && <RemoveRule onRemove={onRemove} />}
      </div>
      {isGroup(inner) || inner.op === "not" ? (
        <RuleBuilder value={inner} onChange={put} testId={`${testId}-arg`} />
      ) : (
        <RuleLeaf value={inner} onChange={put} testId={testId} />
      )}
    </div>
  );
}

function RemoveRule({ onRemove }: { onRemove: () => void }) {
  const { t } = useTranslation();
  return (
    <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t("rules.remove")} onClick={onRemove} />
  );
}

function AddCondition({ onAdd, testId }: { onAdd: (rule: Rule) => void; testId: string }) {
  const { t } = useTranslation();
  const items = [...LEAVES, ...GROUPS].map((op) => ({
    key: op,
    label: t(`rules.op.${op}`),
    onClick: () => onAdd(newRule(op)),
  }));
  return (
    <Dropdown menu={{ items }} trigger={["click"]}>
      <Button type="dashed" size="small" icon={<PlusOutlined />} data-testid={testId}>
        {t("rules.add")}
      </Button>
    </Dropdown>
  );
}
