import { Modal } from "antd";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { SHORTCUTS } from "../core/shortcuts";
import { useView } from "../store/viewStore";
import "./help.css";

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

function Keys({ keys }: { keys: string }) {
  const { t } = useTranslation();
  return (keys === "+" ? [keys] : keys.split("+")).map((key) => (
    <kbd key={key}>
      {key === "Mod" ? (isMac ? "⌘" : "Ctrl") : key === "Drag" || key === "Click" ? t(`board.mouse.${key}`) : key}
    </kbd>
  ));
}

/** The keys of the canvas, on one sheet. */
export const HelpSheet = memo(function HelpSheet() {
  const { t } = useTranslation();
  const open = useView((state) => state.helping);
  const help = useView((state) => state.help);
  return (
    <Modal open={open} width={720} title={t("board.help")} footer={null} onCancel={() => help(false)} destroyOnHidden>
      <div className="help-sheet" data-testid="help-sheet">
        {SHORTCUTS.map(({ name, shortcuts }) => (
          <section key={name}>
            <h3>{t(`board.keyGroups.${name}`)}</h3>
            <dl>
              {shortcuts.map(({ keys, does }) => (
                <div key={does}>
                  <dt>{t(`board.keys.${does}`)}</dt>
                  <dd>
                    {keys.map((combination) => (
                      <span key={combination} className="help-keys">
                        <Keys keys={combination} />
                      </span>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
});
