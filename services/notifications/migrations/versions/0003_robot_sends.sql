create table robot_sends (receiver bytea primary key, sent timestamptz[] not null);
grant select, insert, update, delete on robot_sends to notifications_service;
