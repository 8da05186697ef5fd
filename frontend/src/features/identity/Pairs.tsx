import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Empty, Space, Table } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { cursorOf } from "@/api/queries";
import type { Page } from "@/api/types";
import { Problem, useComplain } from "@/app/Problem";
import { mayWrite, useSession } from "@/app/session";
import { PersonName } from "./PersonName";
import "./identity.css";

interface Props<Pair extends { id: string }> {
  name: string;
  page: (cursor?: string) => Promise<Page<Pair>>;
  people: (pair: Pair) => [string, string];
  why: (pair: Pair) => ReactNode;
  one: (id: string) => Promise<unknown>;
  two: (id: string) => Promise<unknown>;
  none: string;
}

/** Pairs of people of whom somebody must say whether they are one. */
export function Pairs<Pair extends { id: string }>({ name, page, people, why, one, two, none }: Props<Pair>) {
  const { t } = useTranslation();
  const writes = mayWrite(useSession());
  const pairs = useInfiniteQuery({
    queryKey: ["identities", name],
    queryFn: ({ pageParam }) => page(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => cursorOf(last.next),
  });
  if (pairs.isLoadingError) return <Problem error={pairs.error} onRetry={pairs.refetch} />;
  const columns = [
    {
      title: t("identities.people"),
      key: "people",
      width: 480,
      render: (_: unknown, pair: Pair) => {
        const [first, second] = people(pair);
        return (
          <div className="pair">
            <PersonName id={first} />
            <PersonName id={second} />
          </div>
        );
      },
    },
    { title: t("identities.why"), key: "why", render: (_: unknown, pair: Pair) => why(pair) },
    {
      title: <span className="unseen">{t("journeys.actions")}</span>,
      key: "actions",
      width: 240,
      render: (_: unknown, pair: Pair) => writes && <Verdict id={pair.id} one={one} two={two} />,
    },
  ];
  return (
    <>
      <Table<Pair>
        className="sheet"
        rowKey="id"
        loading={pairs.isPending}
        dataSource={pairs.data?.pages.flatMap((each) => each.results)}
        columns={columns}
        pagination={false}
        scroll={{ x: 800 }}
        locale={{ emptyText: pairs.data ? <Empty description={none} /> : " " }}
        data-testid={`${name}-table`}
      />
      {pairs.hasNextPage && (
        <Button block loading={pairs.isFetchingNextPage} onClick={() => pairs.fetchNextPage()}>
          {t("identities.more")}
        </Button>
      )}
    </>
  );
}

function Verdict({ id, one, two }: Pick<Props<{ id: string }>, "one" | "two"> & { id: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const complain = useComplain();
  const verdict = useMutation({
    mutationFn: (say: (id: string) => Promise<unknown>) => say(id),
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["identities"] }),
  });
  return (
    <Space>
      <Button size="small" disabled={verdict.isPending} onClick={() => verdict.mutate(one)} data-testid={`one-${id}`}>
        {t("identities.one")}
      </Button>
      <Button size="small" disabled={verdict.isPending} onClick={() => verdict.mutate(two)} data-testid={`two-${id}`}>
        {t("identities.two")}
      </Button>
    </Space>
  );
}
