CREATE TABLE meta (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_meta PRIMARY KEY (key)
)
;
CREATE TABLE ledger_account (
    id BIGINT NOT NULL,
    code TEXT NOT NULL,
    asset TEXT NOT NULL,
    owner TEXT NOT NULL,
    debit_bound BIGINT NOT NULL,
    credit_bound BIGINT NOT NULL,
    opened_batch BIGINT NOT NULL,
    closed_batch BIGINT DEFAULT '0' NOT NULL,
    debits_posted BIGINT DEFAULT '0' NOT NULL,
    credits_posted BIGINT DEFAULT '0' NOT NULL,
    debits_pending BIGINT DEFAULT '0' NOT NULL,
    credits_pending BIGINT DEFAULT '0' NOT NULL,
    CONSTRAINT pk_ledger_account PRIMARY KEY (id),
    CONSTRAINT ck_ledger_account_bounds CHECK (debit_bound IN (0, 1) AND credit_bound IN (0, 1)),
    CONSTRAINT ck_ledger_account_debits_posted CHECK (debits_posted >= 0),
    CONSTRAINT ck_ledger_account_credits_posted CHECK (credits_posted >= 0),
    CONSTRAINT ck_ledger_account_debits_pending CHECK (debits_pending >= 0),
    CONSTRAINT ck_ledger_account_credits_pending CHECK (credits_pending >= 0),
    CONSTRAINT uq_ledger_account_code UNIQUE (code)
)
;
CREATE INDEX ix_ledger_account_owner ON ledger_account (owner)
;
CREATE OR REPLACE FUNCTION ledger_account_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_account is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_account_no_delete
BEFORE DELETE ON ledger_account FOR EACH ROW
EXECUTE FUNCTION ledger_account_forbid()
;
CREATE OR REPLACE FUNCTION ledger_account_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_account is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_account_no_update
BEFORE UPDATE OF id, code, asset, owner, debit_bound, credit_bound, opened_batch ON ledger_account FOR EACH ROW
EXECUTE FUNCTION ledger_account_forbid()
;
CREATE OR REPLACE FUNCTION ledger_account_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_account is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_account_no_reopen
BEFORE UPDATE OF closed_batch ON ledger_account FOR EACH ROW WHEN (old.closed_batch <> 0)
EXECUTE FUNCTION ledger_account_forbid()
;
CREATE TABLE ledger_batch (
    seq BIGINT NOT NULL,
    first_transfer BIGINT NOT NULL,
    last_transfer BIGINT NOT NULL,
    t BIGINT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT pk_ledger_batch PRIMARY KEY (seq),
    CONSTRAINT uq_ledger_batch_hash UNIQUE (hash)
)
;
CREATE OR REPLACE FUNCTION ledger_batch_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_batch is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_batch_no_update
BEFORE UPDATE ON ledger_batch FOR EACH ROW
EXECUTE FUNCTION ledger_batch_forbid()
;
CREATE OR REPLACE FUNCTION ledger_batch_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_batch is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_batch_no_delete
BEFORE DELETE ON ledger_batch FOR EACH ROW
EXECUTE FUNCTION ledger_batch_forbid()
;
CREATE TABLE journal (
    seq BIGINT NOT NULL,
    t BIGINT NOT NULL,
    actor TEXT NOT NULL,
    command TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    response_digest TEXT NOT NULL,
    ledger_head TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    CONSTRAINT pk_journal PRIMARY KEY (seq),
    CONSTRAINT uq_journal_hash UNIQUE (hash)
)
;
CREATE OR REPLACE FUNCTION journal_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''journal is append-only''; END'
;
CREATE OR REPLACE TRIGGER journal_no_update
BEFORE UPDATE ON journal FOR EACH ROW
EXECUTE FUNCTION journal_forbid()
;
CREATE OR REPLACE FUNCTION journal_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''journal is append-only''; END'
;
CREATE OR REPLACE TRIGGER journal_no_delete
BEFORE DELETE ON journal FOR EACH ROW
EXECUTE FUNCTION journal_forbid()
;
CREATE TABLE firm (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    registration TEXT NOT NULL,
    group_id TEXT NOT NULL,
    profile TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    CONSTRAINT pk_firm PRIMARY KEY (id)
)
;
CREATE INDEX ix_firm_group_id ON firm (group_id)
;
CREATE TABLE centre (
    id TEXT NOT NULL,
    names TEXT NOT NULL,
    jurisdiction TEXT NOT NULL,
    region TEXT NOT NULL,
    city TEXT NOT NULL,
    latitude_udeg BIGINT NOT NULL,
    longitude_udeg BIGINT NOT NULL,
    operator_hq TEXT NOT NULL,
    backend TEXT NOT NULL,
    public_key TEXT NOT NULL,
    account TEXT NOT NULL,
    green_share_bp BIGINT,
    demonstration BIGINT NOT NULL,
    source TEXT NOT NULL,
    registered_at BIGINT NOT NULL,
    CONSTRAINT pk_centre PRIMARY KEY (id)
)
;
CREATE TABLE reservation (
    lease_id TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    milli BIGINT NOT NULL,
    CONSTRAINT pk_reservation PRIMARY KEY (lease_id, pool_id, ordinal),
    CONSTRAINT ck_reservation_reservation_range CHECK (milli > 0 AND milli <= 1000)
)
;
CREATE INDEX reservation_unit ON reservation (pool_id, ordinal)
;
CREATE TABLE market_offer (
    id TEXT NOT NULL,
    source TEXT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_market_offer PRIMARY KEY (id)
)
;
CREATE TABLE counter (
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY (name)
)
;
CREATE TABLE voucher_limit (
    key TEXT NOT NULL,
    used_minor BIGINT NOT NULL,
    CONSTRAINT pk_voucher_limit PRIMARY KEY (key),
    CONSTRAINT ck_voucher_limit_voucher_limit_range CHECK (used_minor >= 0)
)
;
CREATE TABLE four_eyes (
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    body TEXT NOT NULL,
    CONSTRAINT pk_four_eyes PRIMARY KEY (id),
    CONSTRAINT ck_four_eyes_four_eyes_two CHECK (approved_by IS NULL OR approved_by <> proposed_by)
)
;
CREATE TABLE claim (
    id TEXT NOT NULL,
    invoice_line TEXT NOT NULL,
    invoice_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    programme TEXT NOT NULL,
    family TEXT NOT NULL,
    asset TEXT NOT NULL,
    payout TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_minor BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    held BIGINT NOT NULL,
    limits TEXT NOT NULL,
    applied_by TEXT NOT NULL,
    applied_at BIGINT NOT NULL,
    approved_by TEXT,
    approved_at BIGINT,
    expires_on TEXT,
    paid_at BIGINT,
    reference TEXT NOT NULL,
    reason TEXT NOT NULL,
    evidence TEXT NOT NULL,
    owed_minor BIGINT NOT NULL,
    collected_minor BIGINT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_claim PRIMARY KEY (id),
    CONSTRAINT claim_once_a_family UNIQUE (invoice_line, family),
    CONSTRAINT ck_claim_claim_four_eyes CHECK (approved_by IS NULL OR approved_by <> applied_by),
    CONSTRAINT ck_claim_claim_amount CHECK (amount_minor > 0 AND amount_minor <= asked_minor),
    CONSTRAINT ck_claim_claim_owed CHECK (collected_minor >= 0 AND collected_minor <= owed_minor)
)
;
CREATE INDEX ix_claim_state ON claim (state)
;
CREATE INDEX ix_claim_programme ON claim (programme)
;
CREATE INDEX ix_claim_group_id ON claim (group_id)
;
CREATE INDEX ix_claim_invoice_id ON claim (invoice_id)
;
CREATE INDEX ix_claim_firm_id ON claim (firm_id)
;
CREATE TABLE decision (
    id TEXT NOT NULL,
    decided_at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    cause TEXT NOT NULL,
    name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    rulebook TEXT NOT NULL,
    cases TEXT NOT NULL,
    house TEXT NOT NULL,
    answer TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (id)
)
;
CREATE INDEX decision_cause ON decision (cause)
;
CREATE OR REPLACE FUNCTION decision_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''decision is append-only''; END'
;
CREATE OR REPLACE TRIGGER decision_no_update
BEFORE UPDATE ON decision FOR EACH ROW
EXECUTE FUNCTION decision_forbid()
;
CREATE OR REPLACE FUNCTION decision_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''decision is append-only''; END'
;
CREATE OR REPLACE TRIGGER decision_no_delete
BEFORE DELETE ON decision FOR EACH ROW
EXECUTE FUNCTION decision_forbid()
;
CREATE TABLE rulebook_text (
    hash TEXT NOT NULL,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT pk_rulebook_text PRIMARY KEY (hash, name)
)
;
CREATE OR REPLACE FUNCTION rulebook_text_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''rulebook_text is append-only''; END'
;
CREATE OR REPLACE TRIGGER rulebook_text_no_update
BEFORE UPDATE ON rulebook_text FOR EACH ROW
EXECUTE FUNCTION rulebook_text_forbid()
;
CREATE OR REPLACE FUNCTION rulebook_text_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''rulebook_text is append-only''; END'
;
CREATE OR REPLACE TRIGGER rulebook_text_no_delete
BEFORE DELETE ON rulebook_text FOR EACH ROW
EXECUTE FUNCTION rulebook_text_forbid()
;
CREATE TABLE ledger_transfer (
    seq BIGINT NOT NULL,
    batch BIGINT NOT NULL,
    id TEXT NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    asset TEXT NOT NULL,
    code TEXT NOT NULL,
    phase TEXT NOT NULL,
    pending_id TEXT NOT NULL,
    timeout_s BIGINT NOT NULL,
    link_group TEXT NOT NULL,
    cause TEXT NOT NULL,
    t BIGINT NOT NULL,
    CONSTRAINT pk_ledger_transfer PRIMARY KEY (seq),
    CONSTRAINT ck_ledger_transfer_amount CHECK (amount > 0),
    CONSTRAINT ck_ledger_transfer_phase CHECK (phase IN ('posted', 'pending', 'post', 'void', 'expire')),
    CONSTRAINT uq_ledger_transfer_id UNIQUE (id),
    CONSTRAINT fk_ledger_transfer_debit FOREIGN KEY(debit) REFERENCES ledger_account (id),
    CONSTRAINT fk_ledger_transfer_credit FOREIGN KEY(credit) REFERENCES ledger_account (id)
)
;
CREATE INDEX ix_ledger_transfer_credit ON ledger_transfer (credit, seq)
;
CREATE INDEX ix_ledger_transfer_debit ON ledger_transfer (debit, seq)
;
CREATE UNIQUE INDEX uq_ledger_transfer_pending_id ON ledger_transfer (pending_id) WHERE pending_id <> ''
;
CREATE INDEX ix_ledger_transfer_link_group ON ledger_transfer (link_group) WHERE link_group <> ''
;
CREATE INDEX ix_ledger_transfer_hold ON ledger_transfer (id) WHERE phase = 'pending'
;
CREATE OR REPLACE FUNCTION ledger_transfer_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_transfer is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_transfer_no_update
BEFORE UPDATE ON ledger_transfer FOR EACH ROW
EXECUTE FUNCTION ledger_transfer_forbid()
;
CREATE OR REPLACE FUNCTION ledger_transfer_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''ledger_transfer is append-only''; END'
;
CREATE OR REPLACE TRIGGER ledger_transfer_no_delete
BEFORE DELETE ON ledger_transfer FOR EACH ROW
EXECUTE FUNCTION ledger_transfer_forbid()
;
CREATE TABLE idempotency_key (
    actor TEXT NOT NULL,
    key TEXT NOT NULL,
    body_digest TEXT NOT NULL,
    response TEXT NOT NULL,
    journal_seq BIGINT NOT NULL,
    CONSTRAINT pk_idempotency_key PRIMARY KEY (actor, key),
    CONSTRAINT uq_idempotency_key_journal_seq UNIQUE (journal_seq),
    CONSTRAINT fk_idempotency_key_journal_seq FOREIGN KEY(journal_seq) REFERENCES journal (seq)
)
;
CREATE OR REPLACE FUNCTION idempotency_key_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''idempotency_key is append-only''; END'
;
CREATE OR REPLACE TRIGGER idempotency_key_no_update
BEFORE UPDATE ON idempotency_key FOR EACH ROW
EXECUTE FUNCTION idempotency_key_forbid()
;
CREATE OR REPLACE FUNCTION idempotency_key_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''idempotency_key is append-only''; END'
;
CREATE OR REPLACE TRIGGER idempotency_key_no_delete
BEFORE DELETE ON idempotency_key FOR EACH ROW
EXECUTE FUNCTION idempotency_key_forbid()
;
CREATE TABLE pool (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    devices BIGINT NOT NULL,
    device_memory_mib BIGINT NOT NULL,
    vcpus BIGINT NOT NULL,
    memory_mib BIGINT NOT NULL,
    disk_mib BIGINT NOT NULL,
    power_w BIGINT,
    isolations TEXT NOT NULL,
    export TEXT NOT NULL,
    ratings TEXT NOT NULL,
    CONSTRAINT pk_pool PRIMARY KEY (id),
    CONSTRAINT fk_pool_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE INDEX ix_pool_centre_id ON pool (centre_id)
;
CREATE TABLE instrument (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    reference TEXT NOT NULL,
    signed_on TEXT,
    filed_on TEXT,
    filing_due TEXT,
    ended_on TEXT,
    CONSTRAINT pk_instrument PRIMARY KEY (id),
    CONSTRAINT fk_instrument_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE INDEX ix_instrument_firm_id ON instrument (firm_id)
;
CREATE TABLE quote (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    valid_until BIGINT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_quote PRIMARY KEY (id),
    CONSTRAINT fk_quote_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE INDEX ix_quote_firm_id ON quote (firm_id)
;
CREATE TABLE batch (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    value_date TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    centre_minor BIGINT NOT NULL,
    mid_minor BIGINT NOT NULL,
    spread_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    pain_digest TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    journal_hash TEXT NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_batch PRIMARY KEY (id),
    CONSTRAINT fk_batch_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE INDEX ix_batch_state ON batch (state)
;
CREATE INDEX ix_batch_centre_id ON batch (centre_id)
;
CREATE TABLE origin_manifest (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    name TEXT NOT NULL,
    family TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    files BIGINT NOT NULL,
    collected_in TEXT NOT NULL,
    controller TEXT NOT NULL,
    persons BIGINT NOT NULL,
    sensitive BIGINT NOT NULL,
    recorded_on TEXT NOT NULL,
    CONSTRAINT pk_origin_manifest PRIMARY KEY (id),
    CONSTRAINT ck_origin_manifest_counts CHECK (persons >= 0 AND sensitive >= 0),
    CONSTRAINT fk_origin_manifest_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE INDEX ix_origin_manifest_firm_id ON origin_manifest (firm_id)
;
CREATE TABLE mix_check (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    model TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    mixes_cn_personal BIGINT NOT NULL,
    mixes_cn_important BIGINT NOT NULL,
    checked_by TEXT NOT NULL,
    checked_on TEXT NOT NULL,
    CONSTRAINT pk_mix_check PRIMARY KEY (id),
    CONSTRAINT fk_mix_check_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE INDEX ix_mix_check_firm_id ON mix_check (firm_id)
;
CREATE TABLE device_unit (
    pool_id TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    milli_free BIGINT NOT NULL,
    CONSTRAINT pk_device_unit PRIMARY KEY (pool_id, ordinal),
    CONSTRAINT ck_device_unit_device_unit_range CHECK (milli_free >= 0 AND milli_free <= 1000),
    CONSTRAINT fk_device_unit_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
;
CREATE INDEX device_unit_free ON device_unit (pool_id, milli_free)
;
CREATE TABLE offer (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    price TEXT NOT NULL,
    asset TEXT NOT NULL,
    isolation TEXT NOT NULL,
    interruptible BIGINT NOT NULL,
    milli_min BIGINT NOT NULL,
    milli_max BIGINT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    source TEXT NOT NULL,
    CONSTRAINT pk_offer PRIMARY KEY (id),
    CONSTRAINT fk_offer_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_offer_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id)
)
;
CREATE INDEX ix_offer_centre_id ON offer (centre_id)
;
CREATE TABLE lease (
    id TEXT NOT NULL,
    quote_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    pool_id TEXT NOT NULL,
    offer_id TEXT NOT NULL,
    milli_devices BIGINT NOT NULL,
    isolation TEXT NOT NULL,
    duration_s BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    start_by BIGINT NOT NULL,
    state TEXT NOT NULL,
    fence BIGINT NOT NULL,
    hold_id TEXT NOT NULL,
    hold_minor BIGINT NOT NULL,
    choice TEXT NOT NULL,
    CONSTRAINT pk_lease PRIMARY KEY (id),
    CONSTRAINT uq_lease_quote_id UNIQUE (quote_id),
    CONSTRAINT fk_lease_quote_id FOREIGN KEY(quote_id) REFERENCES quote (id),
    CONSTRAINT fk_lease_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_lease_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_lease_pool_id FOREIGN KEY(pool_id) REFERENCES pool (id),
    CONSTRAINT fk_lease_offer_id FOREIGN KEY(offer_id) REFERENCES offer (id),
    CONSTRAINT uq_lease_hold_id UNIQUE (hold_id)
)
;
CREATE INDEX ix_lease_state ON lease (state)
;
CREATE INDEX ix_lease_firm_id ON lease (firm_id)
;
CREATE TABLE job (
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    exit_code BIGINT,
    reason TEXT NOT NULL,
    message TEXT NOT NULL,
    spec TEXT NOT NULL,
    label TEXT NOT NULL,
    outputs TEXT NOT NULL,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT uq_job_lease_id UNIQUE (lease_id),
    CONSTRAINT fk_job_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_job_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_job_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE INDEX ix_job_firm_id ON job (firm_id)
;
CREATE INDEX ix_job_state ON job (state)
;
CREATE TABLE duty_task (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    duty TEXT NOT NULL,
    title TEXT NOT NULL,
    due_on TEXT NOT NULL,
    done_at BIGINT,
    CONSTRAINT pk_duty_task PRIMARY KEY (id),
    CONSTRAINT fk_duty_task_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_duty_task_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
;
CREATE INDEX ix_duty_task_lease_id ON duty_task (lease_id)
;
CREATE TABLE voucher_reservation (
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    programme TEXT NOT NULL,
    family TEXT NOT NULL,
    asset TEXT NOT NULL,
    amount_minor BIGINT NOT NULL,
    state TEXT NOT NULL,
    limits TEXT NOT NULL,
    CONSTRAINT pk_voucher_reservation PRIMARY KEY (id),
    CONSTRAINT voucher_reservation_family UNIQUE (lease_id, family),
    CONSTRAINT fk_voucher_reservation_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_voucher_reservation_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id)
)
;
CREATE INDEX ix_voucher_reservation_lease_id ON voucher_reservation (lease_id)
;
CREATE INDEX ix_voucher_reservation_group_id ON voucher_reservation (group_id)
;
CREATE TABLE export_count (
    id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    lease_id TEXT,
    set_id TEXT NOT NULL,
    family TEXT NOT NULL,
    persons BIGINT NOT NULL,
    sensitive BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    state TEXT NOT NULL,
    CONSTRAINT pk_export_count PRIMARY KEY (id),
    CONSTRAINT ck_export_count_counts CHECK (persons >= 0 AND sensitive >= 0),
    CONSTRAINT fk_export_count_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_export_count_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id)
)
;
CREATE INDEX ix_export_count_lease_id ON export_count (lease_id)
;
CREATE INDEX ix_export_count_family ON export_count (family)
;
CREATE INDEX ix_export_count_group_day ON export_count (group_id, on_day)
;
CREATE TABLE usage_event (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    fence BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    milli_device_seconds BIGINT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    CONSTRAINT pk_usage_event PRIMARY KEY (source, id),
    CONSTRAINT usage_event_sequence UNIQUE (lease_id, fence, seq),
    CONSTRAINT fk_usage_event_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT fk_usage_event_job_id FOREIGN KEY(job_id) REFERENCES job (id)
)
;
CREATE TABLE invoice (
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    branch TEXT NOT NULL,
    year BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    total_minor BIGINT NOT NULL,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    batch_id TEXT,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    CONSTRAINT pk_invoice PRIMARY KEY (id),
    CONSTRAINT invoice_gapless UNIQUE (branch, year, seq),
    CONSTRAINT uq_invoice_number UNIQUE (number),
    CONSTRAINT fk_invoice_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_invoice_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_invoice_lease_id FOREIGN KEY(lease_id) REFERENCES lease (id),
    CONSTRAINT uq_invoice_job_id UNIQUE (job_id),
    CONSTRAINT fk_invoice_job_id FOREIGN KEY(job_id) REFERENCES job (id),
    CONSTRAINT fk_invoice_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE INDEX ix_invoice_centre_id ON invoice (centre_id)
;
CREATE INDEX ix_invoice_firm_id ON invoice (firm_id)
;
CREATE INDEX ix_invoice_batch_id ON invoice (batch_id)
;
