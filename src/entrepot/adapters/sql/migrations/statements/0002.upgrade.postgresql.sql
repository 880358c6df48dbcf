ALTER TABLE ledger_transfer DROP CONSTRAINT ck_ledger_transfer_phase
;
CREATE TABLE fx_quote (
    id TEXT NOT NULL,
    pair TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    fixed_on TEXT NOT NULL,
    side TEXT NOT NULL,
    valid_until BIGINT,
    kept_at BIGINT NOT NULL,
    CONSTRAINT pk_fx_quote PRIMARY KEY (id),
    CONSTRAINT ck_fx_quote_side CHECK (side IN ('mid', 'buy', 'sell'))
)
;
CREATE TABLE four_eyes_end (
    proposal_id TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    at BIGINT NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    CONSTRAINT pk_four_eyes_end PRIMARY KEY (proposal_id),
    CONSTRAINT ck_four_eyes_end_state CHECK (state IN ('approved', 'refused', 'withdrawn')),
    CONSTRAINT fk_four_eyes_end_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
;
CREATE TABLE fx_fixing (
    id BIGSERIAL NOT NULL,
    pair TEXT NOT NULL,
    day TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    CONSTRAINT pk_fx_fixing PRIMARY KEY (id),
    CONSTRAINT fk_fx_fixing_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
;
CREATE TABLE fx_use (
    subject TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    CONSTRAINT pk_fx_use PRIMARY KEY (subject, fx_quote_id),
    CONSTRAINT fk_fx_use_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
;
CREATE TABLE isolation (
    id TEXT NOT NULL,
    firm_id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    lease_id TEXT NOT NULL,
    separation TEXT NOT NULL,
    key_holder TEXT NOT NULL,
    stated_by TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    recorded_on TEXT NOT NULL,
    ended_on TEXT NOT NULL,
    ended_by TEXT NOT NULL,
    end_reason TEXT NOT NULL,
    CONSTRAINT pk_isolation PRIMARY KEY (id),
    CONSTRAINT ck_isolation_days CHECK (until_day = '' OR from_day < until_day),
    CONSTRAINT fk_isolation_firm_id FOREIGN KEY(firm_id) REFERENCES firm (id),
    CONSTRAINT fk_isolation_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id)
)
;
CREATE TABLE revaluation (
    on_day TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    position_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    at_mid_minor BIGINT NOT NULL,
    unrealised_minor BIGINT NOT NULL,
    booked_at BIGINT NOT NULL,
    reversed_at BIGINT,
    CONSTRAINT pk_revaluation PRIMARY KEY (on_day),
    CONSTRAINT ck_revaluation_sum CHECK (unrealised_minor = at_mid_minor - carrying_minor),
    CONSTRAINT fk_revaluation_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
;
CREATE TABLE bank_entry (
    id TEXT NOT NULL,
    mark TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    end_to_end_id TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor BIGINT NOT NULL,
    status TEXT NOT NULL,
    bank_reference TEXT NOT NULL,
    booked_on TEXT NOT NULL,
    counterparty TEXT NOT NULL,
    info TEXT NOT NULL,
    batch_id TEXT,
    leg TEXT NOT NULL,
    note TEXT NOT NULL,
    matched_by TEXT NOT NULL,
    CONSTRAINT pk_bank_entry PRIMARY KEY (id),
    CONSTRAINT ck_bank_entry_status CHECK (status IN ('booked', 'pending', 'rejected')),
    CONSTRAINT ck_bank_entry_moved CHECK (status = 'booked' OR minor = 0),
    CONSTRAINT uq_bank_entry_mark UNIQUE (mark),
    CONSTRAINT fk_bank_entry_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE batch_member (
    batch_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    CONSTRAINT pk_batch_member PRIMARY KEY (batch_id, member_id),
    CONSTRAINT fk_batch_member_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE own_rmb (
    id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    cnh_minor BIGINT NOT NULL,
    hkd_minor BIGINT NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_own_rmb PRIMARY KEY (id),
    CONSTRAINT fk_own_rmb_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE payment_line (
    end_to_end_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    leg TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor BIGINT NOT NULL,
    sells_minor BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_payment_line PRIMARY KEY (end_to_end_id),
    CONSTRAINT ck_payment_line_amount CHECK (minor > 0 AND sells_minor >= 0),
    CONSTRAINT ck_payment_line_leg CHECK (leg IN ('fx', 'pay')),
    CONSTRAINT fk_payment_line_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
CREATE TABLE settlement_debt (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    centre_minor BIGINT NOT NULL,
    carrying_minor BIGINT NOT NULL,
    batch_id TEXT,
    CONSTRAINT pk_settlement_debt PRIMARY KEY (id),
    CONSTRAINT ck_settlement_debt_amount CHECK (centre_minor <> 0),
    CONSTRAINT fk_settlement_debt_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_settlement_debt_origin FOREIGN KEY(origin) REFERENCES batch (id),
    CONSTRAINT fk_settlement_debt_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
;
ALTER TABLE ledger_transfer ADD CONSTRAINT ck_ledger_transfer_phase CHECK (phase = 'posted' OR phase = 'pending' OR phase = 'post' OR phase = 'void' OR phase = 'expire')
;
CREATE INDEX ix_bank_entry_batch_id ON bank_entry (batch_id)
;
CREATE INDEX ix_fx_fixing_pair_day ON fx_fixing (pair, day, id)
;
CREATE INDEX ix_isolation_firm_id ON isolation (firm_id)
;
CREATE INDEX ix_own_rmb_batch ON own_rmb (batch_id)
;
CREATE INDEX ix_payment_line_batch_id ON payment_line (batch_id)
;
CREATE INDEX ix_payment_line_message_id ON payment_line (message_id)
;
CREATE INDEX ix_settlement_debt_batch_id ON settlement_debt (batch_id)
;
CREATE INDEX ix_settlement_debt_centre_id ON settlement_debt (centre_id)
;
CREATE INDEX ix_settlement_debt_origin ON settlement_debt (origin)
;
CREATE OR REPLACE FUNCTION fx_quote_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''fx_quote is append-only''; END'
;
CREATE OR REPLACE FUNCTION batch_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''batch is append-only''; END'
;
CREATE OR REPLACE FUNCTION four_eyes_end_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''four_eyes_end is append-only''; END'
;
CREATE OR REPLACE FUNCTION fx_fixing_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''fx_fixing is append-only''; END'
;
CREATE OR REPLACE FUNCTION fx_use_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''fx_use is append-only''; END'
;
CREATE OR REPLACE FUNCTION revaluation_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''revaluation is append-only''; END'
;
CREATE OR REPLACE FUNCTION bank_entry_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''bank_entry is append-only''; END'
;
CREATE OR REPLACE FUNCTION batch_member_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''batch_member is append-only''; END'
;
CREATE OR REPLACE FUNCTION own_rmb_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''own_rmb is append-only''; END'
;
CREATE OR REPLACE FUNCTION payment_line_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''payment_line is append-only''; END'
;
CREATE OR REPLACE FUNCTION settlement_debt_forbid() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''settlement_debt is append-only''; END'
;
CREATE OR REPLACE TRIGGER fx_quote_no_update
BEFORE UPDATE ON fx_quote FOR EACH ROW
EXECUTE FUNCTION fx_quote_forbid()
;
CREATE OR REPLACE TRIGGER fx_quote_no_delete
BEFORE DELETE ON fx_quote FOR EACH ROW
EXECUTE FUNCTION fx_quote_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_new_terms
BEFORE UPDATE ON batch FOR EACH ROW WHEN (old.centre_id <> new.centre_id OR old.value_date <> new.value_date OR old.created_at <> new.created_at OR old.centre_minor <> new.centre_minor OR old.mid_minor <> new.mid_minor OR old.spread_minor <> new.spread_minor OR old.carrying_minor <> new.carrying_minor)
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_second_order
BEFORE UPDATE ON batch FOR EACH ROW WHEN (old.pain_digest <> '' AND (old.pain_digest <> new.pain_digest))
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER batch_no_delete
BEFORE DELETE ON batch FOR EACH ROW
EXECUTE FUNCTION batch_forbid()
;
CREATE OR REPLACE TRIGGER four_eyes_end_no_update
BEFORE UPDATE ON four_eyes_end FOR EACH ROW
EXECUTE FUNCTION four_eyes_end_forbid()
;
CREATE OR REPLACE TRIGGER four_eyes_end_no_delete
BEFORE DELETE ON four_eyes_end FOR EACH ROW
EXECUTE FUNCTION four_eyes_end_forbid()
;
CREATE OR REPLACE TRIGGER fx_fixing_no_update
BEFORE UPDATE ON fx_fixing FOR EACH ROW
EXECUTE FUNCTION fx_fixing_forbid()
;
CREATE OR REPLACE TRIGGER fx_fixing_no_delete
BEFORE DELETE ON fx_fixing FOR EACH ROW
EXECUTE FUNCTION fx_fixing_forbid()
;
CREATE OR REPLACE TRIGGER fx_use_no_update
BEFORE UPDATE ON fx_use FOR EACH ROW
EXECUTE FUNCTION fx_use_forbid()
;
CREATE OR REPLACE TRIGGER fx_use_no_delete
BEFORE DELETE ON fx_use FOR EACH ROW
EXECUTE FUNCTION fx_use_forbid()
;
CREATE OR REPLACE TRIGGER revaluation_no_delete
BEFORE DELETE ON revaluation FOR EACH ROW
EXECUTE FUNCTION revaluation_forbid()
;
CREATE OR REPLACE TRIGGER bank_entry_no_delete
BEFORE DELETE ON bank_entry FOR EACH ROW
EXECUTE FUNCTION bank_entry_forbid()
;
CREATE OR REPLACE TRIGGER bank_entry_no_rewording
BEFORE UPDATE ON bank_entry FOR EACH ROW WHEN (old.mark <> new.mark OR old.end_to_end_id <> new.end_to_end_id OR old.asset <> new.asset OR old.minor <> new.minor OR old.status <> new.status OR old.bank_reference <> new.bank_reference OR old.booked_on <> new.booked_on)
EXECUTE FUNCTION bank_entry_forbid()
;
CREATE OR REPLACE TRIGGER batch_member_no_update
BEFORE UPDATE ON batch_member FOR EACH ROW
EXECUTE FUNCTION batch_member_forbid()
;
CREATE OR REPLACE TRIGGER batch_member_no_delete
BEFORE DELETE ON batch_member FOR EACH ROW
EXECUTE FUNCTION batch_member_forbid()
;
CREATE OR REPLACE TRIGGER own_rmb_no_update
BEFORE UPDATE ON own_rmb FOR EACH ROW
EXECUTE FUNCTION own_rmb_forbid()
;
CREATE OR REPLACE TRIGGER own_rmb_no_delete
BEFORE DELETE ON own_rmb FOR EACH ROW
EXECUTE FUNCTION own_rmb_forbid()
;
CREATE OR REPLACE TRIGGER payment_line_no_update
BEFORE UPDATE ON payment_line FOR EACH ROW
EXECUTE FUNCTION payment_line_forbid()
;
CREATE OR REPLACE TRIGGER payment_line_no_delete
BEFORE DELETE ON payment_line FOR EACH ROW
EXECUTE FUNCTION payment_line_forbid()
;
CREATE OR REPLACE TRIGGER settlement_debt_no_delete
BEFORE DELETE ON settlement_debt FOR EACH ROW
EXECUTE FUNCTION settlement_debt_forbid()
;
CREATE OR REPLACE TRIGGER settlement_debt_no_rewriting
BEFORE UPDATE ON settlement_debt FOR EACH ROW WHEN (old.centre_id <> new.centre_id OR old.origin <> new.origin OR old.centre_minor <> new.centre_minor OR old.carrying_minor <> new.carrying_minor)
EXECUTE FUNCTION settlement_debt_forbid()
;
ALTER TABLE centre ENABLE ROW LEVEL SECURITY
;
ALTER TABLE claim ENABLE ROW LEVEL SECURITY
;
ALTER TABLE counter ENABLE ROW LEVEL SECURITY
;
ALTER TABLE decision ENABLE ROW LEVEL SECURITY
;
ALTER TABLE firm ENABLE ROW LEVEL SECURITY
;
ALTER TABLE four_eyes ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fx_quote ENABLE ROW LEVEL SECURITY
;
ALTER TABLE journal ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_account ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_batch ENABLE ROW LEVEL SECURITY
;
ALTER TABLE market_offer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE meta ENABLE ROW LEVEL SECURITY
;
ALTER TABLE reservation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE rulebook_text ENABLE ROW LEVEL SECURITY
;
ALTER TABLE voucher_limit ENABLE ROW LEVEL SECURITY
;
ALTER TABLE batch ENABLE ROW LEVEL SECURITY
;
ALTER TABLE four_eyes_end ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fx_fixing ENABLE ROW LEVEL SECURITY
;
ALTER TABLE fx_use ENABLE ROW LEVEL SECURITY
;
ALTER TABLE idempotency_key ENABLE ROW LEVEL SECURITY
;
ALTER TABLE instrument ENABLE ROW LEVEL SECURITY
;
ALTER TABLE isolation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE ledger_transfer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE mix_check ENABLE ROW LEVEL SECURITY
;
ALTER TABLE origin_manifest ENABLE ROW LEVEL SECURITY
;
ALTER TABLE pool ENABLE ROW LEVEL SECURITY
;
ALTER TABLE quote ENABLE ROW LEVEL SECURITY
;
ALTER TABLE revaluation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE bank_entry ENABLE ROW LEVEL SECURITY
;
ALTER TABLE batch_member ENABLE ROW LEVEL SECURITY
;
ALTER TABLE device_unit ENABLE ROW LEVEL SECURITY
;
ALTER TABLE offer ENABLE ROW LEVEL SECURITY
;
ALTER TABLE own_rmb ENABLE ROW LEVEL SECURITY
;
ALTER TABLE payment_line ENABLE ROW LEVEL SECURITY
;
ALTER TABLE settlement_debt ENABLE ROW LEVEL SECURITY
;
ALTER TABLE lease ENABLE ROW LEVEL SECURITY
;
ALTER TABLE duty_task ENABLE ROW LEVEL SECURITY
;
ALTER TABLE export_count ENABLE ROW LEVEL SECURITY
;
ALTER TABLE job ENABLE ROW LEVEL SECURITY
;
ALTER TABLE voucher_reservation ENABLE ROW LEVEL SECURITY
;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY
;
ALTER TABLE usage_event ENABLE ROW LEVEL SECURITY
;
CREATE POLICY centre_shared ON centre FOR SELECT USING (true)
;
CREATE POLICY claim_tenant ON claim USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY firm_tenant ON firm USING (id = current_setting('entrepot.firm', true)) WITH CHECK (id = current_setting('entrepot.firm', true))
;
CREATE POLICY market_offer_shared ON market_offer FOR SELECT USING (true)
;
CREATE POLICY reservation_tenant ON reservation USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
CREATE POLICY instrument_tenant ON instrument USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY isolation_tenant ON isolation USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY mix_check_tenant ON mix_check USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY origin_manifest_tenant ON origin_manifest USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY pool_shared ON pool FOR SELECT USING (true)
;
CREATE POLICY quote_tenant ON quote USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY device_unit_shared ON device_unit FOR SELECT USING (true)
;
CREATE POLICY offer_shared ON offer FOR SELECT USING (true)
;
CREATE POLICY lease_tenant ON lease USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY duty_task_tenant ON duty_task USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY export_count_tenant ON export_count USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY job_tenant ON job USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY voucher_reservation_tenant ON voucher_reservation USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY invoice_tenant ON invoice USING (firm_id = current_setting('entrepot.firm', true)) WITH CHECK (firm_id = current_setting('entrepot.firm', true))
;
CREATE POLICY usage_event_tenant ON usage_event USING (lease_id IN (SELECT id FROM lease)) WITH CHECK (lease_id IN (SELECT id FROM lease))
;
