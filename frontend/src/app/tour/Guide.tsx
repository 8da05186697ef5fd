import { Tour } from "antd";
import { useTranslation } from "react-i18next";
import type { TourName } from "./tours";

interface Props {
  name: TourName;
  /** The data-testids that the steps stand beside. */
  steps: string[];
  find: (testId: string) => HTMLElement | null;
  onEnd: () => void;
}

/** The steps of a tour; loaded for who is shown around, and for nobody else. */
export default function Guide({ name, steps, find, onEnd }: Props) {
  const { t } = useTranslation();
  return (
    <Tour
      open
      // It stands beside the page and not in its way.
      mask={false}
      type="primary"
      onClose={onEnd}
      onFinish={onEnd}
      steps={steps.map((testId) => ({
        title: t(`tours.${name}.${testId}.title`),
        description: t(`tours.${name}.${testId}.text`),
        target: () => find(testId) as HTMLElement,
        closeIcon: <span data-testid="tour-skip">{t("tours.skip")}</span>,
      }))}
    />
  );
}
