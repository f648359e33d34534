-- How far each member has received and read each chat. They only move forward.
create table chat_positions (
  chat_id              uuid not null references chats on delete cascade,
  user_id              uuid not null references users on delete cascade,
  delivered_seq        bigint not null default 0,
  read_seq             bigint not null default 0,
  primary key (chat_id, user_id)
) with (fillfactor = 70);

-- When a position moved to where: "read by, at" of a message is the first mark at or above it.
create table receipt_marks (
  chat_id              uuid not null references chats on delete cascade,
  user_id              uuid not null references users on delete cascade,
  kind                 text not null check (kind in ('delivered', 'read')),
  seq                  bigint not null,
  at                   timestamptz not null,
  primary key (chat_id, kind, user_id, seq)
);
