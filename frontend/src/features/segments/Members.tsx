import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Drawer, Empty, Spin } from "antd";
import { useTranslation } from "react-i18next";
import { cursorOf } from "@/api/queries";
import { membersPage } from "@/api/segments";
import { Problem } from "@/app/Problem";
import { PeopleList } from "./PeopleList";

interface Props {
  id: string;
  name: string;
  onClose: () => void;
}

/** Everybody who is in the saved segment now. */
export function Members({ id, name, onClose }: Props) {
  const { t } = useTranslation();
  const members = useInfiniteQuery({
    queryKey: ["segments", id, "members"],
    queryFn: ({ pageParam }) => membersPage(id, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => cursorOf(page.next),
    staleTime: 0,
  });
  const people = members.data?.pages.flatMap((page) => page.results) ?? [];
  return (
    <Drawer open title={t("segment.membersOf", { name })} onClose={onClose} data-testid="members">
      {members.error && <Problem error={members.error} onRetry={members.refetch} />}
      {members.isPending && <Spin />}
      {members.data && people.length === 0 && (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t("segment.nobody")} />
      )}
      <PeopleList people={people} />
      {members.hasNextPage && (
        <Button
          block
          loading={members.isFetchingNextPage}
          onClick={() => members.fetchNextPage()}
          data-testid="members-more"
        >
          {t("people.more")}
        </Button>
      )}
    </Drawer>
  );
}
