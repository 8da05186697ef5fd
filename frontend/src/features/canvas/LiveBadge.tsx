import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useView } from "@/canvas/store/viewStore";

/** Whether the numbers on the canvas are live. */
export function LiveBadge() {
  const { t } = useTranslation();
  const live = useView((state) => state.live);
  return (
    <Tooltip title={t(`canvas.liveHint.${live}`)}>
      <output className={`live live-${live}`} data-testid="live-state" data-state={live}>
        {t(`canvas.live.${live}`)}
      </output>
    </Tooltip>
  );
}
