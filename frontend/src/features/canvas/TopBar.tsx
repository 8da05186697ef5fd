import {
  ArrowLeftOutlined,
  BarChartOutlined,
  CheckCircleOutlined,
  ExperimentOutlined,
  HistoryOutlined,
  LineChartOutlined,
  MessageOutlined,
  RedoOutlined,
  SaveOutlined,
  SettingOutlined,
  TeamOutlined,
  UndoOutlined,
  UserAddOutlined,
  WarningOutlined,
} from "@ant-design/icons";
import { Badge, Button, Switch, Tooltip, Typography } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { LanguageSwitch } from "@/app/LanguageSwitch";
import { useHistory } from "@/canvas/store/graphStore";
import { type Dock, useView } from "@/canvas/store/viewStore";
import { StateTag } from "../journeys/StateTag";
import { Lifecycle } from "./Lifecycle";
import { LiveBadge } from "./LiveBadge";
import { PresentPeople } from "./PresentPeople";
import type { Draft } from "./useDraft";

interface Props {
  draft: Draft;
  readOnly: boolean;
  autosaves: boolean;
  onAutosaves: (on: boolean) => void;
}

export function TopBar({ draft, readOnly, autosaves, onAutosaves }: Props) {
  const { t } = useTranslation();
  const { journey, dirty, save, rename } = draft;
  const { undo, redo, canUndo, canRedo } = useHistory();
  return (
    <header className="topbar">
      <Link to="/journeys" aria-label={t("canvas.back")} data-testid="back" className="topbar-back">
        <ArrowLeftOutlined />
      </Link>
      <div className="topbar-name">
        <Typography.Text
          strong
          ellipsis
          data-testid="journey-name"
          editable={
            readOnly
              ? false
              : {
                  text: journey.name,
                  onChange: (name) => name.trim() && name !== journey.name && rename(name.trim()),
                  maxLength: 200,
                  tooltip: t("canvas.rename"),
                }
          }
        >
          {journey.name}
        </Typography.Text>
        <div className="topbar-state">
          <StateTag state={journey.state} />
          <span className="soft" data-testid="save-state">
            {journey.live_version && `v${journey.live_version.number} · `}
            {t(saveState(draft))}
          </span>
          <LiveBadge />
          <PresentPeople />
        </div>
      </div>
      {!readOnly && (
        <>
          <IconButton
            label={t("canvas.undo")}
            testId="undo"
            icon={<UndoOutlined />}
            disabled={!canUndo}
            onClick={undo}
          />
          <IconButton
            label={t("canvas.redo")}
            testId="redo"
            icon={<RedoOutlined />}
            disabled={!canRedo}
            onClick={redo}
          />
          <span className="topbar-line" />
        </>
      )}
      <IssuesButton />
      <DockButton kind="settings" label={t("canvas.settings")} icon={<SettingOutlined />} />
      <DockButton kind="test" label={t("canvas.test")} icon={<ExperimentOutlined />} />
      {!readOnly && <DockButton kind="enroll" label={t("canvas.enroll")} icon={<UserAddOutlined />} />}
      <DockButton kind="people" label={t("people.all")} icon={<TeamOutlined />} />
      <DockButton kind="talk" label={t("talk.title")} icon={<MessageOutlined />} />
      <span className="topbar-line" />
      <PageButton to={`/journeys/${journey.id}/forecast`} page="forecast" icon={<LineChartOutlined />} />
      <PageButton to={`/journeys/${journey.id}/changes`} page="changes" icon={<HistoryOutlined />} />
      <PageButton to={`/journeys/${journey.id}/review`} page="review" icon={<BarChartOutlined />} />
      <LanguageSwitch />
      {!readOnly && (
        <>
          <span className="topbar-line" />
          <Tooltip title={t(autosaves ? "board.autosave" : "board.autosaveOff")}>
            <Switch
              size="small"
              checked={autosaves}
              onChange={onAutosaves}
              aria-label={t("board.autosave")}
              data-testid="autosave"
            />
          </Tooltip>
          <Button
            icon={<SaveOutlined />}
            disabled={!dirty}
            loading={save.isPending}
            onClick={() => save.mutate(undefined)}
            data-testid="save"
          >
            {t("canvas.save")}
          </Button>
          <Lifecycle draft={draft} />
        </>
      )}
    </header>
  );
}

function saveState({ dirty, save }: Draft) {
  if (save.isPending) return "board.saving";
  if (!dirty) return "canvas.allSaved";
  return save.isError ? "board.saveLost" : "canvas.unsaved";
}

interface IconButtonProps {
  label: string;
  testId: string;
  icon: ReactNode;
  disabled?: boolean;
  onClick: () => void;
}

function IconButton({ label, testId, icon, disabled, onClick }: IconButtonProps) {
  return (
    <Tooltip title={label}>
      <Button type="text" icon={icon} aria-label={label} data-testid={testId} disabled={disabled} onClick={onClick} />
    </Tooltip>
  );
}

interface PageButtonProps {
  to: string;
  page: "forecast" | "changes" | "review";
  icon: ReactNode;
}

function PageButton({ to, page, icon }: PageButtonProps) {
  const { t } = useTranslation();
  const label = t(`canvas.pages.${page}`);
  return (
    <Link to={to} data-testid={`open-${page}`}>
      <Tooltip title={label}>
        <Button type="text" icon={icon} aria-label={label} tabIndex={-1} />
      </Tooltip>
    </Link>
  );
}

interface DockButtonProps {
  kind: "settings" | "test" | "enroll" | "people" | "talk";
  label: string;
  icon: ReactNode;
}

function DockButton({ kind, label, icon }: DockButtonProps) {
  const { dock, show } = useView();
  const open = dock?.kind === kind;
  return (
    <Tooltip title={label}>
      <Button
        type="text"
        className={open ? "pressed" : undefined}
        icon={icon}
        aria-label={label}
        aria-pressed={open}
        data-testid={`open-${kind}`}
        onClick={() => show(open ? null : ({ kind } as Dock))}
      />
    </Tooltip>
  );
}

/** The ink of warnings as a ground: what is written on it can be read in both modes. */
const WARNS = { background: "var(--warn-ink)", color: "var(--sheet)" };

function IssuesButton() {
  const { t } = useTranslation();
  const { dock, issues, show } = useView();
  const open = dock?.kind === "issues";
  const errors = issues.filter((issue) => issue.severity === "error").length;
  const icon =
    issues.length === 0 ? (
      <CheckCircleOutlined className="good" />
    ) : (
      <WarningOutlined className={errors > 0 ? "bad" : "warn"} />
    );
  return (
    <Tooltip title={t("canvas.issues")}>
      <Badge size="small" count={issues.length} styles={errors > 0 ? undefined : { indicator: WARNS }} offset={[-4, 4]}>
        <Button
          type="text"
          className={open ? "pressed" : undefined}
          icon={icon}
          aria-label={t("canvas.issues")}
          aria-pressed={open}
          data-testid="open-issues"
          onClick={() => show(open ? null : { kind: "issues" })}
        />
      </Badge>
    </Tooltip>
  );
}
