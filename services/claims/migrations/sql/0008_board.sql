-- Who works on a claim, and which advances its facts allow that nobody has asked for: columns of the claim list.
alter table claim_list add column adjuster text;
alter table claim_list add column eligible text[] not null default '{}';

-- What nobody has asked for yet, newest report first; and what somebody of the staff works on.
create index claim_list_eligible on claim_list (tenant, reported_at desc, claim_id desc) where eligible <> '{}';
create index claim_list_adjuster on claim_list (tenant, adjuster, reported_at desc, claim_id desc) where adjuster is not null;

-- The list is read anew from the beginning of the log: its rows stay, and each is written over when its turn comes.
delete from checkpoints where name = 'claim_list';
