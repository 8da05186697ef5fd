import { CloseOutlined } from "@ant-design/icons";
import { Button } from "antd";
import type { PropsWithChildren, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useView } from "@/canvas/store/viewStore";

interface FrameProps {
  title: ReactNode;
  extra?: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  testId?: string;
}

export function DockFrame({ title, extra, footer, wide, testId, children }: PropsWithChildren<FrameProps>) {
  const { t } = useTranslation();
  const show = useView((state) => state.show);
  return (
    <aside className={wide ? "dock dock-wide" : "dock"} data-testid={testId}>
      <header className="dock-head">
        <h2>{title}</h2>
        {extra}
        <Button
          type="text"
          icon={<CloseOutlined />}
          aria-label={t("app.close")}
          data-testid="dock-close"
          onClick={() => show(null)}
        />
      </header>
      <div className="dock-body">{children}</div>
      {footer && <footer className="dock-foot">{footer}</footer>}
    </aside>
  );
}
