import { InfoCircleFilled, WarningFilled } from "@ant-design/icons";
import { Empty } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Diff } from "@/api/life";
import type { GraphNode } from "@/canvas/core/graph";
import { language } from "@/i18n";
import { type Mark, modelOf, shown, type ValueChange } from "./diffModel";

interface Props {
  diff: Diff;
  /** Of all versions, for the names of the ends of edges that did not change. */
  nodes: readonly GraphNode[];
}

/** What differs between two versions, and what that does to the people inside. */
export function DiffView({ diff, nodes }: Props) {
  const { t } = useTranslation();
  const model = modelOf(diff);
  const typeName = (type: string) => t(`node.${type}.title`, { defaultValue: type });
  const named = [...diff.nodes.changed, ...diff.nodes.added, ...diff.nodes.removed, ...nodes];
  const nameOf = (id: string) => {
    const node = named.find((each) => each.id === id);
    return node ? node.name || typeName(node.type) : id;
  };
  if (model.empty) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("changes.same")} />;
  return (
    <div className="diff" data-testid="diff">
      {model.effects.length > 0 && (
        <Part title={t("changes.effects")} hint={t("changes.effectsHint")}>
          <table className="diff-table" data-testid="diff-effects">
            <thead>
              <tr>
                <th>{t("review.node")}</th>
                <th>{t("changes.effect")}</th>
              </tr>
            </thead>
            <tbody>
              {model.effects.map((effect, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two effects may read the same
                <tr key={index} data-code={effect.code}>
                  <td>{effect.node_id ? nameOf(effect.node_id) : t("changes.whole")}</td>
                  <td>
                    <Severity of={effect.severity} /> {effect.messages?.[language()] ?? effect.message}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Part>
      )}
      {model.nodes.length > 0 && (
        <Part title={t("changes.nodes")}>
          {model.nodes.map(({ mark, node, values }) => (
            <div key={`${mark} ${node.id}`} className="diff-node" data-testid={`diff-node-${node.id}`} data-mark={mark}>
              <MarkTag mark={mark} /> <b>{node.name || typeName(node.type)}</b>{" "}
              <span className="soft">
                {typeName(node.type)} · {node.id}
              </span>
              {values.length > 0 && <Values values={values} />}
            </div>
          ))}
        </Part>
      )}
      {model.edges.length > 0 && (
        <Part title={t("changes.edges")}>
          {model.edges.map(({ mark, edge }) => (
            <div key={`${mark} ${edge.source} ${edge.outcome} ${edge.target}`} className="diff-node" data-mark={mark}>
              <MarkTag mark={mark} /> {nameOf(edge.source)}
              <span className="chip">{t(`outcome.${edge.outcome}`, { defaultValue: edge.outcome })}</span> →{" "}
              {nameOf(edge.target)}
            </div>
          ))}
        </Part>
      )}
      {model.notes.length > 0 && (
        <Part title={t("board.notes")}>
          {model.notes.map(({ mark, id, before, after }) => (
            <div key={`${mark} ${id}`} className="diff-node" data-testid={`diff-note-${id}`} data-mark={mark}>
              <MarkTag mark={mark} /> {before && <del>{before}</del>} {after && <ins>{after}</ins>}
            </div>
          ))}
        </Part>
      )}
      {model.settings.length > 0 && (
        <Part title={t("changes.settings")}>
          <Values values={model.settings} />
        </Part>
      )}
    </div>
  );
}

function Part({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      {hint && <p className="field-hint">{hint}</p>}
      {children}
    </section>
  );
}

function MarkTag({ mark }: { mark: Mark }) {
  const { t } = useTranslation();
  return <span className={`mark mark-${mark}`}>{t(`changes.mark.${mark}`)}</span>;
}

function Severity({ of }: { of: string }) {
  return of === "warning" ? <WarningFilled className="warn" /> : <InfoCircleFilled className="soft" />;
}

function Values({ values }: { values: readonly ValueChange[] }) {
  const { t } = useTranslation();
  return (
    <table className="diff-table">
      <thead>
        <tr>
          <th>{t("fields.key")}</th>
          <th>{t("changes.before")}</th>
          <th>{t("changes.after")}</th>
        </tr>
      </thead>
      <tbody>
        {values.map(({ path, before, after }) => (
          <tr key={path}>
            <td>
              <code>{path}</code>
            </td>
            <td>{before === undefined ? <span className="soft">–</span> : <del>{shown(before)}</del>}</td>
            <td>{after === undefined ? <span className="soft">–</span> : <ins>{shown(after)}</ins>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
