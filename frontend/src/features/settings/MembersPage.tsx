import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import * as calls from "@/api/workspace";
import { Problem, useComplain } from "@/app/Problem";
import { useSession } from "@/app/session";
import { useFormat } from "@/format/useFormat";
import { AddMember } from "./AddMember";
import { AdminsOnly } from "./AdminsOnly";
import "./settings.css";

export default function MembersPage() {
  const { t } = useTranslation();
  return (
    <main className="page settings" data-testid="members-page">
      <AdminsOnly>
        <Members />
      </AdminsOnly>
      <section className="sheet settings-sheet" aria-label={t("workspace.whatRolesMay")}>
        <h2>{t("workspace.whatRolesMay")}</h2>
        <dl className="roles">
          {calls.ROLES.map((role) => (
            <div key={role}>
              <dt>{t(`workspace.roles.${role}`)}</dt>
              <dd>{t(`workspace.mays.${role}`)}</dd>
            </div>
          ))}
        </dl>
      </section>
    </main>
  );
}

function Members() {
  const { t } = useTranslation();
  const format = useFormat();
  const { user, role: own } = useSession();
  const queries = useQueryClient();
  const complain = useComplain();
  const [adding, setAdding] = useState(false);
  const members = useQuery({ queryKey: ["members"], queryFn: calls.members });
  const change = useMutation({
    mutationFn: ({ id, ...changes }: { id: number; role?: calls.Role; active?: boolean }) =>
      calls.changeMember(id, changes),
    onError: complain,
    onSettled: () => queries.invalidateQueries({ queryKey: ["members"] }),
  });
  /** Only an owner touches owners. */
  const mayChange = (member: calls.Member) => own === "owner" || member.role !== "owner";
  const roles = calls.ROLES.map((value) => ({
    value,
    label: t(`workspace.roles.${value}`),
    disabled: value === "owner" && own !== "owner",
  }));
  const columns = [
    {
      title: t("workspace.member"),
      key: "name",
      render: (_: unknown, member: calls.Member) => (
        <span data-testid={`member-${member.username}`}>
          {member.name} {member.username === user.username && <Tag>{t("workspace.you")}</Tag>}
          {member.name !== member.username && <div className="soft">{member.username}</div>}
        </span>
      ),
    },
    {
      title: t("workspace.role"),
      key: "role",
      width: 180,
      render: (_: unknown, member: calls.Member) => (
        <Select
          className="settings-role"
          value={member.role}
          options={roles}
          disabled={!mayChange(member) || change.isPending}
          aria-label={t("workspace.roleOf", { name: member.name })}
          data-testid={`role-${member.username}`}
          onChange={(role) => change.mutate({ id: member.id, role })}
        />
      ),
    },
    {
      title: t("workspace.lastLogin"),
      key: "last",
      width: 190,
      render: (_: unknown, member: calls.Member) => <span className="soft">{format.time(member.last_login)}</span>,
    },
    {
      title: t("workspace.access"),
      key: "active",
      width: 200,
      render: (_: unknown, member: calls.Member) =>
        member.active ? (
          <Popconfirm
            title={t("workspace.shutOutAsk", { name: member.name })}
            description={t("workspace.shutOutHint")}
            onConfirm={() => change.mutate({ id: member.id, active: false })}
            okButtonProps={{ "data-testid": "confirm-shut-out" }}
          >
            <Button size="small" danger disabled={!mayChange(member)} data-testid={`shut-out-${member.username}`}>
              {t("workspace.shutOut")}
            </Button>
          </Popconfirm>
        ) : (
          <>
            <Tag>{t("workspace.inactive")}</Tag>
            <Button
              size="small"
              disabled={!mayChange(member)}
              onClick={() => change.mutate({ id: member.id, active: true })}
              data-testid={`let-in-${member.username}`}
            >
              {t("workspace.letIn")}
            </Button>
          </>
        ),
    },
  ];
  return (
    <>
      <header className="page-head">
        <h1>{t("app.members")}</h1>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)} data-testid="add-member">
          {t("workspace.add")}
        </Button>
      </header>
      {members.error ? (
        <Problem error={members.error} onRetry={members.refetch} />
      ) : (
        <Table<calls.Member>
          className="sheet"
          rowKey="id"
          loading={members.isPending}
          dataSource={members.data?.results}
          columns={columns}
          pagination={false}
          scroll={{ x: 760 }}
          data-testid="members-table"
        />
      )}
      <AddMember open={adding} roles={roles} onClose={() => setAdding(false)} />
    </>
  );
}
