import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NewSegment } from "./NewSegment";
import { type PickProps, SegmentPick } from "./SegmentPick";

/** One of the saved segments, or a new one. */
export function SegmentSelect(props: PickProps) {
  const { t } = useTranslation();
  const { onChange, testId } = props;
  const [creating, setCreating] = useState(false);
  return (
    <>
      <SegmentPick {...props} />
      <div>
        <Button type="link" size="small" onClick={() => setCreating(true)} data-testid={`${testId}-new`}>
          {t("segment.new")}
        </Button>
      </div>
      {creating && (
        <NewSegment
          onClose={() => setCreating(false)}
          onCreated={(id) => {
            onChange(id);
            setCreating(false);
          }}
        />
      )}
    </>
  );
}
