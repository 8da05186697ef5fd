import type { LeafRule } from "../core/rules";
import { EventLeaf } from "./EventLeaf";
import { JourneyLeaf, MessageLeaf } from "./PastLeaves";
import { AttributeLeaf, BucketLeaf, ConsentLeaf, HeldLeaf, IdentityLeaf, TagLeaf } from "./PersonLeaves";
import { SegmentPick } from "./SegmentPick";
import { SequenceLeaf } from "./SequenceLeaf";

export interface LeafProps<T> {
  value: T;
  onChange: (value: T) => void;
  testId: string;
}

/** One condition of a rule. */
export function RuleLeaf({ value, onChange, testId }: LeafProps<LeafRule>) {
  const shared = { onChange, testId };
  switch (value.op) {
    case "attribute":
      return <AttributeLeaf value={value} {...shared} />;
    case "tag":
      return <TagLeaf value={value} {...shared} />;
    case "event":
      return <EventLeaf value={value} {...shared} />;
    case "sequence":
      return <SequenceLeaf value={value} {...shared} />;
    case "held":
      return <HeldLeaf value={value} {...shared} />;
    case "identity":
      return <IdentityLeaf value={value} {...shared} />;
    case "consent":
      return <ConsentLeaf value={value} {...shared} />;
    case "journey":
      return <JourneyLeaf value={value} {...shared} />;
    case "message":
      return <MessageLeaf value={value} {...shared} />;
    case "bucket":
      return <BucketLeaf value={value} {...shared} />;
    case "segment":
      return (
        <SegmentPick
          value={value.id}
          testId={`${testId}-segment`}
          onChange={(id) => onChange({ ...value, id: id ?? "" })}
        />
      );
  }
}
