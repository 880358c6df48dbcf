CREATE TABLE fx_quote (
    id TEXT NOT NULL,
    pair TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    fixed_on TEXT NOT NULL,
    side TEXT NOT NULL,
    valid_until INTEGER,
    kept_at INTEGER NOT NULL,
    CONSTRAINT pk_fx_quote PRIMARY KEY (id),
    CONSTRAINT ck_fx_quote_side CHECK (side IN ('mid', 'buy', 'sell'))
)
 STRICT
;
CREATE TABLE four_eyes_end (
    proposal_id TEXT NOT NULL,
    state TEXT NOT NULL,
    person TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    result TEXT NOT NULL,
    CONSTRAINT pk_four_eyes_end PRIMARY KEY (proposal_id),
    CONSTRAINT ck_four_eyes_end_state CHECK (state IN ('approved', 'refused', 'withdrawn')),
    CONSTRAINT fk_four_eyes_end_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
 STRICT
;
CREATE TABLE fx_fixing (
    id INTEGER NOT NULL,
    pair TEXT NOT NULL,
    day TEXT NOT NULL,
    rate TEXT NOT NULL,
    source TEXT NOT NULL,
    proposal_id TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    CONSTRAINT pk_fx_fixing PRIMARY KEY (id),
    CONSTRAINT fk_fx_fixing_proposal_id FOREIGN KEY(proposal_id) REFERENCES four_eyes (id)
)
 STRICT
;
CREATE TABLE fx_use (
    subject TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    CONSTRAINT pk_fx_use PRIMARY KEY (subject, fx_quote_id),
    CONSTRAINT fk_fx_use_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
 STRICT
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
 STRICT
;
CREATE TABLE new__ledger_transfer (
    seq INTEGER NOT NULL,
    batch INTEGER NOT NULL,
    id TEXT NOT NULL,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    asset TEXT NOT NULL,
    code TEXT NOT NULL,
    phase TEXT NOT NULL,
    pending_id TEXT NOT NULL,
    timeout_s INTEGER NOT NULL,
    link_group TEXT NOT NULL,
    cause TEXT NOT NULL,
    t INTEGER NOT NULL,
    CONSTRAINT pk_ledger_transfer PRIMARY KEY (seq),
    CONSTRAINT ck_ledger_transfer_amount CHECK (amount > 0),
    CONSTRAINT ck_ledger_transfer_phase CHECK (phase = 'posted' OR phase = 'pending' OR phase = 'post' OR phase = 'void' OR phase = 'expire'),
    CONSTRAINT uq_ledger_transfer_id UNIQUE (id),
    CONSTRAINT fk_ledger_transfer_debit FOREIGN KEY(debit) REFERENCES ledger_account (id),
    CONSTRAINT fk_ledger_transfer_credit FOREIGN KEY(credit) REFERENCES ledger_account (id)
)
 STRICT
;
INSERT INTO new__ledger_transfer (seq, batch, id, debit, credit, amount, asset, code, phase, pending_id, timeout_s, link_group, cause, t) SELECT seq, batch, id, debit, credit, amount, asset, code, phase, pending_id, timeout_s, link_group, cause, t FROM ledger_transfer
;
DROP TABLE ledger_transfer
;
ALTER TABLE new__ledger_transfer RENAME TO ledger_transfer
;
CREATE TABLE revaluation (
    on_day TEXT NOT NULL,
    fx_quote_id TEXT NOT NULL,
    position_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    at_mid_minor INTEGER NOT NULL,
    unrealised_minor INTEGER NOT NULL,
    booked_at INTEGER NOT NULL,
    reversed_at INTEGER,
    CONSTRAINT pk_revaluation PRIMARY KEY (on_day),
    CONSTRAINT ck_revaluation_sum CHECK (unrealised_minor = at_mid_minor - carrying_minor),
    CONSTRAINT fk_revaluation_fx_quote_id FOREIGN KEY(fx_quote_id) REFERENCES fx_quote (id)
)
 STRICT
;
CREATE TABLE bank_entry (
    id TEXT NOT NULL,
    mark TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    end_to_end_id TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor INTEGER NOT NULL,
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
 STRICT
;
CREATE TABLE batch_member (
    batch_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    CONSTRAINT pk_batch_member PRIMARY KEY (batch_id, member_id),
    CONSTRAINT fk_batch_member_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE own_rmb (
    id TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    cnh_minor INTEGER NOT NULL,
    hkd_minor INTEGER NOT NULL,
    why TEXT NOT NULL,
    CONSTRAINT pk_own_rmb PRIMARY KEY (id),
    CONSTRAINT fk_own_rmb_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE payment_line (
    end_to_end_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    batch_id TEXT NOT NULL,
    leg TEXT NOT NULL,
    asset TEXT NOT NULL,
    minor INTEGER NOT NULL,
    sells_minor INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    CONSTRAINT pk_payment_line PRIMARY KEY (end_to_end_id),
    CONSTRAINT ck_payment_line_amount CHECK (minor > 0 AND sells_minor >= 0),
    CONSTRAINT ck_payment_line_leg CHECK (leg IN ('fx', 'pay')),
    CONSTRAINT fk_payment_line_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE TABLE settlement_debt (
    id TEXT NOT NULL,
    centre_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    centre_minor INTEGER NOT NULL,
    carrying_minor INTEGER NOT NULL,
    batch_id TEXT,
    CONSTRAINT pk_settlement_debt PRIMARY KEY (id),
    CONSTRAINT ck_settlement_debt_amount CHECK (centre_minor <> 0),
    CONSTRAINT fk_settlement_debt_centre_id FOREIGN KEY(centre_id) REFERENCES centre (id),
    CONSTRAINT fk_settlement_debt_origin FOREIGN KEY(origin) REFERENCES batch (id),
    CONSTRAINT fk_settlement_debt_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
)
 STRICT
;
CREATE INDEX ix_bank_entry_batch_id ON bank_entry (batch_id)
;
CREATE INDEX ix_fx_fixing_pair_day ON fx_fixing (pair, day, id)
;
CREATE INDEX ix_isolation_firm_id ON isolation (firm_id)
;
CREATE INDEX ix_ledger_transfer_credit ON ledger_transfer (credit, seq)
;
CREATE INDEX ix_ledger_transfer_debit ON ledger_transfer (debit, seq)
;
CREATE INDEX ix_ledger_transfer_hold ON ledger_transfer (id) WHERE phase = 'pending'
;
CREATE INDEX ix_ledger_transfer_link_group ON ledger_transfer (link_group) WHERE link_group <> ''
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
CREATE UNIQUE INDEX uq_ledger_transfer_pending_id ON ledger_transfer (pending_id) WHERE pending_id <> ''
;
CREATE TRIGGER IF NOT EXISTS fx_quote_no_update
BEFORE UPDATE ON fx_quote
BEGIN SELECT RAISE(ABORT, 'fx_quote is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_quote_no_delete
BEFORE DELETE ON fx_quote
BEGIN SELECT RAISE(ABORT, 'fx_quote is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_no_new_terms
BEFORE UPDATE ON batch WHEN (old.centre_id <> new.centre_id OR old.value_date <> new.value_date OR old.created_at <> new.created_at OR old.centre_minor <> new.centre_minor OR old.mid_minor <> new.mid_minor OR old.spread_minor <> new.spread_minor OR old.carrying_minor <> new.carrying_minor)
BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_no_second_order
BEFORE UPDATE ON batch WHEN (old.pain_digest <> '' AND (old.pain_digest <> new.pain_digest))
BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_no_delete
BEFORE DELETE ON batch
BEGIN SELECT RAISE(ABORT, 'batch is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS four_eyes_end_no_update
BEFORE UPDATE ON four_eyes_end
BEGIN SELECT RAISE(ABORT, 'four_eyes_end is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS four_eyes_end_no_delete
BEFORE DELETE ON four_eyes_end
BEGIN SELECT RAISE(ABORT, 'four_eyes_end is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_fixing_no_update
BEFORE UPDATE ON fx_fixing
BEGIN SELECT RAISE(ABORT, 'fx_fixing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_fixing_no_delete
BEFORE DELETE ON fx_fixing
BEGIN SELECT RAISE(ABORT, 'fx_fixing is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_use_no_update
BEFORE UPDATE ON fx_use
BEGIN SELECT RAISE(ABORT, 'fx_use is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS fx_use_no_delete
BEFORE DELETE ON fx_use
BEGIN SELECT RAISE(ABORT, 'fx_use is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_update
BEFORE UPDATE ON ledger_transfer
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS ledger_transfer_no_delete
BEFORE DELETE ON ledger_transfer
BEGIN SELECT RAISE(ABORT, 'ledger_transfer is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS revaluation_no_delete
BEFORE DELETE ON revaluation
BEGIN SELECT RAISE(ABORT, 'revaluation is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS bank_entry_no_delete
BEFORE DELETE ON bank_entry
BEGIN SELECT RAISE(ABORT, 'bank_entry is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS bank_entry_no_rewording
BEFORE UPDATE ON bank_entry WHEN (old.mark <> new.mark OR old.end_to_end_id <> new.end_to_end_id OR old.asset <> new.asset OR old.minor <> new.minor OR old.status <> new.status OR old.bank_reference <> new.bank_reference OR old.booked_on <> new.booked_on)
BEGIN SELECT RAISE(ABORT, 'bank_entry is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_member_no_update
BEFORE UPDATE ON batch_member
BEGIN SELECT RAISE(ABORT, 'batch_member is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS batch_member_no_delete
BEFORE DELETE ON batch_member
BEGIN SELECT RAISE(ABORT, 'batch_member is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS own_rmb_no_update
BEFORE UPDATE ON own_rmb
BEGIN SELECT RAISE(ABORT, 'own_rmb is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS own_rmb_no_delete
BEFORE DELETE ON own_rmb
BEGIN SELECT RAISE(ABORT, 'own_rmb is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS payment_line_no_update
BEFORE UPDATE ON payment_line
BEGIN SELECT RAISE(ABORT, 'payment_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS payment_line_no_delete
BEFORE DELETE ON payment_line
BEGIN SELECT RAISE(ABORT, 'payment_line is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS settlement_debt_no_delete
BEFORE DELETE ON settlement_debt
BEGIN SELECT RAISE(ABORT, 'settlement_debt is append-only'); END
;
CREATE TRIGGER IF NOT EXISTS settlement_debt_no_rewriting
BEFORE UPDATE ON settlement_debt WHEN (old.centre_id <> new.centre_id OR old.origin <> new.origin OR old.centre_minor <> new.centre_minor OR old.carrying_minor <> new.carrying_minor)
BEGIN SELECT RAISE(ABORT, 'settlement_debt is append-only'); END
;
