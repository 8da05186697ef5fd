import { Input, type InputRef } from "antd";
import { type ReactNode, useRef } from "react";
import { useTranslation } from "react-i18next";
import { insertVariable, unknownVariables } from "../core/liquid";
import { useVariables } from "./useVariables";
import { VariableMenu } from "./VariableMenu";

interface Props {
  value: string | undefined;
  onChange: (value: string) => void;
  /** The text as it is left. */
  onDone?: (value: string) => void;
  label: string;
  testId: string;
  placeholder?: string;
  mono?: boolean;
}

type Typed = HTMLInputElement | HTMLTextAreaElement;

/** Puts a variable where the cursor is, or was when the field was left. */
function useInsertion(value: string, onChange: (value: string) => void, elementOf: () => Typed | null | undefined) {
  return (variable: string) => {
    const element = elementOf();
    const from = element?.selectionStart ?? value.length;
    const { text, caret } = insertVariable(value, variable, from, element?.selectionEnd ?? from);
    onChange(text);
    window.requestAnimationFrame(() => {
      element?.focus();
      element?.setSelectionRange(caret, caret);
    });
  };
}

/** Names that nobody would fill, told where they are typed. */
function Unknown({ text, testId }: { text: string; testId: string }) {
  const { t } = useTranslation();
  const unknown = unknownVariables(text, useVariables());
  if (unknown.length === 0) return null;
  return (
    <div className="field-warning" role="status" data-testid={`${testId}-unknown`}>
      {t("board.unknownVariables")}
      {unknown.map((path) => (
        <u key={path}>{path}</u>
      ))}
    </div>
  );
}

/** A longer text that may take values of the person and the entry with Liquid. */
export function LiquidArea({ value = "", onChange, onDone, label, testId, placeholder, mono }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const insert = useInsertion(value, onChange, () => box.current?.querySelector("textarea"));
  return (
    <div className="liquid" ref={box}>
      <Input.TextArea
        className={mono ? "mono" : undefined}
        autoSize={{ minRows: 3, maxRows: 12 }}
        value={value}
        placeholder={placeholder}
        aria-label={label}
        data-testid={testId}
        onChange={({ target }) => onChange(target.value)}
        onBlur={({ target }) => onDone?.(target.value)}
      />
      <div className="liquid-foot">
        <VariableMenu onChoose={insert} testId={testId} />
      </div>
      <Unknown text={value} testId={testId} />
    </div>
  );
}

interface LineProps extends Omit<Props, "onDone" | "mono"> {
  prefix?: ReactNode;
}

/** A short text of the same kind. */
export function LiquidLine({ value = "", onChange, label, testId, placeholder, prefix }: LineProps) {
  const input = useRef<InputRef>(null);
  const insert = useInsertion(value, onChange, () => input.current?.input);
  return (
    <div className="liquid grow">
      <Input
        ref={input}
        prefix={prefix}
        suffix={<VariableMenu onChoose={insert} testId={testId} />}
        value={value}
        placeholder={placeholder}
        aria-label={label}
        data-testid={testId}
        onChange={({ target }) => onChange(target.value)}
      />
      <Unknown text={value} testId={testId} />
    </div>
  );
}
