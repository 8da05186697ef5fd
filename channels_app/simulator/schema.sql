create table if not exists access_key (id text primary key, config text not null);
create table if not exists nonce (value text primary key, at real not null) without rowid;
create table if not exists faults (only integer primary key check (only = 1), value text not null);
create table if not exists message (
    id integer primary key,
    access_key text not null,
    phone text not null,
    sign_name text not null,
    template_code text not null,
    content text not null,
    out_id text not null,
    biz_id text not null,
    accepted_at real not null,
    status integer not null default 1,
    err_code text not null default '',
    fate text not null,
    reported_at real
);
create index if not exists message_of_phone on message (phone, accepted_at);
create table if not exists phone (
    access_key text not null,
    phone text not null,
    messages integer not null,
    last_at real not null,
    primary key (access_key, phone)
) without rowid;
create index if not exists phone_recent on phone (last_at);
create table if not exists reply (
    id integer primary key,
    access_key text not null,
    phone text not null,
    sign_name text not null,
    content text not null,
    at real not null
);
create index if not exists reply_of_phone on reply (phone);
-- state: 0 due, 1 under way, 2 done, 3 given up
create table if not exists push (
    id integer primary key,
    access_key text not null,
    kind text not null,
    ref integer not null,
    due_at real not null,
    tries integer not null default 0,
    state integer not null default 0
);
create index if not exists push_due on push (due_at) where state = 0;
